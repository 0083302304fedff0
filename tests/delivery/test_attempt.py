"""One attempt at real local servers; nothing that is secret is ever said."""

import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from agents.delivery.attempt import attempt
from agents.delivery.endpoint_files import Endpoint
from agents.delivery.retries import Answer
from agents.net.session import open_session
from tests.delivery.builders import NOW, SECRET, alert

TOKEN = "t0k3n-of-the-chat"


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session("wiredesk-test", 1.0, allow_private=True) as opened:
        yield opened


async def send(session: aiohttp.ClientSession, endpoint: Endpoint, *, allow_private: bool = True) -> Answer:
    return await attempt(session, endpoint, alert(), NOW, seconds=2.0, allow_private=allow_private)


def webhook(port: int | None) -> Endpoint:
    url = f"http://127.0.0.1:{port}/{TOKEN}"
    return Endpoint(id="hook", owner="desk-east", kind="webhook", url=url, secret=SECRET)


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (204, True), (302, False), (400, False), (410, False), (503, False)]
)
async def test_only_a_2xx_is_taken(session: aiohttp.ClientSession, status: int, taken: bool) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/{token}", answer)
    async with TestServer(app) as server:
        found = await send(session, webhook(server.port))
    assert (found.code, found.taken) == (status, taken)


async def test_a_chat_service_gets_title_and_text(session: aiohttp.ClientSession) -> None:
    got: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/{token}", take)
    async with TestServer(app) as server:
        chat = Endpoint(
            id="chat", owner="desk-east", kind="apprise", url=f"json://127.0.0.1:{server.port}/{TOKEN}"
        )
        found = await send(session, chat)
    assert found == Answer(None, True, "")
    assert got[0]["title"] == f"ALERT: {alert().headline}"


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint(id="chat", owner="o", kind="apprise", url=f"json://127.0.0.1:{unused_port()}/{TOKEN}"),
        Endpoint(id="chat", owner="o", kind="apprise", url=f"carrier-pigeon://{TOKEN}"),
        webhook(unused_port()),
        Endpoint(id="hook", owner="o", kind="webhook", url=f"https://{TOKEN}.invalid/", secret=SECRET),
    ],
)
async def test_what_goes_wrong_is_said_without_the_address_or_the_secret(
    session: aiohttp.ClientSession, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "agents"):
        found = await send(session, endpoint)
    assert not found.taken
    assert found.reason
    said = found.reason + caplog.text
    assert TOKEN not in said
    assert SECRET not in said


async def test_a_private_address_is_refused_for_good(session: aiohttp.ClientSession) -> None:
    found = await send(session, webhook(80), allow_private=False)
    assert (found.taken, found.refused) == (False, True)
