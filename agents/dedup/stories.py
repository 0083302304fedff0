"""Open stories and how alike a post is to them."""

from itertools import accumulate, chain
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from agents.dedup.config import DedupConfig
from agents.dedup.profile import Profile
from agents.dedup.rarity import Rarity
from agents.dedup.shingles import U32
from agents.dedup.table import RowTable
from agents.dedup.vectors import F32, Vector, Vectors, vector_of

WIDTH = 64
"""Terms of a post that are compared: its heaviest."""
_NUMBERS = np.arange(WIDTH, dtype=np.uint8)
_KEYS = 24
"""Terms that a post is found by: its heaviest of all."""
_RECENT = 7
"""Latest posts of a story that it is known by, beside its opener."""
_LOW = np.uint32(0xFFFF)
_NUMBER_BITS = 48
_STORIES = 8
"""Stories compared in full at most."""
_SPREAD = [posts**0.75 for posts in range(_RECENT + 2)]
"""The likeness of a post to a story is the sum of those to its posts, divided by this power of their
number: 0.5 is the cosine to the centre of posts that have nothing in common, 1 that of equal ones. One
post that is alike is not enough for a story of many, so that stories do not grow by chaining."""
_STRONGEST = np.float32(0.5)
"""Part of the strongest term in common that does not count: one name, however rare, is no event."""
_LENGTH_POWER = 0.2
"""Longer posts share more words by chance; likeness is divided by this power of their length."""


class Story(msgspec.Struct, eq=False, gc=False):
    """A story as far as the window remembers it.

    Attributes:
        posts: judged posts so far, which is the last sequence number given.
        held: rows of the window that belong to it.
        opener: vector of its first post, -1 before there is one; ``recent``: vectors of the latest.

    """

    story_id: str
    posts: int = 0
    held: int = 0
    opener: int = -1
    recent: tuple[int, ...] = ()


