"""Names of places in rules, held against the gazetteer: one that it does not know is most likely a slip."""

from collections.abc import Callable, Iterator, Sequence

from agents.alerting.rules.checks import Problem, conditions_of
from agents.classification.gazetteer.entry import Entry
from agents.classification.gazetteer.lookup import name_key
from schemas.rules import PlaceCondition, Rule

Find = Callable[[str], Sequence[Entry]]
"""Entries of the gazetteer by a name as ``name_key`` gives it."""


def place_warnings(rule: Rule, find: Find) -> list[Problem]:
    """Return the names of places and regions in a rule that the gazetteer does not know, in their country."""
    return [
        problem
        for path, when in conditions_of(rule.when)
        if when.place is not None
        for problem in _warnings(when.place, f"{path}.place", find)
    ]


def _warnings(place: PlaceCondition, path: str, find: Find) -> Iterator[Problem]:
    for field, name in (("name", place.name), ("admin1", place.admin1)):
        message = name and _warning(name, field, place.country, find)
        if message:
            yield Problem(f"{path}.{field}", message)


def _warning(name: str, field: str, country: str | None, find: Find) -> str | None:
    found = find(name_key(name))
    if not found:
        return f"the gazetteer knows no {name!r}; it is met only where a post writes it so"
    inside = [entry for entry in found if country in (None, entry.country)]
    if not inside:
        where = ", ".join(sorted({entry.country for entry in found if entry.country}))
        return f"{name!r} lies in {where}, not in {country}"
    divisions = {entry.admin1.casefold() for entry in inside if entry.admin1}
    if field == "name" or name.casefold() in divisions:
        return None
    regions = sorted({entry.admin1 for entry in inside if entry.kind == "admin1" and entry.admin1})
    if regions:
        return f"is called {' or '.join(map(repr, regions))} here"
    return f"{name!r} is no region of the first order"
