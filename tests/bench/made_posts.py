"""Made-up posts with the frequencies of words, the repeats and the stories of a stream of news."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import xxhash

from agents.dedup.data import load_data
from schemas.posts import RawPost

START = datetime(2026, 3, 1, tzinfo=UTC)
REPEATS = 0.35
"""Part of the posts that repeat or update an earlier one."""
OPENERS = 0.4
"""Part of the other posts that open a story; the rest belong to one."""
_SOURCES = 197
_RECENT = 4_000
"""Posts and stories of before that the next ones come from."""
_AHEAD = 1_000
"""Posts whose words are drawn at a time."""
_MEAN_WORDS, _SPREAD = 4.6, 0.5
_RARE = 0.001
_CUT = 6
"""Letters at which the terms of the prior end: such a term stands for longer words."""
_FOOTERS = ("Follow us for more.", "All rights reserved.", "Reporting by our own correspondents")
_STARTS = "Al Bar Cor Dol El Fen Gor Har Il Jas Kor Lem Mor Nur Or Pel Qua Ros Sel Tor Ul Var Wes Yor Zan"
_MIDDLES = "a an e en i in o on u un"
_ENDS = "dov grad ka lia mir nov pol rek sk stan tez va viv zor"


class Posts:
    """About 114 words a post: a third repeats and updates, the others in stories of several posts."""

    def __init__(self, seed: int, interval: timedelta) -> None:
        prior = load_data().prior
        terms = [term for term in sorted(prior) if term.isascii()]
        words = [term if len(term) < _CUT else f"{term}ed" for term in terms]
        self._words = np.array(words, dtype=object)
        weights = np.array([prior[term] for term in terms])
        self._weights = np.cumsum(weights) / weights.sum()
        self._rare = [word for word, weight in zip(words, weights, strict=True) if weight < _RARE]
        self._names = invented_names()
        self._random = random.Random(seed)
        self._numpy = np.random.default_rng(seed)
        self._interval = interval
        self._made = 0
        self._stories: list[tuple[list[str], list[str]]] = []
        self._texts: list[tuple[str, str]] = []

    def take(self, count: int) -> list[RawPost]:
        """Return the next posts."""
        made: list[RawPost] = []
        while len(made) < count:
            some = min(_AHEAD, count - len(made))
            sizes = np.maximum(20, self._numpy.lognormal(_MEAN_WORDS, _SPREAD, some).astype(np.int64))
            drawn = self._words[np.searchsorted(self._weights, self._numpy.random(int(sizes.sum())))]
            ends = np.cumsum(sizes)
            made += [
                self._post(drawn[end - size : end].tolist()) for size, end in zip(sizes, ends, strict=True)
            ]
        return made

    def _post(self, words: list[str]) -> RawPost:
        number = self._made
        self._made += 1
        at = START + self._interval * number
        if self._texts and self._random.random() < REPEATS:
            headline, body = self._edited(*self._random.choice(self._texts))
        else:
            headline, body = self._told(words)
            put(self._texts, (headline, body), number)
        return post_of(number, at, headline, body)

    def _told(self, words: list[str]) -> tuple[str, str]:
        """Put names and terms of a story, numbers and sentences into drawn words."""
        rng = self._random
        if not self._stories or rng.random() < OPENERS:
            story = (rng.sample(self._names, 5), rng.sample(self._rare, 12))
            put(self._stories, story, self._made)
        else:
            story = rng.choice(self._stories)
        names, terms = story
        for at in range(3, len(words), 9):
            words[at] = rng.choice(names) if rng.random() < 0.8 else str(rng.randrange(2, 5000))
        for at in range(5, len(words), 9):
            words[at] = rng.choice(terms)
        for at in range(0, len(words), 17):
            words[at - 1] += "."
            words[at] = words[at].capitalize()
        return " ".join(words[:9]), " ".join(words[9:])

    def _edited(self, headline: str, body: str) -> tuple[str, str]:
        """Copy a text, put a line under it, cut it, add to it, change a figure or a word of eight."""
        rng = self._random
        choice = rng.randrange(6)
        if choice == 0:
            return headline, body
        if choice == 1:
            return headline, f"{body}\n{rng.choice(_FOOTERS)}"
        words = body.split()
        if choice == 2:
            return headline, " ".join(words[: len(words) * 6 // 10])
        if choice == 3:
            return headline, " ".join(
                [*words, ".", *rng.choices(self._rare, k=30), *rng.choices(self._names, k=3)]
            )
        if choice == 4:
            return headline, " ".join(str(int(word) + 1) if word.isdigit() else word for word in words)
        for at in range(rng.randrange(8), len(words), 8):
            words[at] = rng.choice(self._rare)
        return headline, " ".join(words)


def post_of(number: int, at: datetime, headline: str, body: str) -> RawPost:
    """Return a post of one of many outlets; the same number gives the same ids."""
    return RawPost(
        post_id=f"{xxhash.xxh3_128_intdigest(str(number).encode()):032x}",
        source=f"outlet-{number % _SOURCES}",
        lane="default",
        native_id=str(number),
        revision=0,
        headline=headline,
        body=body,
        fetched_at=at,
        event_time=at,
        kind="post",
    )


def invented_names() -> list[str]:
    """Return names of people and places that there are not."""
    return [s + m + e for s in _STARTS.split() for m in _MIDDLES.split() for e in _ENDS.split()]


def put(kept: list[Any], one: Any, number: int) -> None:
    """Keep the latest ones, in the place of one that came long before."""
    if len(kept) < _RECENT:
        kept.append(one)
    else:
        kept[number % _RECENT] = one
