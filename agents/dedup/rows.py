"""The posts of the window in columns: what later posts are compared with, and the verdicts to repeat."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.entry import Entry
from agents.dedup.shingles import U16
from agents.dedup.signature import Packed
from agents.dedup.slots import Slots
from agents.dedup.verdict import Verdict

_RECORD = np.dtype(
    [
        ("similarity", np.float64),
        ("watermark", np.int64),
        ("words", np.uint32),
        ("revision", np.uint32),
        ("sequence", np.uint32),
        ("previous", np.uint32),
        ("related", np.void(16).dtype),
        ("sizes", np.uint16, 7),
        ("code", np.uint16),
        ("turned", np.bool_),
        ("marked", np.bool_),
    ]
)
_START = 256
_ID = 16
"""Bytes that stand for a post id."""
_NOTHING = bytes(_ID)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Stored:
    """The parts of an earlier post that are compared."""

    row: int
    post_id: str
    story_id: str
    time: int
    words: int
    digest: int
    marked: bool
    shingles: U16
    slots: Slots


class Rows:
    """A ring of the latest posts, numbered from 0 in the order of the log.

    Posts are found by id through chains from the latest row of each bucket to the one before it; a chain
    ends where it leaves the ring, so that nothing is ever deleted.

    Attributes:
        first: the oldest row held.
        end: the row that comes next.

    """

    def __init__(self) -> None:
        self.first = 0
        self.end = 0
        self._mask = _START - 1
        self._records: npt.NDArray[Any] = np.zeros(_START, dtype=_RECORD)
        self._times = array("q", bytes(8 * _START))
        self._digests = array("Q", bytes(8 * _START))
        self._ordinary = bytearray(_START)
        self._ids = bytearray(_ID * _START)
        self._sets: list[bytes] = [b""] * _START
        self._stories: list[str] = [""] * _START
        self._heads: npt.NDArray[np.uint32] = np.zeros(_START, dtype=np.uint32)
        self._names = _Names()
        self._codes: list[tuple[Any, str]] = []
        self._code_numbers: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return self.end - self.first

    def append(self, entry: Entry, story_id: str) -> int:
        """Take in a judged post and return its row; equal story ids had best be the same string."""
        if len(self) > self._mask:
            self._grow()
        row = self.end
        at = row & self._mask
        key = self._names.key(entry.post_id)
        bucket = self._bucket(key)
        self._records[at] = (
            -1.0 if entry.similarity is None else entry.similarity,
            entry.watermark,
            entry.words,
            entry.revision,
            entry.story_seq,
            self._heads[bucket],
            _NOTHING if entry.related_to is None else self._names.key(entry.related_to),
            entry.sizes,
            self._code(entry.relation, entry.reason),
            entry.turned,
            entry.marked,
        )
        self._times[at] = entry.time
        self._digests[at] = entry.digest
        self._ordinary[at] = entry.ordinary
        self._ids[at * _ID : at * _ID + _ID] = key
        self._sets[at] = entry.sets
        self._stories[at] = story_id
        self._heads[bucket] = row + 1
        self.end += 1
        return row

    def drop_first(self) -> str:
        """Forget the oldest row and return the story it was in."""
        at = self.first & self._mask
        story = self._stories[at]
        self._sets[at], self._stories[at] = b"", ""
        self.first += 1
        return story

    def time_of(self, row: int) -> int:
        """Return the event time of a row held, in seconds."""
        return self._times[row & self._mask]

    def latest(self, post_id: str) -> int:
        """Return the row of the latest revision of a post, NOWHERE for a post not held."""
        return next(self._chain(self._names.key(post_id)), NOWHERE)

    def find(self, post_id: str, revision: int) -> int:
        """Return the row of a revision of a post, NOWHERE for one not held."""
        for row in self._chain(self._names.key(post_id)):
            if self._records["revision"][row & self._mask] == revision:
                return row
        return NOWHERE

    def verdict(self, row: int) -> Verdict:
        """Return the verdict on the post of a row held."""
        record = self._records[row & self._mask]
        relation, reason = self._codes[record["code"]]
        similarity = float(record["similarity"])
        related = record["related"].tobytes()
        return Verdict(
            relation,
            None if related == _NOTHING else self._names.name(related),
            None if similarity < 0 else similarity,
            reason,
            self._stories[row & self._mask],
            int(record["sequence"]),
        )

    def watermark(self, row: int) -> int:
        """Return the watermark of the post of a row held, in microseconds."""
        return int(self._records["watermark"][row & self._mask])

    def near(self, rows: dict[int, int], time: int, window: int, posts: bool) -> list[tuple[int, int]]:
        """Return those of some rows, each with its number, that are held and lie within the window of a time:
        ordinary posts, or summaries and notices."""
        first, mask, times, ordinary = self.first, self._mask, self._times, self._ordinary
        return [
            (row, number)
            for row, number in rows.items()
            if row >= first and ordinary[row & mask] == posts and abs(times[row & mask] - time) <= window
        ]

    def digest(self, row: int) -> int:
        """Return the digest of a row held."""
        return self._digests[row & self._mask]

    def shared(self, shingles: npt.NDArray[np.bool_], rows: list[int]) -> list[tuple[int, int]]:
        """Return for each of some rows held how many of its shingles are among some, given as a table of
        members, and how many it has."""
        sizes = self._records["sizes"][[row & self._mask for row in rows], 0].tolist() if rows else []
        parts = [self._sets[row & self._mask][: 2 * size] for row, size in zip(rows, sizes, strict=True)]
        found = shingles[np.frombuffer(b"".join(parts), dtype=np.uint16)]
        bounds = pairwise([0, *accumulate(sizes)])
        return [
            (int(np.count_nonzero(found[low:high])), size)
            for (low, high), size in zip(bounds, sizes, strict=True)
        ]

    def stored(self, row: int) -> Stored:
        """Return the compared parts of a row held."""
        at = row & self._mask
        record = self._records[at]
        packed = Packed(self._sets[at], tuple(record["sizes"].tolist()))
        shingles, names, openers, numbers, dates, clocks, leads = packed.unpacked()
        return Stored(
            row=row,
            post_id=self._names.name(bytes(self._ids[at * _ID : at * _ID + _ID])),
            story_id=self._stories[at],
            time=self._times[at],
            words=int(record["words"]),
            digest=self._digests[at],
            marked=bool(record["marked"]),
            shingles=shingles,
            slots=Slots(names, openers, numbers, dates, clocks, leads, bool(record["turned"])),
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the columns and of the packed sets they point to."""
        columns = self._records.nbytes + self._heads.nbytes + len(self._ids) + len(self._ordinary)
        lists = 8 * (len(self._times) + len(self._digests) + len(self._sets) + len(self._stories))
        return columns + lists + sum(len(sets) for sets in self._sets)

    def _chain(self, key: bytes) -> Iterator[int]:
        """Yield the rows of a post, the latest first."""
        row = int(self._heads[self._bucket(key)]) - 1
        while row >= self.first:
            at = row & self._mask
            if self._ids[at * _ID : at * _ID + _ID] == key:
                yield row
            row = int(self._records["previous"][at]) - 1

    def _bucket(self, key: bytes | bytearray) -> int:
        return xxhash.xxh32_intdigest(key) & self._mask

    def _code(self, relation: str, reason: str) -> int:
        number = self._code_numbers.setdefault((relation, reason), len(self._codes))
        if number == len(self._codes):
            self._codes.append((relation, reason))
        return number

    def _grow(self) -> None:
        """Double the ring and build the chains anew."""
        old, mask = self._mask, 2 * self._mask + 1
        rows = np.arange(self.first, self.end)
        self._mask = mask
        self._records = _moved(self._records, rows, old, mask)
        self._times = array("q", _moved(np.array(self._times), rows, old, mask).tobytes())
        self._digests = array("Q", _moved(np.array(self._digests), rows, old, mask).tobytes())
        self._ordinary = bytearray(_moved(np.frombuffer(self._ordinary, dtype=np.uint8), rows, old, mask))
        ids = _moved(np.frombuffer(self._ids, dtype=f"V{_ID}"), rows, old, mask)
        self._ids = bytearray(ids.tobytes())
        sets, stories = self._sets, self._stories
        self._sets, self._stories = [b""] * (mask + 1), [""] * (mask + 1)
        self._heads = np.zeros(mask + 1, dtype=np.uint32)
        for row in range(self.first, self.end):
            at = row & mask
            self._sets[at], self._stories[at] = sets[row & old], stories[row & old]
            bucket = self._bucket(self._ids[at * _ID : at * _ID + _ID])
            self._records["previous"][at] = self._heads[bucket]
            self._heads[bucket] = row + 1


def _moved(column: npt.NDArray[Any], rows: npt.NDArray[Any], old: int, mask: int) -> npt.NDArray[Any]:
    larger = np.zeros(mask + 1, dtype=column.dtype)
    larger[rows & mask] = column[rows & old]
    return larger


class _Names:
    """Post ids as 16 bytes: those of 32 hexadecimal digits as they are, others by their hash and kept."""

    def __init__(self) -> None:
        self._others: dict[bytes, str] = {}

    def key(self, name: str) -> bytes:
        """Return the bytes that stand for a post id."""
        try:
            key = bytes.fromhex(name)
        except ValueError:
            key = b""
        if len(key) == _ID and key.hex() == name and key != _NOTHING:
            return key
        key = xxhash.xxh3_128_digest(name.encode("utf-8", "surrogatepass"))
        self._others[key] = name
        return key

    def name(self, key: bytes) -> str:
        """Return the post id that some bytes stand for."""
        return self._others.get(key) or key.hex()
