"""Made-up news with real sentences: the labelled posts taken apart and put together anew.

A story has a category, a city, names and figures; a post tells it in sentences that labelled posts of that
category hold, with the story's city, names and figures in place of their own. So classification finds as much
in them as in real posts, and dedup sees stories, repeats and updates as often as in a stream of news.
"""

import random
import re
from dataclasses import dataclass
from datetime import timedelta

from msgspec import structs

from schemas.posts import RawPost
from tests.bench.made_posts import OPENERS, REPEATS, START, invented_names, post_of, put
from tests.bench.made_rules import cities
from tests.eval.classification_eval import load_labelled

_MEDIAN_SENTENCES, _SPREAD, _MOST_SENTENCES = 4.5, 0.6, 30
_FOOTERS = ("Follow us for more.", "All rights reserved.", "Reporting by our own correspondents.")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
"""A word with a capital inside a sentence."""
_NUMBER = re.compile(r"\b\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class _Story:
    category: str
    city: str
    names: tuple[str, ...]
    first_figure: int


@dataclass(frozen=True, slots=True)
class _Told:
    story: _Story
    sentences: tuple[str, ...]


class News:
    """Posts of a stream; the same seed gives the same ones."""

    def __init__(self, seed: int, interval: timedelta = timedelta(seconds=5)) -> None:
        self._random = random.Random(seed)
        self._interval = interval
        self._made = 0
        self._sentences = _sentences_by_category()
        self._names = invented_names()
        self._stories: list[_Story] = []
        self._told: list[_Told] = []

    def take(self, count: int) -> list[RawPost]:
        """Return the next posts."""
        return [self._post() for _ in range(count)]

    def _post(self) -> RawPost:
        rng, number = self._random, self._made
        self._made += 1
        if self._told and rng.random() < REPEATS:
            told = self._retold(rng.choice(self._told))
        else:
            told = self._tell(self._story())
        put(self._told, told, number)
        at = START + self._interval * number
        headline, *rest = told.sentences
        post = post_of(number, at, headline, " ".join(rest) or headline)
        return structs.replace(post, published_at=at)

    def _story(self) -> _Story:
        rng = self._random
        if self._stories and rng.random() >= OPENERS:
            return rng.choice(self._stories)
        story = _Story(
            rng.choice(sorted(self._sentences)),
            cities().draw(rng)[0].name,
            tuple(rng.sample(self._names, 6)),
            rng.randrange(2, 400),
        )
        put(self._stories, story, self._made)
        return story

    def _tell(self, story: _Story) -> _Told:
        rng = self._random
        count = round(_MEDIAN_SENTENCES * rng.lognormvariate(0, _SPREAD))
        known = self._sentences[story.category]
        drawn = rng.sample(known, max(1, min(count, _MOST_SENTENCES, len(known))))
        return _Told(story, tuple(self._own(story, sentence) for sentence in drawn))

    def _own(self, story: _Story, sentence: str) -> str:
        """Put a story's city, names and figures into a sentence."""
        rng = self._random
        places = (story.city, *story.names)
        named = _NAME.sub(lambda _: places[min(rng.randrange(9), 6) if rng.random() < 0.6 else 0], sentence)
        return _NUMBER.sub(lambda found: str(int(found[0]) % 7 + story.first_figure), named)

    def _retold(self, told: _Told) -> _Told:
        """Repeat a text, put a line under it, cut it, add to it, or raise a figure."""
        rng, kept = self._random, list(told.sentences)
        choice = rng.randrange(5)
        if choice == 1:
            kept.append(rng.choice(_FOOTERS))
        elif choice == 2:
            kept = kept[: max(2, len(kept) * 6 // 10)]
        elif choice == 3:
            kept += self._tell(told.story).sentences[:3]
        elif choice == 4:
            kept = [_NUMBER.sub(lambda found: str(int(found[0]) + 1), one) for one in kept]
        return _Told(told.story, tuple(kept))


def _sentences_by_category() -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for post in load_labelled("dev"):
        if post["language"] == "en":
            for sentence in _SENTENCE.split(post["body"]):
                found.setdefault(post["category"], {})[sentence] = None
    return {category: list(sentences) for category, sentences in found.items()}
