"""What the schema of a rule cannot say: conditions that are empty, can never hold or cannot be parsed."""

from collections.abc import Iterator

from agents.alerting.durations import parse_duration, parse_zone
from agents.alerting.text_query import QueryError, parse_query
from schemas.rules import AlertPolicy, PlaceCondition, Rule, SourceCondition, When

MAX_DEPTH = 8
"""Conditions nested deeper than this are refused."""

Problem = tuple[str, str]
"""Path of the field, such as ``when.place``, and what is wrong with it."""


def problems_of(rule: Rule) -> list[Problem]:
    """Return all mistakes of a rule, empty when it can be used."""
    return [*_when_problems(rule.when, "when", 1), *_policy_problems(rule.alert, "alert")]


def _when_problems(when: When, path: str, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        yield path, f"nested deeper than {MAX_DEPTH} levels"
        return
    if when == When():
        yield path, "is empty: it would hold for every post; give at least one condition"
    for name in ("category", "event_type", "status"):
        if getattr(when, name) == []:
            yield f"{path}.{name}", "is an empty list: it can never hold"
    if when.place is not None:
        yield from _place_problems(when.place, f"{path}.place")
    if when.source is not None:
        yield from _source_problems(when.source, f"{path}.source")
    if when.text is not None:
        try:
            parse_query(when.text)
        except QueryError as error:
            yield f"{path}.text", str(error)
    yield from _nested_problems(when, path, depth)


def _nested_problems(when: When, path: str, depth: int) -> Iterator[Problem]:
    for name, inner in (("any", when.any), ("all", when.all)):
        if inner == []:
            yield f"{path}.{name}", "is an empty list; give at least one condition"
        for number, part in enumerate(inner or []):
            yield from _when_problems(part, f"{path}.{name}[{number}]", depth + 1)
    if when.not_ is not None:
        yield from _when_problems(when.not_, f"{path}.not", depth + 1)


def _place_problems(place: PlaceCondition, path: str) -> Iterator[Problem]:
    if place == PlaceCondition():
        yield path, "is empty; give country, admin1, name or within"


def _source_problems(source: SourceCondition, path: str) -> Iterator[Problem]:
    if source.any is None and source.none is None:
        yield path, "is empty; give any or none"
    both = set(source.any or ()) & set(source.none or ())
    if source.any is not None and both == set(source.any):
        yield path, "every source under any stands under none too: it can never hold"


def _policy_problems(policy: AlertPolicy, path: str) -> Iterator[Problem]:
    for name, text in (
        ("cooldown", policy.cooldown),
        ("expires", policy.expires),
        ("hold.for", policy.hold.for_ if policy.hold else None),
    ):
        if text is not None:
            try:
                parse_duration(text)
            except ValueError as error:
                yield f"{path}.{name}", str(error)
    if policy.quiet is not None:
        try:
            parse_zone(policy.quiet.tz)
        except ValueError as error:
            yield f"{path}.quiet.tz", str(error)
