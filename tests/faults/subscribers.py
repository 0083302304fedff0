"""Those who get alerts: a webhook receiver, and a client of the stream that resumes where it broke off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import aiohttp
import orjson
from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_" + "d2lyZWRlc2stZmF1bHQtc3VpdGUtc2VjcmV0IQ=="
_PAUSE_SECONDS = 0.2
_SILENCE_SECONDS = 10.0


class Receiver:
    """Takes webhooks, checks their signatures and writes down what came."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        """Webhook-id and body, in the order in which they came."""
        self.forged: list[str] = []
        """Webhook-ids whose signature does not fit."""

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        own = request.headers["webhook-id"]
        if not _is_signed(own, request.headers, body):
            self.forged.append(own)
            return web.Response(status=401)
        self.taken.append((own, body))
        return web.Response()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Listen on a free port of this machine while the context is open."""
        app = web.Application()
        app.router.add_post("/", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


def _is_signed(own: str, headers: "aiohttp.typedefs.LooseHeaders", body: bytes) -> bool:
    """Check a signature, whatever the sender's clock says: some faults make it jump."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return headers["webhook-signature"] == Webhook(SECRET).sign(own, at, body.decode())


class Stream:
    """Follows the stream of alerts through gateways that come and go."""

    def __init__(self, address: str, token: str) -> None:
        self._url = f"{address}/v1/alerts/stream"
        self._token = token
        self._last: str | None = None
        self.alert_ids: list[str] = []
        """Of the alerts, in the order in which they came."""
        self.gaps = 0
        self.is_open = asyncio.Event()

    async def follow(self) -> None:
        """Follow until cancelled."""
        silence = aiohttp.ClientTimeout(total=None, sock_read=_SILENCE_SECONDS)
        async with aiohttp.ClientSession(timeout=silence) as session:
            while True:
                with suppress(aiohttp.ClientError, TimeoutError, OSError):
                    await self._connect(session)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _connect(self, session: aiohttp.ClientSession) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        if self._last is not None:
            headers["Last-Event-ID"] = self._last
        async with session.get(self._url, headers=headers) as response:
            response.raise_for_status()
            fields: dict[str, str] = {}
            async for line in response.content:
                text = line.decode().rstrip("\n")
                if text and not text.startswith(":"):
                    name, _, value = text.partition(": ")
                    fields[name] = value
                elif not text:
                    self._take(fields)
                    fields = {}

    def _take(self, fields: dict[str, str]) -> None:
        """Take one event in; the place in the stream counts once the event is whole."""
        if "id" in fields:
            self._last = fields["id"]
            self.is_open.set()
        if fields.get("event") == "alert":
            self.alert_ids.append(orjson.loads(fields["data"])["alert_id"])
        elif fields.get("event") == "gap":
            self.gaps += 1