class Likeness(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A story that a post may belong to.

    Attributes:
        score: likeness to the story, decayed by its silence.
        rows: those of its posts that it is known by, each with the likeness to it, the most alike first.

    """

    story: Story
    score: float
    rows: list[tuple[float, int]]


def _scale(words: int) -> float:
    return float((min(max(words, 16), 250) / 100) ** (_LENGTH_POWER / 2))


class Stories:
    """Vectors of the posts that stories are known by."""

    def __init__(self, config: DedupConfig) -> None:
        size = config.max_story_posts
        self._size = size
        self._end = 0
        self._first = 0
        self._vectors = np.zeros((size, 2, WIDTH), dtype=np.uint32)
        """Terms, and the bits of their weights beside them."""
        self._places = np.zeros(1 << 16, dtype=np.uint8)
        self._weighed: tuple[Profile, Vector] | None = None
        self._rows = np.zeros(size, dtype=np.int64)
        self._times = np.zeros(size, dtype=np.int64)
        self._half_life = config.story_half_life.total_seconds()
        self._gap = config.story_gap.total_seconds()
        self._story: list[Story | None] = [None] * size
        self._table = RowTable(max_bits=(size * _KEYS // 16 - 1).bit_length(), ways=16)
        self._rarity = Rarity()
        self._by_id: dict[str, Story] = {}

    def __len__(self) -> int:
        """Return the number of stories that the window remembers."""
        return len(self._by_id)

    def known(self, story_id: str) -> Story:
        """Return a story that the window remembers."""
        return self._by_id[story_id]

    def enter(self, story_id: str, sequence: int) -> Story:
        """Return the story of one more post, opened when it is not known."""
        story = self._by_id.get(story_id)
        if story is None:
            story = self._by_id[story_id] = Story(story_id)
        story.posts = max(story.posts, sequence)
        story.held += 1
        return story

    def release(self, story_id: str) -> None:
        """Forget one row of a story, and with its last row the story."""
        story = self._by_id[story_id]
        story.held -= 1
        if not story.held:
            del self._by_id[story_id]

    def vector(self, profile: Profile, words: int) -> Vector:
        """Weigh the terms of a post; the vector holds until the next post is added."""
        if self._weighed is not None and self._weighed[0] is profile:
            return self._weighed[1]
        weights = self._rarity.of(profile) * profile.weights
        order = np.argsort(-weights, kind="stable")[:WIDTH]
        kept = np.sort(order)
        chosen = weights.take(kept)
        norm = float(np.sqrt(np.dot(chosen, chosen)))
        unit = chosen / np.float32((norm or 1.0) * _scale(words))
        keyed = order[:_KEYS].astype(np.uint16)
        vector = vector_of(profile.terms, kept.astype(np.uint16), keyed, unit)
        self._weighed = profile, vector
        return vector

    def add(self, story: Story, vector: Vector, row: int, time: int) -> None:
        """Let a story be known by one more post."""
        at, size = self._end % self._size, len(vector.terms)
        self._table.insert(vector.keys, self._end)
        self._rarity.add(vector.every)
        self._vectors[at, 0, :size] = vector.terms
        self._vectors[at, 1, :size] = vector.weights.view(np.uint32)
        self._vectors[at, :, size:] = 0
        self._rows[at] = row
        self._times[at] = time
        self._know(story)

    def add_all(self, stories: list[Story], vectors: Vectors, rows: list[int], times: list[int]) -> None:
        """Let stories be known by some more posts, just as one after the other."""
        numbers = np.arange(self._end, self._end + len(stories))
        self._table.insert_all(vectors.keys, vectors.key_counts, numbers)
        self._rarity.add_all(vectors.every, vectors.every_counts)
        counts = vectors.term_counts
        owner = np.repeat(np.arange(len(counts)), counts)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        block = np.zeros((len(stories), 2, WIDTH), dtype=np.uint32)
        block[owner, 0, place] = vectors.terms
        block[owner, 1, place] = vectors.weights.view(np.uint32)
        at = numbers % self._size
        self._vectors[at] = block
        self._rows[at] = rows
        self._times[at] = times
        for story in stories:
            self._know(story)

    def _know(self, story: Story) -> None:
        self._weighed = None
        number = self._end
        self._end += 1
        self._story[number % self._size] = story
        if story.opener < 0:
            story.opener = number
        else:
            story.recent = (*story.recent[1 - _RECENT :], number)

    def alike(self, vector: Vector, time: int, first_row: int) -> list[Likeness]:
        """Return the stories most like a post, the most alike first."""
        if not len(vector.terms):
            return []
        self._drop_before(first_row)
        groups = self._candidates(vector, time)
        if not groups:
            return []
        at = np.array([*chain.from_iterable(groups.values())]) % self._size
        ends = [*accumulate(map(len, groups.values()))]
        silences = np.minimum.reduceat(np.abs(self._times.take(at) - time), [0, *ends[:-1]]).tolist()
        pairs = [*zip(self._cosines(vector, at).tolist(), self._rows.take(at).tolist(), strict=True)]
        found = []
        low = 0
        for story, high, silence in zip(groups, ends, silences, strict=True):
            found.append(self._likeness(story, sorted(pairs[low:high], reverse=True), silence))
            low = high
        found.sort(key=_likest)
        return found

    def _drop_before(self, first_row: int) -> None:
        """Pass over the vectors that were overwritten, and those of posts that the window holds no longer."""
        self._first = max(self._first, self._end - self._size + 1)
        while self._first < self._end and self._rows[self._first % self._size] < first_row:
            self._first += 1

    def _candidates(self, vector: Vector, time: int) -> dict[Story, tuple[int, ...]]:
        """Return up to _STORIES stories, each with the vectors it is known by: those that share most rare
        terms."""
        groups: dict[Story, tuple[int, ...]] = {}
        for number in self._most_shared(vector, time):
            story = self._story[number % self._size]
            if story is not None and story not in groups:
                known = (story.opener, *story.recent)
                if story.opener < self._first:
                    known = tuple(number for number in known if number >= self._first)
                groups[story] = known
                if len(groups) == _STORIES:
                    break
        return groups

    def _most_shared(self, vector: Vector, time: int) -> list[int]:
        """Return the vectors of open stories that share most rare terms, the latest first among equals."""
        hits = self._table.find(vector.keys)
        silences = np.abs(self._times.take(hits % self._size) - time)
        hits = hits[(hits >= self._first) & (silences <= self._gap)]
        hits.sort()
        starts = np.ones(len(hits) + 1, dtype=np.bool_)
        np.not_equal(hits[1:], hits[:-1], out=starts[1:-1])
        bounds = np.flatnonzero(starts)
        first = bounds[:-1]
        ranked = (bounds[1:] - first << _NUMBER_BITS) | hits.take(first)
        ranked.sort()
        best: list[int] = (ranked[: -4 * _STORIES - 1 : -1] & ((1 << _NUMBER_BITS) - 1)).tolist()
        return best

    def _cosines(self, vector: Vector, at: npt.NDArray[np.int64]) -> F32:
        vectors = self._vectors.take(at, axis=0)
        terms, weights = vectors[:, 0], vectors[:, 1].view(np.float32)
        place = self._place(vector.terms, terms)
        shared = vector.weights.take(place)
        shared *= weights
        shared *= vector.terms.take(place) == terms
        result: F32 = np.add.reduce(shared, axis=1) - _STRONGEST * np.maximum.reduce(shared, axis=1)
        return result

    def _place(self, among: U32, terms: U32) -> npt.NDArray[Any]:
        """Return where each term stands among some if it is one of them."""
        numbers = _NUMBERS[: len(among)]
        low = among & _LOW
        self._places[low] = numbers
        found: npt.NDArray[Any] = self._places.take(terms & _LOW)
        if (self._places[low] != numbers).any():  # two of them share their lower half
            found = np.minimum(np.searchsorted(among, terms), len(among) - 1)
        self._places[low] = 0
        return found

    def _likeness(self, story: Story, rows: list[tuple[float, int]], silence: int) -> Likeness:
        """Score a story by the likeness of the posts that it is known by, the most alike first."""
        decay = 0.5 ** (silence / self._half_life)
        score = sum([like for like, _ in rows]) / _SPREAD[len(rows)] * decay
        return Likeness(story, round(score, 6), rows)


def _likest(one: Likeness) -> tuple[float, int]:
    return -one.score, one.rows[0][1]
