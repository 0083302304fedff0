"""What a condition needs of the facts, as keys that can be looked up.

A condition leads to alternatives, each a few keys. It can hold only where all keys of one alternative are
among those of the facts: any is the union of its parts' alternatives, all joins those of its most selective
parts, not and unwanted sources need nothing. A key left out makes more rules be asked, never fewer hold.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from math import prod
from typing import Any

from agents.alerting.index.grid import cells_at, cells_over, level_of
from agents.alerting.index.table import MOST_KEYS
from agents.alerting.names import folded
from agents.alerting.rules.conditions import CASUALTY_FIELDS, Condition, Leaf, Sources
from agents.alerting.rules.text_query import Query, Term
from agents.alerting.stories.facts import Facts
from schemas.events import SEVERITY_ORDER
from schemas.rules import PlaceCondition

Value = str | int
"""A value of a field; of a number, its length in bits, which a greater number has too."""
Key = tuple[float, str, Value]
"""The rough share of posts that hit it, a field and one value. The least share is looked up first."""
Alternative = tuple[Key, ...]
"""Keys that must all be hit, the most selective first."""
TERM_FIELDS = ("text", "actor")
"""Fields whose keys are patterns, to be found in the facts' text or names."""
_ALWAYS: tuple[Alternative, ...] = ((),)
_MOST_ALTERNATIVES = 16
"""Parts of an all are joined up to so many alternatives."""
_SHARES: dict[str, float] = {
    "name": 0.01, "admin1": 0.03, "source": 0.05, "country": 0.1, "category": 0.15, "event_type": 0.15,
    "status": 0.4, "language": 0.5,
}  # fmt: skip
"""Rough share of posts that hit one key of a field. Shares decide what is looked up first, not what holds."""
_SEVERITY_SHARES = (1.0, 0.7, 0.4, 0.1, 0.03)


def alternatives(condition: Condition) -> tuple[Alternative, ...]:
    """Return the alternatives of a condition: an empty one always holds, none at all means it never does."""
    if isinstance(condition, Leaf):
        return _of_leaf(condition)
    return _joined(condition.kind, [alternatives(part) for part in condition.parts])


def keys_of(facts: Facts) -> Iterator[tuple[str, Iterable[Value]]]:
    """Yield the keys of facts by field, all but those of ``TERM_FIELDS``."""
    yield "category", facts.categories
    yield "event_type", facts.event_types
    yield "severity", range(SEVERITY_ORDER.index(facts.severity) + 1)
    if facts.status is not None:
        yield "status", (facts.status,)
    yield "source", (facts.source,)
    if facts.language is not None:
        yield "language", (facts.language,)
    yield "outlets", range(facts.outlets.bit_length() + 1)
    for kind, figure in facts.casualties.items():
        yield kind, range(figure.bit_length() + 1)
    for place in facts.places:
        yield "name", (folded(place.name),)
        if place.admin1 is not None:
            yield "admin1", (folded(place.admin1),)
        if place.country is not None:
            yield "country", (place.country,)
        if place.lat is not None and place.lon is not None:
            yield "cell", cells_at(place.lat, place.lon)


def _joined(kind: str, parts: Sequence[tuple[Alternative, ...]]) -> tuple[Alternative, ...]:
    if kind == "not":
        return _ALWAYS
    if kind == "any":
        found = tuple(dict.fromkeys(one for part in parts for one in part))
        return _ALWAYS if () in found else found
    return reduce(_both, sorted(parts, key=_share), _ALWAYS)


def _both(left: tuple[Alternative, ...], right: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    if _ALWAYS in (left, right):
        return left if right == _ALWAYS else right
    if len(left) * len(right) > _MOST_ALTERNATIVES:
        return left
    return tuple(dict.fromkeys(_ordered({*one, *other}) for one in left for other in right))


def _ordered(keys: Iterable[Key]) -> Alternative:
    return tuple(sorted(keys)[:MOST_KEYS])


def _share(found: tuple[Alternative, ...]) -> float:
    """Estimate the share of posts for which a condition needs to be asked."""
    return sum(prod(share for share, _, _ in one) for one in found)


def _key(field: str, value: Value) -> Key:
    return _key_share(field, value), field, value


def _key_share(field: str, value: Value) -> float:
    if isinstance(value, str):
        return 0.06 / len(value) if field in TERM_FIELDS else _SHARES[field]
    if field == "severity":
        return _SEVERITY_SHARES[value]
    if field == "cell":
        return 0.0005 * (1 << level_of(value))
    return 0.5 / (value + 1)


def _of_leaf(leaf: Leaf) -> tuple[Alternative, ...]:
    read = _LEAVES.get(leaf.field)
    return read(leaf.wanted) if read else ((_key(leaf.field, leaf.wanted),),)


def _of_place(wanted: PlaceCondition) -> tuple[Alternative, ...]:
    keys: list[Key] = []
    if wanted.name is not None:
        keys.append(_key("name", folded(wanted.name)))
    if wanted.admin1 is not None:
        keys.append(_key("admin1", folded(wanted.admin1)))
    if wanted.country is not None:
        keys.append(_key("country", wanted.country))
    cells = None if wanted.within is None else cells_over(wanted.within)
    if cells is None:
        return (_ordered(keys),)
    return tuple(dict.fromkeys(_ordered([*keys, _key("cell", cell)]) for cell in cells))


def _of_sources(wanted: Sources) -> tuple[Alternative, ...]:
    return _ALWAYS if wanted.wanted is None else _one_of("source", wanted.wanted - wanted.unwanted)


def _of_query(query: Query) -> tuple[Alternative, ...]:
    if isinstance(query, Term):
        return ((_key("text", query.pattern),),)
    return _joined(query.kind, [_of_query(part) for part in query.parts])


def _one_of(field: str, values: Iterable[str]) -> tuple[Alternative, ...]:
    return tuple((_key(field, value),) for value in sorted(values))


def _of_number(field: str) -> Callable[[int], tuple[Alternative, ...]]:
    return lambda least: ((_key(field, least.bit_length()),),)


def _of_set(field: str) -> Callable[[frozenset[str]], tuple[Alternative, ...]]:
    return lambda values: _one_of(field, values)


_LEAVES: dict[str, Callable[[Any], tuple[Alternative, ...]]] = {
    **{field: _of_set(field) for field in ("category", "event_type", "status")},
    **{field: _of_number(field) for field in (*CASUALTY_FIELDS, "outlets")},
    "place": _of_place,
    "source": _of_sources,
    "text": _of_query,
}
"""Fields whose key is not simply what the leaf asks for."""
