"""The posts of the window in columns: what later posts are compared with, and the verdicts to repeat."""

import sys
from array import array
from collections.abc import Iterator
from itertools import accumulate
from struct import Struct

import msgspec
import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.entry import Entry
from agents.dedup.post_keys import NOTHING, SIZE, PostKeys
from agents.dedup.shingles import U16
from agents.dedup.signature import Packed
from agents.dedup.slots import Slots
from agents.dedup.verdict import Verdict
from schemas.posts import Relation

_START = 256
_SETS = 7
_SIZES = Struct(f"={_SETS}H")
_ORDINARY, _TURNED, _MARKED = 1, 2, 4
NOWHERE = -1


class Stored(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The parts of an earlier post that are compared."""

    row: int
    post_id: str
    story_id: str
    time: int
    words: int
    digest: int
    publisher: int
    marked: bool
    shingles: U16
    slots: Slots


class _Columns:
    """What is known of each post, one array a field: they cost a fifth of records of numpy to write and read.

    Attributes:
        similarities: -1 where there is none.
        previous: row + 1 of the post before in the same bucket, 0 for none.
        hashes: of keys, for finding their buckets.
        keys, related: of the post itself and of the one it is related to, one after the other.
        sizes: those of the packed sets, _SETS a post.

    """

    def __init__(self, size: int) -> None:
        self.similarities = array("d", bytes(8 * size))
        self.watermarks = array("q", bytes(8 * size))
        self.times = array("q", bytes(8 * size))
        self.digests = array("Q", bytes(8 * size))
        self.words = array("I", bytes(4 * size))
        self.revisions = array("I", bytes(4 * size))
        self.sequences = array("I", bytes(4 * size))
        self.previous = array("I", bytes(4 * size))
        self.hashes = array("I", bytes(4 * size))
        self.publishers = array("I", bytes(4 * size))
        self.codes = array("H", bytes(2 * size))
        self.flags = array("B", bytes(size))
        self.keys = array("B", bytes(SIZE * size))
        self.related = array("B", bytes(SIZE * size))
        self.sizes = array("H", bytes(2 * _SETS * size))

    def copy(self, other: "_Columns", rows: npt.NDArray[np.int64], size: int, other_size: int) -> None:
        """Take over rows from columns of another size."""
        for name, column in vars(self).items():
            here = np.frombuffer(column, dtype=column.typecode).reshape(size, -1)
            there = np.frombuffer(getattr(other, name), dtype=column.typecode).reshape(other_size, -1)
            here[rows % size] = there[rows % other_size]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(column.itemsize * len(column) for column in vars(self).values())


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
        self._columns = _Columns(_START)
        self._sets: list[bytes] = [b""] * _START
        self._stories: list[str] = [""] * _START
        self._heads = array("I", bytes(4 * _START))
        self._keys = PostKeys()
        self._codes: list[tuple[Relation, str]] = []
        self._code_numbers: dict[tuple[Relation, str], int] = {}

    def __len__(self) -> int:
        return self.end - self.first

    def append(self, entry: Entry) -> int:
        """Take in a judged post and return its row."""
        if len(self) > self._mask:
            self._grow()
        row, columns = self.end, self._columns
        at = row & self._mask
        key = self._keys.key(entry.post_id)
        columns.similarities[at] = -1.0 if entry.similarity is None else entry.similarity
        columns.watermarks[at] = entry.watermark
        columns.times[at] = entry.time
        columns.digests[at] = entry.digest
        columns.words[at] = entry.words
        columns.publishers[at] = entry.publisher
        columns.revisions[at] = entry.revision
        columns.sequences[at] = entry.story_seq
        columns.codes[at] = self._code(entry.relation, entry.reason)
        columns.flags[at] = _ORDINARY * entry.ordinary | _TURNED * entry.turned | _MARKED * entry.marked
        related = NOTHING if entry.related_to is None else self._keys.key(entry.related_to)
        # Writing to a part of an array as such takes a microsecond.
        memoryview(columns.keys)[at * SIZE : at * SIZE + SIZE] = key
        memoryview(columns.related)[at * SIZE : at * SIZE + SIZE] = related
        _SIZES.pack_into(columns.sizes, at * _SIZES.size, *entry.sizes)
        self._sets[at] = entry.sets
        self._stories[at] = sys.intern(entry.story_id)
        columns.hashes[at] = xxhash.xxh32_intdigest(key)
        self._link(row)
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
        return self._columns.times[row & self._mask]

    def latest(self, post_id: str) -> int:
        """Return the row of the latest revision of a post, NOWHERE for a post not held."""
        return next(self._chain(self._keys.key(post_id)), NOWHERE)

    def find(self, post_id: str, revision: int) -> int:
        """Return the row of a revision of a post, NOWHERE for one not held."""
        for row in self._chain(self._keys.key(post_id)):
            if self._columns.revisions[row & self._mask] == revision:
                return row
        return NOWHERE

    def verdict(self, row: int) -> Verdict:
        """Return the verdict on the post of a row held."""
        at = row & self._mask
        relation, reason = self._codes[self._columns.codes[at]]
        similarity = self._columns.similarities[at]
        related = self._columns.related[at * SIZE : at * SIZE + SIZE].tobytes()
        return Verdict(
            relation,
            None if related == NOTHING else self._keys.post_id(related),
            None if similarity < 0 else similarity,
            reason,
            self._stories[at],
            self._columns.sequences[at],
        )

    def watermark(self, row: int) -> int:
        """Return the watermark of the post of a row held, in microseconds."""
        return self._columns.watermarks[row & self._mask]

    def near(self, rows: dict[int, int], time: int, window: int, posts: bool) -> list[tuple[int, int]]:
        """Return those of some rows, each with its number, that are held and lie within the window of a time:
        ordinary posts, or summaries and notices."""
        first, mask, times, flags = self.first, self._mask, self._columns.times, self._columns.flags
        return [
            (row, number)
            for row, number in rows.items()
            if row >= first
            and flags[row & mask] & _ORDINARY == posts
            and abs(times[row & mask] - time) <= window
        ]

    def digest(self, row: int) -> int:
        """Return the digest of a row held."""
        return self._columns.digests[row & self._mask]

    def shared(self, shingles: npt.NDArray[np.bool_], rows: list[int]) -> list[tuple[int, int]]:
        """Return for each of some rows held how many of its shingles are among some, given as a table of
        members, and how many it has."""
        if not rows:
            return []
        sizes = [self._columns.sizes[_SETS * (row & self._mask)] for row in rows]
        parts = [self._sets[row & self._mask][: 2 * size] for row, size in zip(rows, sizes, strict=True)]
        found = shingles.take(np.frombuffer(b"".join(parts), dtype=np.uint16))
        ends = accumulate(sizes)
        return [
            (int(np.count_nonzero(found[end - size : end])), size)
            for end, size in zip(ends, sizes, strict=True)
        ]

    def stored(self, row: int) -> Stored:
        """Return the compared parts of a row held."""
        at, columns = row & self._mask, self._columns
        packed = Packed(self._sets[at], tuple(columns.sizes[at * _SETS : at * _SETS + _SETS]))
        shingles, names, openers, numbers, dates, clocks, leads = packed.unpacked()
        turned = bool(columns.flags[at] & _TURNED)
        return Stored(
            row=row,
            post_id=self._keys.post_id(columns.keys[at * SIZE : at * SIZE + SIZE].tobytes()),
            story_id=self._stories[at],
            time=columns.times[at],
            words=columns.words[at],
            digest=columns.digests[at],
            publisher=columns.publishers[at],
            marked=bool(columns.flags[at] & _MARKED),
            shingles=shingles,
            slots=Slots(names, openers, numbers, dates, clocks, leads, turned),
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the columns and of the packed sets they point to."""
        lists = 8 * (len(self._sets) + len(self._stories)) + 4 * len(self._heads)
        return self._columns.nbytes + lists + sum(len(sets) for sets in self._sets)

    def _link(self, row: int) -> None:
        """Put a row before the others of its bucket."""
        at = row & self._mask
        bucket = self._columns.hashes[at] & self._mask
        self._columns.previous[at] = self._heads[bucket]
        self._heads[bucket] = row + 1

    def _chain(self, key: bytes) -> Iterator[int]:
        """Yield the rows of a post, the latest first."""
        columns, mask, own = self._columns, self._mask, array("B", key)
        row = self._heads[xxhash.xxh32_intdigest(key) & mask] - 1
        while row >= self.first:
            at = row & mask
            if columns.keys[at * SIZE : at * SIZE + SIZE] == own:
                yield row
            row = columns.previous[at] - 1

    def _code(self, relation: Relation, reason: str) -> int:
        number = self._code_numbers.setdefault((relation, reason), len(self._codes))
        if number == len(self._codes):
            self._codes.append((relation, reason))
        return number

    def _grow(self) -> None:
        """Double the ring and build the chains anew."""
        old, self._mask = self._mask, 2 * self._mask + 1
        size = self._mask + 1
        columns = _Columns(size)
        columns.copy(self._columns, np.arange(self.first, self.end), size, old + 1)
        sets, stories = self._sets, self._stories
        self._columns, self._heads = columns, array("I", bytes(4 * size))
        self._sets, self._stories = [b""] * size, [""] * size
        for row in range(self.first, self.end):
            self._sets[row & self._mask], self._stories[row & self._mask] = (
                sets[row & old],
                stories[row & old],
            )
            self._link(row)
