"""Fetching from real local servers, most of them ill-behaved."""

import asyncio
import gzip
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from socket import AddressFamily

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from agents.net.retry_after import retry_after
from agents.net.session import open_session
from agents.polling.fetch import Fetched, Limits, fetch
from agents.polling.inflate import ENCODINGS

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
LIMIT = 256 * 1024
INSIDE = Limits(2.0, LIMIT, allow_private=True)
OUTSIDE = Limits(2.0, LIMIT, allow_private=False)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session("wiredesk-test", 2.0, allow_private=True, encodings=ENCODINGS) as opened:
        yield opened


async def ask(session: aiohttp.ClientSession, handler: Handler, limits: Limits = INSIDE) -> Fetched:
    app = web.Application()
    app.router.add_get("/{tail:.*}", handler)
    async with TestServer(app) as server:
        return await fetch(session, str(server.make_url("/page")), limits, NOW)


def answering(status: int, body: bytes = b"", **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(
            status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return handler


async def test_a_document_comes_with_what_makes_the_next_request_conditional(
    session: aiohttp.ClientSession,
) -> None:
    found = await ask(
        session, answering(200, b"<rss/>", ETag='"a"', Last_Modified="Mon", Content_Type="text/xml")
    )
    assert (found.outcome, found.data, found.etag, found.last_modified) == ("ok", b"<rss/>", '"a"', "Mon")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (304, "not_modified"),
        (404, "not_found"),
        (410, "not_found"),
        (403, "failed"),
        (500, "failed"),
        (503, "busy"),
    ],
)
async def test_other_answers_are_outcomes(session: aiohttp.ClientSession, status: int, outcome: str) -> None:
    assert (await ask(session, answering(status))).outcome == outcome


async def test_a_busy_server_says_how_long_to_wait(session: aiohttp.ClientSession) -> None:
    found = await ask(session, answering(429, Retry_After="120"))
    assert (found.outcome, found.retry_after) == ("busy", timedelta(seconds=120))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 04 May 2026 08:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 04 May 2026 07:00:00 GMT", timedelta(0)),
        ("soon", None),
        (None, None),
        ("9" * 400, timedelta(seconds=10**8)),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value, NOW) == expected


async def test_a_body_without_end_is_cut_off_at_the_limit(session: aiohttp.ClientSession) -> None:
    sent = 0

    async def gigabyte(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1024):
            await response.write(b"x" * 1024 * 1024)
            sent += 1
        return response

    assert (await ask(session, gigabyte)).outcome == "too_large"
    assert sent < 100


async def test_a_gzip_bomb_is_cut_off_without_being_unpacked(session: aiohttp.ClientSession) -> None:
    bomb = gzip.compress(b"\0" * (256 * 1024 * 1024), 9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (await ask(session, answering(200, bomb, Content_Encoding="gzip"))).outcome == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize(
    ("body", "encoding", "outcome"),
    [
        (gzip.compress(b"fine"), "gzip", "ok"),
        (gzip.compress(b"cut short, alas")[:-9], "gzip", "failed"),
        (b"not gzip", "gzip", "failed"),
        (b"whatever", "br", "failed"),
    ],
    ids=["whole", "cut short", "no gzip at all", "an encoding not read"],
)
async def test_compressed_documents(
    session: aiohttp.ClientSession, body: bytes, encoding: str, outcome: str
) -> None:
    assert (await ask(session, answering(200, body, Content_Encoding=encoding))).outcome == outcome


async def test_a_server_that_dawdles_is_given_up_in_time(session: aiohttp.ClientSession) -> None:
    async def slow_loris(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    started = asyncio.get_running_loop().time()
    found = await ask(session, slow_loris, Limits(0.5, LIMIT, allow_private=True))
    assert (found.outcome, found.reason) == ("failed", "no complete answer within 0.5 s")
    assert asyncio.get_running_loop().time() - started < 2


async def test_redirects_are_followed_and_loops_are_not(session: aiohttp.ClientSession) -> None:
    async def once(request: web.Request) -> web.Response:
        if request.path == "/page":
            return web.Response(status=301, headers={"Location": "/moved"})
        return web.Response(body=b"here")

    found = await ask(session, once)
    assert (found.outcome, found.data) == ("ok", b"here")
    assert found.url.endswith("/moved")
    looped = await ask(session, answering(302, Location="/again"))
    assert (looped.outcome, looped.reason) == ("failed", "redirected more than 5 times")


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://[::1]/"]
)
async def test_a_redirect_into_the_private_network_is_refused(target: str) -> None:
    app = web.Application()
    app.router.add_get("/page", answering(302, Location=target))
    async with TestServer(app) as server, public_name(server.port) as pretending:
        found = await fetch(pretending, "http://public.example/page", OUTSIDE, NOW)
    assert found.outcome == "refused"


@asynccontextmanager
async def public_name(port: int | None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session in which every name leads to a local server, as if that were public."""

    class ToServer(AbstractResolver):
        async def resolve(
            self, host: str, port_: int = 0, family: AddressFamily = AddressFamily.AF_INET
        ) -> list[ResolveResult]:
            return [
                ResolveResult(
                    hostname=host, host="127.0.0.1", port=port or 0, family=family, proto=0, flags=0
                )
            ]

        async def close(self) -> None:
            return None

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=ToServer())) as opened:
        yield opened


async def test_a_name_that_resolves_to_a_private_address_is_not_connected_to() -> None:
    async with open_session("wiredesk-test", 2.0, allow_private=False) as guarded:
        found = await fetch(guarded, "http://localhost:1/", OUTSIDE, NOW)
    assert found.outcome == "failed"
    assert "no public address" in found.reason


async def test_a_server_that_is_not_there_is_an_outcome(session: aiohttp.ClientSession) -> None:
    found = await fetch(session, "http://127.0.0.1:1/", INSIDE, NOW)
    assert found.outcome == "failed"
    assert "Connect" in found.reason
