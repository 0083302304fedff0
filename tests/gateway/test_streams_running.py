"""Streams of a running gateway: live, resumed, stalled, filtered, ended."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest

from agents.wiring.connection import Cluster
from tests.gateway.support import Caller, alert, event, publish, running_gateway, until, write_tokens

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


class Events:
    """Events of a stream as a browser takes them."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        self._content = content
        self._buffer = b""
        self.last_id = ""

    async def next(self, seconds: float = 20) -> tuple[str, dict[str, object]]:
        """Return name and data of the next event, and keep its id."""
        async with asyncio.timeout(seconds):
            while True:
                block, found, rest = self._buffer.partition(b"\n\n")
                if not found:
                    self._buffer += await anext(self._content)
                    continue
                self._buffer = rest
                fields = dict(
                    line.split(": ", 1) for line in block.decode().split("\n") if not line.startswith(":")
                )
                self.last_id = fields.get("id", self.last_id)
                if "data" in fields:
                    return fields.get("event", "message"), orjson.loads(fields["data"])

    async def ids(self, count: int, name: str = "event_id") -> list[str]:
        return [str((await self.next())[1][name]) for _ in range(count)]


@asynccontextmanager
async def stream(caller: Caller, path: str, last_id: str = "") -> AsyncIterator[Events]:
    headers = caller.headers() | ({"Last-Event-ID": last_id} if last_id else {})
    async with caller.session.get(caller.base + path, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield Events(response.content.iter_any().__aiter__())


def small_ring(cluster: Cluster, **more: object) -> Cluster:
    changes = {"gateway_stream_messages": 16, "gateway_heartbeat": 0.5, **more}
    return Cluster(cluster.address, cluster.settings.model_copy(update=changes))


def names(first: int, last: int) -> list[str]:
    return [f"event-{number}" for number in range(first, last)]


async def test_events_come_as_they_are_published_and_only_those_asked_for(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with (
        running_gateway(cluster, write_tokens(tmp_path)) as (_, caller),
        stream(caller, "/v1/events/stream") as everything,
        stream(caller, "/v1/events/stream?country=DE&country=FR") as some,
        stream(caller, "/v1/alerts/stream") as alerts,
    ):
        await asyncio.sleep(0.3)
        await publish(
            cluster, [event(1), event(2, places=[{**place, "country": "FR"} for place in places()])]
        )
        await publish(cluster, [alert(1, owner="other"), alert(2)])
        assert sorted(await everything.ids(2)) == ["event-1", "event-2"]
        assert await some.ids(1) == ["event-2"]
        assert await alerts.ids(1, "alert_id") == ["alert-2"]


def places() -> list[dict[str, object]]:
    return [{"name": "Lyon", "role": "where", "span": [0, 4]}]


async def test_a_stream_goes_on_from_its_last_id_out_of_the_topic_and_the_ring(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with running_gateway(small_ring(cluster), write_tokens(tmp_path)) as (_, caller):
        async with stream(caller, "/v1/events/stream") as events:
            await asyncio.sleep(0.3)
            await publish(cluster, [event(number) for number in range(3)])
            assert sorted(await events.ids(3)) == names(0, 3)
        await publish(cluster, [event(number) for number in range(3, 100)])
        async with stream(caller, "/v1/events/stream", events.last_id) as events:
            seen = await events.ids(97)
            await publish(cluster, [event(number) for number in range(100, 110)])
            seen += await events.ids(10)
        assert sorted(seen) == sorted(names(3, 110))


async def test_there_is_neither_gap_nor_repeat_where_a_late_client_meets_the_live_stream(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Clients come and go at any time while events are published; together they see each event once."""
    total = 600
    async with running_gateway(small_ring(cluster), write_tokens(tmp_path)) as (_, caller):

        async def publish_all() -> None:
            for first in range(0, total, 10):
                await publish(cluster, [event(number) for number in range(first, first + 10)])

        async def follow(pause: float, take: int) -> list[str]:
            seen: list[str] = []
            last_id = "e1.0.0.0"
            while len(seen) < total:
                async with stream(caller, "/v1/events/stream", last_id) as events:
                    seen += await events.ids(min(take, total - len(seen)))
                    last_id = events.last_id
                await asyncio.sleep(pause)
            return seen

        publishing = asyncio.ensure_future(publish_all())
        for seen in await asyncio.gather(*(follow(0.05 * n, 7 + 13 * n) for n in range(6))):
            assert sorted(seen) == sorted(names(0, total))
        await publishing


async def test_a_client_that_stops_reading_is_cut_off_and_resumes_without_loss(
    cluster: Cluster, tmp_path: Path
) -> None:
    total, padding = 400, "x" * 50_000
    options = {"gateway_stall_timeout": 3.0}
    async with running_gateway(small_ring(cluster, **options), write_tokens(tmp_path)) as (listening, caller):
        async with connected(caller, "/v1/events/stream") as (reader, _):
            first = Events(lines_of(reader))
            for start in range(0, total, 50):
                numbers = range(start, start + 50)
                await publish(cluster, [event(number, text=padding) for number in numbers])
            value = listening.gateway.metrics.registry.get_sample_value
            labels = {"topic": "events.enriched", "reason": "stalled"}
            await until("it is cut off", lambda: value("wiredesk_gateway_streams_cut_total", labels))
            assert not listening.gateway.clients
            seen = await until_closed(first)
            assert len(seen) < total
        async with stream(caller, "/v1/events/stream", first.last_id) as events:
            seen += await events.ids(total - len(seen))
        assert sorted(seen) == sorted(names(0, total))


@asynccontextmanager
async def connected(
    caller: Caller, path: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Ask for a stream over a connection of which little is read ahead."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", int(caller.base.rpartition(":")[2])))
    reader, writer = await asyncio.open_connection(sock=plain, limit=4096)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {caller.token}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.close()


async def lines_of(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the content of a chunked response."""
    while True:
        size = int((await reader.readuntil(b"\r\n")).strip() or b"0", 16)
        yield (await reader.readexactly(size + 2))[:-2]


async def until_closed(events: Events) -> list[str]:
    seen: list[str] = []
    try:
        while True:
            seen += await events.ids(1)
    except (OSError, asyncio.IncompleteReadError, StopAsyncIteration):
        return seen


async def test_a_gateway_that_stops_tells_its_streams(cluster: Cluster, tmp_path: Path) -> None:
    async with (
        running_gateway(cluster, write_tokens(tmp_path)) as (listening, caller),
        stream(caller, "/v1/events/stream") as events,
    ):
        await asyncio.sleep(0.2)
        listening.gateway.events.stop()
        assert (await events.next())[0] == "end"


async def test_an_idle_stream_shows_that_it_lives_and_where_it_stands(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with running_gateway(small_ring(cluster), write_tokens(tmp_path)) as (_, caller):
        headers = caller.headers()
        async with caller.session.get(f"{caller.base}/v1/events/stream", headers=headers) as response:
            async with asyncio.timeout(10):
                content = b""
                while content.count(b": alive\nid: e1.0.0.0\n\n") < 3:
                    content += await response.content.readany()


async def test_a_place_that_the_topic_never_had_is_told_as_a_gap_and_starts_over(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with running_gateway(small_ring(cluster), write_tokens(tmp_path)) as (_, caller):
        await publish(cluster, [event(number) for number in range(5)])
        async with stream(caller, "/v1/events/stream", "e1.77.77.77") as events:
            assert (await events.next())[0] == "gap"
            assert sorted(await events.ids(5)) == names(0, 5)


async def test_streams_of_a_token_that_is_taken_away_are_ended(cluster: Cluster, tmp_path: Path) -> None:
    path = write_tokens(tmp_path)
    async with (
        running_gateway(cluster, path) as (listening, caller),
        connected(caller, "/v1/events/stream") as (reader, _),
    ):
        await asyncio.sleep(0.2)
        write_tokens(tmp_path, {"tokens": []})
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(100_000), 10)
        assert (await caller.ask("GET", "/v1/stories"))[0] == 401
        await until("the stream is over", lambda: not listening.gateway.clients)
