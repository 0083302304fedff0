"""The OpenAPI document, health, readiness and metrics."""

from http import HTTPStatus

from aiohttp import web
from prometheus_client.exposition import choose_encoder

from agents.gateway.api import Readiness
from agents.gateway.http import Call, json_response
from schemas.codec import encode

DOCUMENT: web.AppKey[bytes] = web.AppKey("openapi", bytes)


async def openapi(call: Call) -> web.Response:
    """Return the OpenAPI document."""
    return json_response(call.request.app[DOCUMENT])


async def healthz(_: Call) -> web.Response:
    """Answer as long as the process runs."""
    return json_response(encode(Readiness(ready=True)))


async def readyz(call: Call) -> web.Response:
    """Say whether requests are answered in full."""
    ready = call.gateway.ready and not call.gateway.stopping
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return json_response(encode(Readiness(ready=ready)), status)


async def metrics(call: Call) -> web.Response:
    """Return the metrics."""
    encoder, content_type = choose_encoder(call.request.headers.get("Accept", ""))
    return web.Response(body=encoder(call.gateway.metrics.registry), headers={"Content-Type": content_type})
