"""A topic followed once for all clients: the ring of its latest messages, and the news of more."""

import asyncio
from collections.abc import Callable

from agents.gateway.facets import Facets
from agents.gateway.ring import Entry, Ring
from agents.gateway.sse import one_line
from schemas.codec import DecodeError

TOGETHER_SECONDS = 0.05
"""What arrives within so long is sent together: many small writes cost more than few large ones."""
Read = Callable[[bytes], Facets]


class Hub:
    """What streams and pages of one topic share. Used from one event loop only."""

    def __init__(self, topic: str, kind: str, facets_of: Read) -> None:
        """Start without messages.

        Args:
            topic: name in the topic table.
            kind: letter of the topic in cursors.
            facets_of: reads the facets of a message; raises DecodeError.

        """
        self.topic = topic
        self.kind = kind
        self._facets_of = facets_of
        self._ring: Ring | None = None
        self._news = asyncio.Event()
        self._woken = 0.0
        self._due: asyncio.TimerHandle | None = None
        self.beats = 0
        """Heartbeats so far."""
        self.stopping = False

    @property
    def ring(self) -> Ring:
        """The latest messages; there from the first contact with the broker on."""
        assert self._ring is not None, "the topic is not followed yet"
        return self._ring

    @property
    def is_followed(self) -> bool:
        """Whether the ring is there."""
        return self._ring is not None

    def begin(self, ring: Ring) -> None:
        """Take up the ring."""
        self._ring = ring

    def entry_of(self, partition: int, offset: int, value: bytes | None) -> Entry | None:
        """Return a message of the topic as an entry, None when it cannot be read."""
        try:
            return Entry(partition, offset, self._facets_of(value or b""), one_line(value or b""))
        except DecodeError:
            return None

    def take(self, partition: int, offset: int, value: bytes | None) -> Entry | None:
        """Take the next message of a partition; None when it cannot be read and was passed over."""
        if offset < self.ring.position[partition]:
            return None
        entry = self.entry_of(partition, offset, value)
        if entry is None:
            self.ring.skip(partition, offset)
        else:
            self.ring.add(entry)
        return entry

    def announce(self) -> None:
        """Let all who wait look for news: now, or shortly when they were woken just before."""
        if self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(self._woken + TOGETHER_SECONDS, self.wake)

    def wake(self) -> None:
        """Let all who wait look for news now."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._woken = asyncio.get_running_loop().time()
        news, self._news = self._news, asyncio.Event()
        news.set()

    def beat(self) -> None:
        """Let all who wait show that their stream lives."""
        self.beats += 1
        self.wake()

    def stop(self) -> None:
        """Let all streams end."""
        self.stopping = True
        self.wake()

    async def changed(self) -> None:
        """Wait for news."""
        await self._news.wait()
