"""The latest messages of a topic, as they arrived: what streams are fed from and where they join.

Messages have numbers in the order of arrival. A client is a number: the next message it is to get.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.gateway.cursors import encode_cursor
from agents.gateway.facets import Facets
from agents.gateway.filters import Filter
from agents.gateway.sse import frame

CHUNK_MESSAGES = 256
CHUNK_BYTES = 256 * 1024


class BehindError(Exception):
    """The message that comes next for a client is no longer held."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a topic."""

    partition: int
    offset: int
    facets: Facets
    value: bytes
    """JSON on one line."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a client is sent at once."""

    data: bytes
    events: int
    next: int
    """Number of the message that comes after it."""
    cursor: str | None
    """The place after it; None where it holds nothing, not even what a filter left out."""


@dataclass(frozen=True, slots=True)
class _Held:
    entry: Entry
    cursor: str
    """The place after it, for all who have had everything before."""


class Ring:
    """Holds the latest messages, up to a number and an amount of bytes."""

    def __init__(self, kind: str, position: Sequence[int], messages: int, size: int) -> None:
        """Hold nothing yet.

        Args:
            kind: letter of the topic in cursors.
            position: by partition, the offset of the first message that will be added.
            messages: most messages to hold.
            size: most bytes of messages to hold; one message is held in any case.

        """
        self.kind = kind
        self.start = list(position)
        """By partition, the offset of the first message held."""
        self.position = list(position)
        """By partition, the offset of the next message to be added."""
        self.first = 0
        """Number of the first message held."""
        self.next = 0
        """Number of the next message to be added."""
        self._slots: list[_Held | None] = [None] * messages
        self._most_bytes = size
        self._bytes = 0
        self._chunks: dict[tuple[int, Filter], Chunk] = {}

    def add(self, entry: Entry) -> None:
        """Add the next message of its partition; the oldest make room for it."""
        self._chunks.clear()
        self.position[entry.partition] = entry.offset + 1
        self._bytes += len(entry.value)
        while self.next - self.first == len(self._slots) or (
            self._bytes > self._most_bytes and self.first < self.next
        ):
            self._drop_first()
        self._slots[self.next % len(self._slots)] = _Held(entry, encode_cursor(self.kind, self.position))
        self.next += 1

    def skip(self, partition: int, offset: int) -> None:
        """Pass over a message that cannot be read."""
        self.position[partition] = offset + 1

    def _drop_first(self) -> None:
        dropped = self._held(self.first).entry
        self._slots[self.first % len(self._slots)] = None
        self._bytes -= len(dropped.value)
        self.start[dropped.partition] = dropped.offset + 1
        self.first += 1

    def _held(self, number: int) -> _Held:
        held = self._slots[number % len(self._slots)]
        assert held is not None
        return held

    @property
    def cursor(self) -> str:
        """The place after everything that was added."""
        return encode_cursor(self.kind, self.position)

    def covers(self, position: Sequence[int]) -> bool:
        """Say whether everything from a place on is held, or still to come."""
        return all(held <= wanted for held, wanted in zip(self.start, position, strict=True))

    def reached(self, position: Sequence[int]) -> bool:
        """Say whether nothing before a place is still to come."""
        return all(wanted <= own for wanted, own in zip(position, self.position, strict=True))

    def entries(self, start: int) -> Iterator[Entry]:
        """Yield the messages from a number on.

        Raises:
            BehindError: it is no longer held.

        """
        if start < self.first:
            raise BehindError
        yield from (self._held(number).entry for number in range(start, self.next))

    def chunk(self, start: int, wanted: Filter) -> Chunk:
        """Return what a client is sent next.

        Clients that ask for the same get the same bytes: they are put together once.

        Raises:
            BehindError: the message with the number ``start`` is no longer held.

        """
        if start < self.first:
            raise BehindError
        known = self._chunks.get((start, wanted))
        if known is None:
            known = self._chunks[start, wanted] = self._put_together(start, wanted)
        return known

    def _put_together(self, start: int, wanted: Filter) -> Chunk:
        frames: list[bytes] = []
        cursor: str | None = None
        size, number = 0, start
        while number < self.next and len(frames) < CHUNK_MESSAGES and size < CHUNK_BYTES:
            held = self._held(number)
            cursor = held.cursor
            if wanted.passes(held.entry.facets):
                frames.append(frame(self.kind, cursor, held.entry.value))
                size += len(held.entry.value)
            number += 1
        return Chunk(b"".join(frames), len(frames), number, cursor)
