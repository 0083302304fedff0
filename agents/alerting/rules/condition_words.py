"""Conditions of a rule in words: what each asks for, what was found, and whether it holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.alerting.rules.conditions import CASUALTY_FIELDS, compile_when, distance_km, holds
from agents.alerting.rules.text_query import Joined, Query, Term, parse_query
from agents.alerting.stories.facts import Facts
from schemas.events import Place
from schemas.rules import AtLeast, PlaceCondition, SourceCondition, When

MAX_SHOWN = 5
"""So many places, names or words are shown of what was found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition, held against facts."""

    field: str
    """Path, such as ``when.place``."""
    holds: bool
    words: str
    """What is asked for, and what was found."""


def findings(when: When, facts: Facts, path: str = "when") -> list[Finding]:
    """Return the conditions of a ``when`` that has been checked, one by one; nested ones as one each."""
    return [*_single(when, facts, path), *_nested(when, facts, path)]


def _single(when: When, facts: Facts, path: str) -> Iterator[Finding]:
    for field, (asked, found) in _FIELDS.items():
        wanted = getattr(when, field)
        if wanted is not None:
            held = holds(compile_when(When(**{field: wanted})), facts)
            yield Finding(f"{path}.{field}", held, f"{asked(wanted)}: {found(wanted, facts)}")


def _nested(when: When, facts: Facts, path: str) -> Iterator[Finding]:
    for name, parts, judge in (("any", when.any, any), ("all", when.all, all)):
        if parts is not None:
            inner = [findings(part, facts, f"{path}.{name}[{number}]") for number, part in enumerate(parts)]
            held = judge(all(one.holds for one in part) for part in inner)
            yield Finding(f"{path}.{name}", held, f"{name} of: {' | '.join(map(_joined, inner))}")
    if when.not_ is not None:
        inside = findings(when.not_, facts, f"{path}.not")
        yield Finding(f"{path}.not", not all(one.holds for one in inside), f"not: {_joined(inside)}")


def _joined(parts: Sequence[Finding]) -> str:
    return " and ".join(part.words for part in parts)


def _choice(name: str) -> Callable[[Any], str]:
    return lambda wanted: f"{name} {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"


def _listed(names: Sequence[str]) -> str:
    """Return names with commas between them, the first few of many."""
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return ", ".join(names[:MAX_SHOWN]) + more if names else "none"


def _place(wanted: PlaceCondition) -> str:
    parts = [f"in {wanted.country}"] if wanted.country else []
    parts += [f"in {wanted.admin1}"] if wanted.admin1 else []
    parts += [f"called {wanted.name}"] if wanted.name else []
    if wanted.within is not None:
        circle = wanted.within
        parts.append(f"within {circle.km:g} km of {circle.lat:g},{circle.lon:g}")
    return f"place {' '.join(parts)}"


def _places(wanted: PlaceCondition, facts: Facts) -> str:
    return _listed([_place_found(place, wanted) for place in facts.places])


def _place_found(place: Place, wanted: PlaceCondition) -> str:
    parts = [part for part in (place.admin1, place.country) if part]
    if wanted.within is not None and place.lat is not None and place.lon is not None:
        circle = wanted.within
        parts.append(f"{distance_km(place.lat, place.lon, circle.lat, circle.lon):.0f} km away")
    return f"{place.name} ({', '.join(parts)})" if parts else place.name


def _source(wanted: SourceCondition) -> str:
    parts = [f"one of {_listed(wanted.any)}"] if wanted.any is not None else []
    parts += [f"none of {_listed(wanted.none)}"] if wanted.none is not None else []
    return f"source {' and '.join(parts)}"


def _terms(query: Query) -> Iterator[Term]:
    if isinstance(query, Joined):
        for part in query.parts:
            yield from _terms(part)
    else:
        yield query


def _text_found(wanted: str, facts: Facts) -> str:
    terms = dict.fromkeys(_terms(parse_query(wanted)))
    found = [f"{term.text}*" if term.prefix else term.text for term in terms if term(facts.text)]
    return f"the post has {_listed(found)}"


def _casualties(kind: str) -> tuple[Callable[[AtLeast], str], Callable[[AtLeast, Facts], str]]:
    return (
        lambda wanted: f"{kind} at least {wanted.at_least}",
        lambda _, facts: str(facts.casualties.get(kind, "none")),
    )


_FIELDS: dict[str, tuple[Callable[[Any], str], Callable[[Any, Facts], str]]] = {
    "category": (_choice("category"), lambda _, facts: _listed(sorted(facts.categories))),
    "event_type": (_choice("event type"), lambda _, facts: _listed(sorted(facts.event_types))),
    "severity": (lambda wanted: f"severity at least {wanted.at_least}", lambda _, facts: facts.severity),
    "status": (_choice("status"), lambda _, facts: facts.status or "none"),
    "place": (_place, _places),
    **{kind: _casualties(kind) for kind in CASUALTY_FIELDS},
    "outlets": (lambda wanted: f"outlets at least {wanted.at_least}", lambda _, facts: str(facts.outlets)),
    "source": (_source, lambda _, facts: facts.source),
    "actor": (lambda wanted: f"actor {wanted}", lambda _, facts: _listed(sorted(facts.actors))),
    "language": (lambda wanted: f"language {wanted}", lambda _, facts: facts.language or "none"),
    "text": (lambda wanted: f"text {' '.join(wanted.split())}", _text_found),
}
"""By field: what is asked for, and what was found."""
