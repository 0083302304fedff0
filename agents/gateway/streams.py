"""One client of a stream: where it stands, and what it is sent.

A client that joins at an older place is first on its own: it reads what the ring no longer holds from the
topic, then what the ring holds and it has not had. Once it has had exactly what came before a number of the
ring it goes along with all others. So there is neither a gap nor a repeat where the two meet.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from agents.gateway import sse
from agents.gateway.cursors import decode_cursor, encode_cursor
from agents.gateway.filters import Filter
from agents.gateway.hub import Hub
from agents.gateway.ring import CHUNK_BYTES, BehindError, Entry

Write = Callable[[bytes, int], Awaitable[None]]
"""Sends bytes that hold so many events; returns when the connection takes more."""


PATIENCE_BEATS = 1
"""After so many whole heartbeats a place beyond the end of the topic is one that the topic has lost."""


class _NeverThereError(Exception):
    """A place is beyond the end of the topic: the topic was made anew."""


class OldReader(Protocol):
    """Reads a topic from a place on."""

    def read(self, hub: Hub, position: list[int]) -> AsyncGenerator[list[Entry], None]:
        """Yield messages that can be read, in order by partition, for as long as the caller goes on.

        ``position`` is moved on past all that was yielded or passed over.
        """

    async def first(self, hub: Hub) -> list[int]:
        """Return the place of the oldest messages that are kept."""


class Stream:
    """Sends one client what it asked for, from a place on."""

    def __init__(self, hub: Hub, wanted: Filter, write: Write) -> None:
        self._hub = hub
        self._wanted = wanted
        self._write = write
        self.number: int | None = None
        """Number of the next message in the ring; None while the client is on its own."""
        self._cursor = ""
        """The place after what it has had, while it goes along with all others."""
        self.ended = False
        """Set to end it before the hub stops."""

    @property
    def _is_over(self) -> bool:
        return self.ended or self._hub.stopping

    async def run(self, position: Sequence[int] | None, old: OldReader) -> None:
        """Send until the hub stops, or the stream is ended.

        Args:
            position: by partition, the offset of the next message; None: what comes from now on.
            old: reads what the ring no longer holds.

        """
        await self._write(sse.START, 0)
        if position is None:
            self.number = self._hub.ring.next
            self._cursor = self._hub.ring.cursor
            await self._write(sse.place(self._cursor), 0)
        else:
            await self._join(list(position), old)
        while not self._is_over:
            try:
                await self._go_along()
            except BehindError:
                self.number = None
                ring = self._hub.ring
                await self._join(decode_cursor(self._cursor, ring.kind, len(ring.position)), old)
        if not self.ended:
            await self._write(sse.END, 0)

    async def _go_along(self) -> None:
        """Send what all others are sent.

        Raises:
            BehindError: so much came at once that the ring does not hold all of it.

        """
        hub, wrote, beats = self._hub, True, self._hub.beats
        assert self.number is not None
        while not self._is_over:
            chunk = hub.ring.chunk(self.number, self._wanted)
            self.number = chunk.next
            self._cursor = chunk.cursor or self._cursor
            if chunk.data:
                wrote = True
                await self._write(chunk.data, chunk.events)
            elif self.number == hub.ring.next:
                if hub.beats != beats:
                    if not wrote:
                        await self._write(sse.place(self._cursor), 0)
                    beats, wrote = hub.beats, False
                await hub.changed()

    async def _join(self, position: list[int], old: OldReader) -> None:
        """Bring a client from its place to a number of the ring."""
        await self._write(sse.place(encode_cursor(self._hub.kind, position)), 0)
        while not self._is_over:
            if not self._hub.ring.covers(position):
                await self._read_old(position, old)
                continue
            try:
                await self._read_ring(position)
                return
            except BehindError:
                continue
            except _NeverThereError:
                await self._start_over(position, await old.first(self._hub))

    async def _read_old(self, position: list[int], old: OldReader) -> None:
        """Send from the topic until the ring holds what comes next."""
        kept = await old.first(self._hub)
        if any(own < first for own, first in zip(position, kept, strict=True)):
            await self._start_over(position, kept)
        reached = list(position)
        async with aclosing(old.read(self._hub, reached)) as batches:
            async for entries in batches:
                await self._send_own(entries, position)
                position[:] = reached
                if self._is_over or self._hub.ring.covers(position):
                    return

    async def _start_over(self, position: list[int], kept: list[int]) -> None:
        """Move on to the oldest kept where a place is before that or beyond the end, and say so."""
        end = self._hub.ring.position
        for partition, (own, first) in enumerate(zip(list(position), kept, strict=True)):
            if not first <= own <= end[partition]:
                position[partition] = first
        await self._write(sse.gap(encode_cursor(self._hub.kind, position)), 0)

    async def _read_ring(self, position: list[int]) -> None:
        """Send from the ring what the client has not had, until it has had all that the others have.

        Where the client is ahead, having come from another gateway, the ring gets there in a moment.
        """
        hub = self._hub
        number, beats = hub.ring.first, hub.beats
        while not self._is_over:
            end, known = hub.ring.next, list(hub.ring.position)
            news = [one for one in hub.ring.entries(number) if one.offset >= position[one.partition]]
            await self._send_own(news, position)
            position[:] = map(max, position, known)
            number = end
            if position == known:
                self.number, self._cursor = number, encode_cursor(hub.kind, position)
                return
            if hub.beats - beats > PATIENCE_BEATS:
                raise _NeverThereError
            await hub.changed()

    async def _send_own(self, entries: list[Entry], position: list[int]) -> None:
        """Send messages with ids of the client's own, and move its place on."""
        frames: list[bytes] = []
        size = 0
        for entry in entries:
            position[entry.partition] = entry.offset + 1
            if self._wanted.passes(entry.facets):
                frames.append(sse.frame(self._hub.kind, encode_cursor(self._hub.kind, position), entry.value))
                size += len(entry.value)
            if size >= CHUNK_BYTES:
                await self._write(b"".join(frames), len(frames))
                frames, size = [], 0
        if frames:
            await self._write(b"".join(frames), len(frames))
