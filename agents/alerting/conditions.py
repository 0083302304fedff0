"""A rule's ``when``, compiled once into a tree of named tests on facts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from agents.alerting.facts import Facts
from agents.alerting.text_query import parse_query
from schemas.events import SEVERITY_ORDER, Place
from schemas.rules import Circle, PlaceCondition, SourceCondition, When

Test = Callable[[Facts], bool]
EARTH_RADIUS_KM = 6371.0088
POST_FIELDS = frozenset({"status", "source", "actor", "language", "text"})
"""Conditions on the post itself: what the next post of the story says does not undo them."""
CASUALTY_FIELDS = ("killed", "injured", "missing", "detained", "displaced", "captured")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition; ``index`` numbers the leaves of a rule from 0."""

    index: int
    field: str
    test: Test


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions joined by all, any or not."""

    kind: str
    parts: tuple["Leaf | Branch", ...]


Condition = Leaf | Branch


def compile_when(when: When) -> Condition:
    """Compile a ``when`` that has been checked."""
    return _compile(when, iter(range(1_000_000)))


def holds(condition: Condition, facts: Facts, frozen: Mapping[int, bool] | None = None) -> bool:
    """Tell whether a condition holds.

    Args:
        condition: compiled by ``compile_when``.
        facts: what is known now.
        frozen: values of leaves on the post, from when the rule first matched; they are not asked again.

    """
    if isinstance(condition, Leaf):
        known = None if frozen is None else frozen.get(condition.index)
        return condition.test(facts) if known is None else known
    if condition.kind == "not":
        return not holds(condition.parts[0], facts, frozen)
    results = (holds(part, facts, frozen) for part in condition.parts)
    return any(results) if condition.kind == "any" else all(results)


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
    parts: list[Condition] = [Leaf(next(numbers), field, test) for field, test in _tests(when)]
    if when.any is not None:
        parts.append(Branch("any", tuple(_compile(inner, numbers) for inner in when.any)))
    if when.all is not None:
        parts.append(Branch("all", tuple(_compile(inner, numbers) for inner in when.all)))
    if when.not_ is not None:
        parts.append(Branch("not", (_compile(when.not_, numbers),)))
    return parts[0] if len(parts) == 1 else Branch("all", tuple(parts))


def _tests(when: When) -> Iterator[tuple[str, Test]]:
    if when.category is not None:
        categories = _as_set(when.category)
        yield "category", lambda facts: not categories.isdisjoint(facts.categories)
    if when.event_type is not None:
        types = _as_set(when.event_type)
        yield "event_type", lambda facts: not types.isdisjoint(facts.event_types)
    if when.severity is not None:
        floor = SEVERITY_ORDER.index(when.severity.at_least)
        yield "severity", lambda facts: SEVERITY_ORDER.index(facts.severity) >= floor
    if when.status is not None:
        statuses = _as_set(when.status)
        yield "status", lambda facts: facts.status in statuses
    if when.place is not None:
        yield "place", _place_test(when.place)
    yield from _count_tests(when)
    yield from _post_tests(when)


def _count_tests(when: When) -> Iterator[tuple[str, Test]]:
    for kind in CASUALTY_FIELDS:
        bound = getattr(when, kind)
        if bound is not None:
            yield kind, _casualty_test(kind, bound.at_least)
    if when.outlets is not None:
        least = when.outlets.at_least
        yield "outlets", lambda facts: facts.outlets >= least


def _post_tests(when: When) -> Iterator[tuple[str, Test]]:
    if when.source is not None:
        yield "source", _source_test(when.source)
    if when.actor is not None:
        actor = when.actor.casefold()
        yield "actor", lambda facts: any(actor in name for name in facts.actors)
    if when.language is not None:
        language = when.language
        yield "language", lambda facts: facts.language == language
    if when.text is not None:
        query = parse_query(when.text)
        yield "text", lambda facts: query(facts.text)


def _casualty_test(kind: str, least: int) -> Test:
    return lambda facts: facts.casualties.get(kind, 0) >= least


def _source_test(source: SourceCondition) -> Test:
    wanted = None if source.any is None else frozenset(source.any)
    unwanted = frozenset(source.none or ())
    return lambda facts: (wanted is None or facts.source in wanted) and facts.source not in unwanted


def _place_test(condition: PlaceCondition) -> Test:
    def matches(place: Place) -> bool:
        return (
            (condition.country is None or place.country == condition.country)
            and (condition.admin1 is None or _same_name(place.admin1, condition.admin1))
            and (condition.name is None or _same_name(place.name, condition.name))
            and (condition.within is None or _inside(place, condition.within))
        )

    return lambda facts: any(matches(place) for place in facts.places)


def _inside(place: Place, circle: Circle) -> bool:
    if place.lat is None or place.lon is None:
        return False
    return distance_km(place.lat, place.lon, circle.lat, circle.lon) <= circle.km


def _same_name(name: str | None, wanted: str) -> bool:
    return name is not None and name.casefold() == wanted.casefold()


def _as_set(value: str | Sequence[str]) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)
