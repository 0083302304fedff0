"""What the shape of a rule cannot say: conditions that are empty, can never hold or cannot be parsed.

Problems make a rule useless and are refused; warnings are what its author has most likely not meant.
"""

from collections.abc import Iterator
from typing import NamedTuple

from agents.alerting.rules.values import (
    country_problem,
    duration_problem,
    language_problem,
    language_warning,
    query_problem,
    zone_problem,
)
from agents.durations import parse_duration
from schemas.rules import AlertPolicy, PlaceCondition, Rule, Silence, SourceCondition, When

MAX_DEPTH = 8
"""Conditions nested deeper than this are refused."""
YEARS = range(1970, 3000)
"""Years that a silence may begin and end in: a time of another one is a slip."""


class Problem(NamedTuple):
    """A mistake, or something to look at again."""

    field: str
    """Path, such as ``when.any[0].place``; empty for the whole rule."""
    message: str


def problems_of(rule: Rule) -> list[Problem]:
    """Return all mistakes of a rule, empty when it can be used."""
    return [*_when_problems(rule.when, "when", 1), *_policy_problems(rule.alert, "alert")]


def warnings_of(rule: Rule) -> list[Problem]:
    """Return what a rule that can be used says in vain."""
    return [*_when_warnings(rule.when, "when"), *_policy_warnings(rule.alert, "alert")]


def conditions_of(when: When, path: str = "when") -> Iterator[tuple[str, When]]:
    """Yield a ``when`` and all within it, each with its path."""
    yield path, when
    for name, parts in (("any", when.any), ("all", when.all)):
        for number, part in enumerate(parts or ()):
            yield from conditions_of(part, f"{path}.{name}[{number}]")
    if when.not_ is not None:
        yield from conditions_of(when.not_, f"{path}.not")


def _when_problems(when: When, path: str, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        yield Problem(path, f"nested deeper than {MAX_DEPTH} levels")
        return
    if when == When():
        yield Problem(path, "is empty: it would hold for every post; give at least one condition")
    for name in ("category", "event_type", "status"):
        if getattr(when, name) == []:
            yield Problem(f"{path}.{name}", "is an empty list: it can never hold")
    if when.place is not None:
        yield from _place_problems(when.place, f"{path}.place")
    if when.source is not None:
        yield from _source_problems(when.source, f"{path}.source")
    for name, message in (
        ("language", when.language and language_problem(when.language)),
        ("text", when.text and query_problem(when.text)),
    ):
        if message:
            yield Problem(f"{path}.{name}", message)
    if when.not_ is not None and when.not_ in _single(when):
        yield Problem(f"{path}.not", "asks for the opposite of what stands beside it: it can never hold")
    yield from _nested_problems(when, path, depth)


def _single(when: When) -> list[When]:
    """Return the conditions that stand side by side, each as a ``when`` of its own."""
    names = [name for name in When.__struct_fields__ if name not in ("any", "all", "not_")]
    return [When(**{name: value}) for name in names if (value := getattr(when, name)) is not None]


def _nested_problems(when: When, path: str, depth: int) -> Iterator[Problem]:
    for name, inner in (("any", when.any), ("all", when.all)):
        if inner == []:
            yield Problem(f"{path}.{name}", "is an empty list; give at least one condition")
        for number, part in enumerate(inner or []):
            yield from _when_problems(part, f"{path}.{name}[{number}]", depth + 1)
    if when.not_ is not None:
        yield from _when_problems(when.not_, f"{path}.not", depth + 1)


def _place_problems(place: PlaceCondition, path: str) -> Iterator[Problem]:
    if place == PlaceCondition():
        yield Problem(path, "is empty; give country, admin1, name or within")
    message = place.country and country_problem(place.country)
    if message:
        yield Problem(f"{path}.country", message)


def _source_problems(source: SourceCondition, path: str) -> Iterator[Problem]:
    if source.any is None and source.none is None:
        yield Problem(path, "is empty; give any or none")
    both = set(source.any or ()) & set(source.none or ())
    if source.any is not None and both == set(source.any):
        yield Problem(path, "every source under any stands under none too: it can never hold")


def _policy_problems(policy: AlertPolicy, path: str) -> Iterator[Problem]:
    for name, text in (
        ("cooldown", policy.cooldown),
        ("expires", policy.expires),
        ("hold.for", policy.hold.for_ if policy.hold else None),
    ):
        message = text and duration_problem(text)
        if message:
            yield Problem(f"{path}.{name}", message)
    if policy.expires and not duration_problem(policy.expires) and not parse_duration(policy.expires):
        yield Problem(f"{path}.expires", "is no time at all: every post would come too late")
    message = zone_problem(policy.quiet.tz) if policy.quiet else None
    if message:
        yield Problem(f"{path}.quiet.tz", message)
    for number, silence in enumerate(policy.silences):
        yield from _silence_problems(silence, f"{path}.silences[{number}]")


def _silence_problems(silence: Silence, path: str) -> Iterator[Problem]:
    moments = {"from": silence.from_, "until": silence.until}
    for name, moment in moments.items():
        if moment is not None and moment.year not in YEARS:
            yield Problem(
                f"{path}.{name}", f"{moment.isoformat()} is not in the years {YEARS[0]} to {YEARS[-1]}"
            )
    if silence.from_ is not None and silence.from_ >= silence.until:
        yield Problem(f"{path}.until", "is not after from: nothing would be silent")


def _when_warnings(when: When, path: str) -> Iterator[Problem]:
    for place, part in conditions_of(when, path):
        if part.severity is not None and part.severity.at_least == "unknown":
            yield Problem(f"{place}.severity", "holds for every post: unknown is the lowest severity")
        message = part.language and language_warning(part.language)
        if message:
            yield Problem(f"{place}.language", message)


def _policy_warnings(policy: AlertPolicy, path: str) -> Iterator[Problem]:
    escalates = policy.escalation.severity or policy.escalation.casualties is not None
    if escalates and policy.cooldown is None:
        yield Problem(f"{path}.escalation", "has nothing to pass: there is no cooldown")
    if policy.quiet is not None and policy.quiet.from_ == policy.quiet.to:
        yield Problem(f"{path}.quiet", "ends when it starts: that is never")
    for name, holder in (("hold", policy.hold), ("quiet", policy.quiet)):
        if holder is not None and holder.unless and holder.unless.severity.at_least == "unknown":
            yield Problem(f"{path}.{name}.unless", "holds always: nothing is ever held back")
    if policy.hold and policy.expires and parse_duration(policy.hold.for_) > parse_duration(policy.expires):
        yield Problem(f"{path}.hold", "is longer than the rule stays with a silent story (expires)")
