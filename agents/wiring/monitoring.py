"""/metrics and /healthz of a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder


@dataclass(slots=True)
class Health:
    """Whether the agents run."""

    ready: bool = False


@asynccontextmanager
async def serve_metrics(
    host: str, port: int, registry: CollectorRegistry, health: Health
) -> AsyncIterator[None]:
    """Serve /metrics and /healthz while the context is open; port 0 serves nothing.

    Raises:
        OSError: the port is taken.

    """
    if port == 0:
        yield
        return

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ready": health.ready}, status=200 if health.ready else 503)

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/healthz", healthz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()
