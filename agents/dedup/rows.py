"""The posts of the window in columns: what later posts are compared with, and the verdicts to repeat."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U16
from agents.dedup.signature import Signature
from agents.dedup.slots import Slots
from agents.dedup.verdict import Verdict
from schemas.posts import JudgedPost

_RECORD = np.dtype(
    [
        ("time", np.int64),
        ("digest", np.uint64),
        ("similarity", np.float64),
        ("previous", np.int64),
        ("words", np.uint32),
        ("revision", np.uint32),
        ("sequence", np.uint32),
        ("shingles", np.uint16),
        ("names", np.uint16),
        ("openers", np.uint16),
        ("numbers", np.uint16),
        ("dates", np.uint16),
        ("clocks", np.uint16),
        ("leads", np.uint16),
        ("turned", np.bool_),
        ("marked", np.bool_),
        ("kind", np.uint8),
    ]
)
_POST_ID, _RELATED, _CODES, _STORY, _PACKED = range(5)
_PARTS = ("shingles", "names", "openers", "numbers", "dates", "clocks", "leads")
_START = 256
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

    Attributes:
        first: the oldest row held.
        end: the row that comes next.

    """

    def __init__(self) -> None:
        self.first = 0
        self.end = 0
        self._records: npt.NDArray[Any] = np.zeros(_START, dtype=_RECORD)
        self._objects: npt.NDArray[Any] = np.empty((_START, 5), dtype=object)
        self._latest: dict[str, int] = {}
        self._codes: dict[tuple[str, str], tuple[str, str]] = {}

    def __len__(self) -> int:
        return self.end - self.first

    def append(self, judged: JudgedPost, signature: Signature, time: int) -> int:
        """Take in a judged post and return its row."""
        if len(self) == len(self._records):
            self._grow()
        row = self.end
        at = row & (len(self._records) - 1)
        slots = signature.slots
        sets = (
            signature.shingles,
            slots.names,
            slots.openers,
            slots.numbers,
            slots.dates,
            slots.clocks,
            slots.leads,
        )
        similarity = -1.0 if judged.similarity is None else judged.similarity
        previous = self._latest.get(judged.post_id, NOWHERE)
        numbers = (
            time,
            signature.digest,
            similarity,
            previous,
            signature.words,
            judged.revision,
            judged.story_seq,
        )
        self._records[at] = (
            *numbers,
            *map(len, sets),
            slots.turned,
            signature.notice is not None or signature.footnote is not None,
            judged.kind == "post",
        )
        codes = (judged.relation, judged.reason)
        packed = b"".join([part.tobytes() for part in sets])
        self._objects[at] = (
            judged.post_id,
            judged.related_to,
            self._codes.setdefault(codes, codes),
            judged.story_id,
            packed,
        )
        self._latest[judged.post_id] = row
        self.end += 1
        return row

    def drop_first(self) -> str:
        """Forget the oldest row and return the story it was in."""
        at = self.first & (len(self._records) - 1)
        post_id, _, _, story, _ = self._objects[at]
        if self._latest[post_id] == self.first:
            del self._latest[post_id]
        self._objects[at] = None
        self.first += 1
        return str(story)

    def time_of(self, row: int) -> int:
        """Return the event time of a row held, in seconds."""
        return int(self._records[row & (len(self._records) - 1)]["time"])

    def latest(self, post_id: str) -> int:
        """Return the row of the latest revision of a post, NOWHERE for a post not held."""
        return self._latest.get(post_id, NOWHERE)

    def verdict(self, post_id: str, revision: int) -> Verdict | None:
        """Return the verdict on a post that was judged before."""
        row = self._latest.get(post_id, NOWHERE)
        while row >= self.first:
            at = row & (len(self._records) - 1)
            record = self._records[at]
            if record["revision"] == revision:
                _, related, (relation, reason), story, _ = self._objects[at]
                similarity = float(record["similarity"])
                return Verdict(
                    relation,
                    related,
                    None if similarity < 0 else similarity,
                    reason,
                    story,
                    int(record["sequence"]),
                )
            row = int(record["previous"])
        return None

    def near(self, rows: npt.NDArray[np.int64], time: int, window: int, posts: bool) -> npt.NDArray[np.int64]:
        """Return those of some rows that are held and lie within the window of a time: ordinary posts, or
        summaries and notices.
        """
        rows = rows[rows >= self.first]
        records = self._records[rows & (len(self._records) - 1)]
        found: npt.NDArray[np.int64] = rows[
            (np.abs(records["time"] - time) <= window) & (records["kind"] == posts)
        ]
        return found

    def has_digest(self, rows: npt.NDArray[np.int64], digest: int) -> npt.NDArray[np.int64]:
        """Return those of some rows whose text has a digest."""
        found: npt.NDArray[np.int64] = rows[
            self._records["digest"][rows & (len(self._records) - 1)] == np.uint64(digest)
        ]
        return found

    def shingles(self, row: int) -> U16:
        """Return the shingles of a row held."""
        at = row & (len(self._records) - 1)
        return np.frombuffer(
            self._objects[at, _PACKED], dtype=np.uint16, count=int(self._records["shingles"][at])
        )

    def stored(self, row: int) -> Stored:
        """Return the compared parts of a row held."""
        at = row & (len(self._records) - 1)
        record = self._records[at]
        post_id, _, _, story, packed = self._objects[at]
        shingles, *sets = _unpacked(packed, [int(record[name]) for name in _PARTS])
        names, openers, numbers, dates, clocks, leads = sets
        slots = Slots(names, openers, numbers, dates, clocks, leads, bool(record["turned"]))
        return Stored(
            row=row,
            post_id=post_id,
            story_id=story,
            time=int(record["time"]),
            words=int(record["words"]),
            digest=int(record["digest"]),
            marked=bool(record["marked"]),
            shingles=shingles,
            slots=slots,
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the columns, without the objects they point to."""
        return self._records.nbytes + self._objects.nbytes

    def _grow(self) -> None:
        size = len(self._records)
        rows = np.arange(self.first, self.end)
        records, objects = self._records, self._objects
        self._records = np.zeros(2 * size, dtype=_RECORD)
        self._objects = np.empty((2 * size, 5), dtype=object)
        self._records[rows & (2 * size - 1)] = records[rows & (size - 1)]
        self._objects[rows & (2 * size - 1)] = objects[rows & (size - 1)]


def _unpacked(packed: bytes, lengths: list[int]) -> Iterator[U16]:
    values = np.frombuffer(packed, dtype=np.uint16)
    start = 0
    for length in lengths:
        yield values[start : start + length]
        start += length
