"""A rule's ``when``, compiled once into a tree of named tests on facts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import asin, cos, radians, sin, sqrt
from typing import Any

from agents.alerting.names import folded
from agents.alerting.rules.text_query import Query, parse_query
from agents.alerting.stories.facts import Facts
from schemas.events import SEVERITY_ORDER, Place
from schemas.rules import AtLeast, AtLeastSeverity, Circle, PlaceCondition, SourceCondition, When

EARTH_RADIUS_KM = 6371.0088
POST_FIELDS = frozenset({"status", "source", "actor", "language", "text"})
"""Conditions on the post itself: what the next post of the story says does not undo them."""
CASUALTY_FIELDS = ("killed", "injured", "missing", "detained", "displaced", "captured")


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources of which the post's must be one, None where any is good, and those that it must not be."""

    wanted: frozenset[str] | None
    unwanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition.

    Attributes:
        index: number among the leaves of its rule, from 0, from left to right.
        field: its field in ``when``.
        wanted: what the field asks for, made ready: a frozenset of values (category, event_type, status), a
            position in ``SEVERITY_ORDER`` (severity), a number (outlets and casualties), a
            ``PlaceCondition`` (place), ``Sources`` (source), a folded name (actor), a ``Query`` (text) or
            the value itself (language).
        check: tests ``wanted`` on facts.

    """

    index: int
    field: str
    wanted: Any
    check: Callable[[Any, Facts], bool]

    def test(self, facts: Facts) -> bool:
        """Tell whether the condition holds."""
        return self.check(self.wanted, facts)


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions joined by all, any or not."""

    kind: str
    parts: tuple["Leaf | Branch", ...]


Condition = Leaf | Branch


def compile_when(when: When) -> Condition:
    """Compile a ``when`` that has been checked."""
    return _compile(when, count())


def holds(condition: Condition, facts: Facts, frozen: Mapping[int, bool] | None = None) -> bool:
    """Tell whether a condition holds.

    Args:
        condition: compiled by ``compile_when``.
        facts: what is known now.
        frozen: values of leaves on the post, from when the rule first matched; they are not asked again.

    """
    if isinstance(condition, Leaf):
        known = frozen.get(condition.index) if frozen else None
        return condition.check(condition.wanted, facts) if known is None else known
    if condition.kind == "not":
        return not holds(condition.parts[0], facts, frozen)
    decisive = condition.kind == "any"
    for part in condition.parts:
        if holds(part, facts, frozen) is decisive:
            return decisive
    return not decisive


def freeze(condition: Condition, facts: Facts) -> dict[int, bool]:
    """Return the values of all leaves on the post."""
    return {leaf.index: leaf.test(facts) for leaf in leaves(condition) if leaf.field in POST_FIELDS}


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the single conditions of a tree, from left to right."""
    if isinstance(condition, Leaf):
        yield condition
        return
    for part in condition.parts:
        yield from leaves(part)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in kilometres (haversine formula, mean Earth radius of the IUGG)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def _compile(when: When, numbers: Iterator[int]) -> Condition:
    parts: list[Condition] = [
        Leaf(next(numbers), field, prepare(wanted), check)
        for field, (prepare, check) in _FIELDS.items()
        if (wanted := getattr(when, field)) is not None
    ]
    if when.any is not None:
        parts.append(Branch("any", tuple(_compile(inner, numbers) for inner in when.any)))
    if when.all is not None:
        parts.append(Branch("all", tuple(_compile(inner, numbers) for inner in when.all)))
    if when.not_ is not None:
        parts.append(Branch("not", (_compile(when.not_, numbers),)))
    return parts[0] if len(parts) == 1 else Branch("all", tuple(parts))


def _as_set(value: str | Sequence[str]) -> frozenset[str]:
    return _shared(value if isinstance(value, str) else tuple(value))


@lru_cache(maxsize=1_000)
def _shared(value: str | tuple[str, ...]) -> frozenset[str]:
    """Return one set for all rules that ask for the same few values."""
    return frozenset([value] if isinstance(value, str) else value)


def _sources(source: SourceCondition) -> Sources:
    return Sources(None if source.any is None else frozenset(source.any), frozenset(source.none or ()))


def _category(wanted: frozenset[str], facts: Facts) -> bool:
    return not wanted.isdisjoint(facts.categories)


def _event_type(wanted: frozenset[str], facts: Facts) -> bool:
    return not wanted.isdisjoint(facts.event_types)


def _severity(floor: int, facts: Facts) -> bool:
    return SEVERITY_ORDER.index(facts.severity) >= floor


def _status(wanted: frozenset[str], facts: Facts) -> bool:
    return facts.status in wanted


def _place(wanted: PlaceCondition, facts: Facts) -> bool:
    return any(_is_place(place, wanted) for place in facts.places)


def _is_place(place: Place, wanted: PlaceCondition) -> bool:
    return (
        (wanted.country is None or place.country == wanted.country)
        and (wanted.admin1 is None or _same_name(place.admin1, wanted.admin1))
        and (wanted.name is None or _same_name(place.name, wanted.name))
        and (wanted.within is None or _inside(place, wanted.within))
    )


def _inside(place: Place, circle: Circle) -> bool:
    if place.lat is None or place.lon is None:
        return False
    return distance_km(place.lat, place.lon, circle.lat, circle.lon) <= circle.km


def _same_name(name: str | None, wanted: str) -> bool:
    return name is not None and folded(name) == folded(wanted)


def _casualties(kind: str) -> Callable[[int, Facts], bool]:
    return lambda least, facts: facts.casualties.get(kind, 0) >= least


def _outlets(least: int, facts: Facts) -> bool:
    return facts.outlets >= least


def _source(wanted: Sources, facts: Facts) -> bool:
    if wanted.wanted is not None and facts.source not in wanted.wanted:
        return False
    return facts.source not in wanted.unwanted


def _actor(wanted: str, facts: Facts) -> bool:
    return any(wanted in name for name in facts.actors)


def _language(wanted: str, facts: Facts) -> bool:
    return facts.language == wanted


def _text(query: Query, facts: Facts) -> bool:
    return query(facts.text)


def _at_least(bound: AtLeast) -> int:
    return bound.at_least


def _floor(bound: AtLeastSeverity) -> int:
    return SEVERITY_ORDER.index(bound.at_least)


def _as_given(value: Any) -> Any:
    return value


_FIELDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Facts], bool]]] = {
    "category": (_as_set, _category),
    "event_type": (_as_set, _event_type),
    "severity": (_floor, _severity),
    "status": (_as_set, _status),
    "place": (_as_given, _place),
    **{kind: (_at_least, _casualties(kind)) for kind in CASUALTY_FIELDS},
    "outlets": (_at_least, _outlets),
    "source": (_sources, _source),
    "actor": (folded, _actor),
    "language": (_as_given, _language),
    "text": (parse_query, _text),
}
"""Fields of ``when`` in the order of their leaves: what makes the field ready, and what tests it."""
