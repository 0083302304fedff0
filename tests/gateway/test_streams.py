"""A stream's clients against a topic in memory: no gap and no repeat, whatever comes when."""

import asyncio
import re
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gateway.cursors import decode_cursor
from agents.gateway.facets import Facets
from agents.gateway.filters import Filter
from agents.gateway.hub import Hub
from agents.gateway.ring import BehindError, Entry, Ring
from agents.gateway.streams import Stream
from schemas.codec import DecodeError
from tests.gateway.support import NOW, until

PARTITIONS = 2
_EVENT = re.compile(rb"id: (\S+)\nevent: event\ndata: (\S+)\n\n")


def facets_of(value: bytes) -> Facets:
    if value == b'"unreadable"':
        raise DecodeError("invalid", "unreadable")
    return Facets(value.decode(), "strike", "severe", frozenset(), frozenset(), "story", NOW)


class Topic:
    """A topic in memory that a hub follows step by step."""

    def __init__(self, ring: int) -> None:
        self.partitions: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
        self.hub = Hub("events.enriched", "e", facets_of)
        self.hub.begin(Ring("e", [0] * PARTITIONS, ring, 1_000_000))

    def publish(self, partition: int, value: bytes) -> None:
        self.partitions[partition].append(value)

    def follow(self, most: int = 1_000) -> None:
        """Let the hub take up to so many messages of each partition."""
        for partition, messages in enumerate(self.partitions):
            start = self.hub.ring.position[partition]
            for offset, value in enumerate(messages[start : start + most], start):
                self.hub.take(partition, offset, value)
        self.hub.wake()

    async def read(self, hub: Hub, position: list[int]) -> AsyncGenerator[list[Entry], None]:
        while True:
            entries = []
            for partition, messages in enumerate(self.partitions):
                offset = position[partition]
                if offset < len(messages):
                    position[partition] += 1
                    entry = hub.entry_of(partition, offset, messages[offset])
                    entries += [entry] if entry is not None else []
            yield entries
            await asyncio.sleep(0)

    async def first(self, _: Hub) -> list[int]:
        return [0] * PARTITIONS

    def values(self) -> list[bytes]:
        return sorted(value for messages in self.partitions for value in messages if value != b'"unreadable"')


class Client:
    """Reads a stream, as slowly as a test wants, and comes again where it left."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.seen: list[bytes] = []
        self.cursor = "e1.0.0"
        self.may_write = asyncio.Event()
        self.may_write.set()
        self._stream: Stream | None = None
        self._running: asyncio.Task[None] | None = None

    async def write(self, data: bytes, events: int) -> None:
        await self.may_write.wait()
        found = _EVENT.findall(data)
        assert len(found) == events
        for cursor, value in found:
            self.seen.append(value)
            self.cursor = cursor.decode()

    def connect(self) -> None:
        self._stream = Stream(self.topic.hub, Filter(), self.write)
        position = decode_cursor(self.cursor, "e", PARTITIONS)
        self._running = asyncio.ensure_future(self._stream.run(position, self.topic))

    async def leave(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            self._running = None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(0, PARTITIONS - 1), st.integers(1, 12)),
        st.tuples(st.just("follow"), st.integers(1, 6), st.just(0)),
        st.tuples(
            st.sampled_from(["connect", "leave", "stall", "read", "unreadable"]), st.just(0), st.just(0)
        ),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, ring=st.integers(1, 9))
def test_a_client_that_comes_and_goes_sees_every_message_once_and_in_order(
    steps: list[tuple[str, int, int]], ring: int
) -> None:
    asyncio.run(come_and_go(steps, ring))


async def come_and_go(steps: list[tuple[str, int, int]], ring: int) -> None:
    topic = Topic(ring)
    client = Client(topic)
    for step, first, second in steps:
        if step == "connect":
            await client.leave()
        await act(topic, client, step, first, second)
        for _ in range(3):
            await asyncio.sleep(0)
    client.may_write.set()
    await client.leave()
    client.connect()
    topic.follow()
    await until("all is seen", lambda: len(client.seen) >= len(topic.values()), 5)
    await client.leave()
    assert sorted(client.seen) == topic.values()
    for partition in range(PARTITIONS):
        own = [value for value in client.seen if value.startswith(b'"%d' % partition)]
        assert own == sorted(own)


async def act(topic: Topic, client: Client, step: str, first: int, second: int) -> None:
    if step == "publish":
        for _ in range(second):
            topic.publish(first, b'"%d-%06d"' % (first, len(topic.partitions[first])))
    elif step == "unreadable":
        topic.publish(0, b'"unreadable"')
    elif step == "follow":
        topic.follow(first)
    elif step == "leave":
        await client.leave()
    else:
        {"connect": client.connect, "stall": client.may_write.clear, "read": client.may_write.set}[step]()


def entry(offset: int, value: bytes = b'"x"', partition: int = 0) -> Entry:
    return Entry(partition, offset, facets_of(value), value)


def test_the_ring_holds_no_more_messages_and_bytes_than_it_may() -> None:
    by_number, by_size = Ring("e", [0], 4, 1000), Ring("e", [0], 100, 10)
    for offset in range(10):
        by_number.add(entry(offset))
        by_size.add(entry(offset, b'"1234"'))
    assert [one.offset for one in by_number.entries(by_number.first)] == [6, 7, 8, 9]
    assert [one.offset for one in by_size.entries(by_size.first)] == [9]
    assert (by_number.covers([6]), by_number.covers([5])) == (True, False)
    with pytest.raises(BehindError):
        by_number.chunk(5, Filter())


def test_clients_that_ask_for_the_same_get_the_same_bytes() -> None:
    ring = Ring("e", [0], 4, 1000)
    ring.add(entry(0))
    assert ring.chunk(0, Filter()) is ring.chunk(0, Filter())
    others = ring.chunk(0, Filter(category=frozenset({"protest"})))
    assert (others.data, others.events, others.next, others.cursor) == (b"", 0, 1, "e1.1")
