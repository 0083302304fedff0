"""The shape of a rule as it was written: all fields that are unknown, missing or hold something else at once.

The message classes are what is asked; ``msgspec`` itself names only the first mistake.
"""

import operator
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from agents.alerting.rules.checks import Problem
from agents.alerting.rules.values import (
    country_problem,
    did_you_mean,
    duration_problem,
    language_problem,
    load_names,
    query_problem,
    zone_problem,
)
from schemas.base import Country
from schemas.rules import Duration, Rule, TimeOfDay

_PLAIN_NAME = re.compile(r"\w+")
_NAMES = {"event_type": "event type", "group_by": "grouping", "at_least": "severity"}
"""What a field of few values is called in a message, where that is not its name."""


def shape_problems(plain: Any) -> list[Problem]:
    """Return what is wrong with the shape of a rule as plain values, empty when it can become a ``Rule``."""
    return list(_check(plain, _rule_type(), ""))


@cache
def _rule_type() -> inspect.Type:
    return inspect.type_info(Rule)


def join(path: str, name: str) -> str:
    """Return the path of a field of what stands at a path."""
    shown = name if _PLAIN_NAME.fullmatch(name) else repr(name)
    return f"{path}.{shown}" if path else shown


def _check(value: Any, kind: inspect.Type, path: str) -> Iterator[Problem]:
    if value is None:
        yield Problem(path, "is empty; give a value or leave the field out")
    elif isinstance(kind, inspect.UnionType):
        yield from _check(value, _alternative(kind, value), path)
    elif isinstance(kind, inspect.StructType):
        yield from _check_fields(value, kind, path)
    elif isinstance(kind, inspect.ListType):
        yield from _check_items(value, kind, path)
    else:
        message = _SCALARS[type(kind)](value, kind, path)
        if message is not None:
            yield Problem(path, message)


def _alternative(kind: inspect.UnionType, value: Any) -> inspect.Type:
    """Return the one of several types that a value is to be held against: a list for a list."""
    others = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    fitting = [one for one in others if isinstance(one, inspect.ListType) == isinstance(value, list)]
    return (fitting or others)[0]


def _check_fields(value: Any, kind: inspect.StructType, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"a mapping is expected{_example(kind, value)}, not {_shown(value)}")
        return
    fields = {field.encode_name: field for field in kind.fields}
    for name in value:
        if name not in fields:
            yield Problem(join(path, str(name)), f"unknown field{_meant(str(name), fields, path)}")
    for name, field in fields.items():
        if name in value:
            yield from _check(value[name], field.type, join(path, name))
        elif field.required:
            yield Problem(join(path, name), "is missing")


def _check_items(value: Any, kind: inspect.ListType, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, f"a list is expected, not {_shown(value)}")
        return
    if len(value) < (kind.min_length or 0):
        yield Problem(path, "is an empty list; give at least one or leave the field out")
    for number, item in enumerate(value):
        yield from _check(item, kind.item_type, f"{path}[{number}]")


def _meant(name: str, fields: dict[str, inspect.Field], path: str) -> str:
    """Return a hint at the field that was meant: one of these, or the same name at its right place."""
    known = load_names().fields.get(name.lower(), name)
    if known in fields:
        return f" (did you mean {known!r}?)"
    close = did_you_mean(name, fields)
    elsewhere = [place for place in _places().get(known, ()) if place != path]
    if close or not elsewhere:
        return close or f"; known are {', '.join(fields)}"
    return f"; it stands under {elsewhere[0]}" if elsewhere[0] else "; it stands beside when, not in it"


@cache
def _places() -> dict[str, list[str]]:
    """Return by a field's name the paths of the mappings that have it, but for those within any or all."""
    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, inspect.Type]] = [("", _rule_type())]
    while waiting:
        path, kind = waiting.pop(0)
        for inner in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
            if isinstance(inner, inspect.StructType):
                for field in inner.fields:
                    found.setdefault(field.encode_name, []).append(path)
                    if field.encode_name != "not":
                        waiting.append((join(path, field.encode_name), field.type))
    return found


def _example(kind: inspect.StructType, value: Any) -> str:
    """Return how a bare value of the one field that is required would be written."""
    required = [field.encode_name for field in kind.fields if field.required]
    if len(required) == 1 and isinstance(value, str | int | float):
        return f" such as {{{required[0]}: {value}}}"
    return f" with {', '.join(required)}" if required else ""


def _shown(value: Any) -> str:
    """Return what a value is, in words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"the text {value!r}" if isinstance(value, str) else f"the number {value}"


def _number(value: Any, kind: inspect.IntType | inspect.FloatType, _: str) -> str | None:
    whole = isinstance(kind, inspect.IntType)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return f"a {'whole ' if whole else ''}number is expected, not {_shown(value)}"
    for bound, is_kept, words in (
        (kind.ge, operator.ge, "at least"),
        (kind.gt, operator.gt, "more than"),
        (kind.le, operator.le, "at most"),
    ):
        if bound is not None and not is_kept(value, bound):
            return f"has to be {words} {round(bound)}, not {value}"
    return None


def _choice(value: Any, kind: inspect.LiteralType, path: str) -> str | None:
    known = [str(one) for one in kind.values]
    if value in known:
        return None
    field = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    name = _NAMES.get(field, field)
    given = value if isinstance(value, str) else _shown(value)
    return f"unknown {name} {given!r}{did_you_mean(given, known)}; known are {', '.join(known)}"


def _text(value: Any, kind: inspect.StrType, path: str) -> str | None:
    if not isinstance(value, str):
        return f"a text is expected, not {_shown(value)}; put it in quotes"
    if not value.strip():
        return "is an empty text"
    if kind.max_length is not None and len(value) > kind.max_length:
        return f"is longer than {kind.max_length} characters"
    special = _by_pattern().get(kind.pattern or "") or _BY_FIELD.get(path.rpartition(".")[2])
    if special is not None:
        return special(value)
    if kind.pattern is not None and not re.search(kind.pattern, value):
        return (
            f"{value!r} is no id: lower-case letters, digits and . _ - are taken, at most 100, no mark first"
        )
    return None


def _truth(value: Any, _: inspect.Type, __: str) -> str | None:
    return None if isinstance(value, bool) else f"true or false is expected, not {_shown(value)}"


def _moment(value: Any, _: inspect.Type, __: str) -> str | None:
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return f"a time such as 2026-03-10T12:00:00+00:00 is expected, not {_shown(value)}"
    return None if moment.tzinfo else f"{value!r} does not say how far from UTC; end it with +00:00 or Z"


def _time_of_day(value: str) -> str | None:
    pattern = str(_pattern(TimeOfDay))
    return None if re.search(pattern, value) else f"{value!r} is no time of day from 00:00 to 23:59"


def _pattern(kind: Any) -> str | None:
    found = inspect.type_info(kind)
    return found.pattern if isinstance(found, inspect.StrType) else None


@cache
def _by_pattern() -> dict[str | None, Callable[[str], str | None]]:
    return {
        _pattern(Duration): duration_problem,
        _pattern(TimeOfDay): _time_of_day,
        _pattern(Country): country_problem,
    }


_BY_FIELD: dict[str, Callable[[str], str | None]] = {
    "language": language_problem,
    "text": query_problem,
    "tz": zone_problem,
}
_SCALARS: dict[type[inspect.Type], Callable[[Any, Any, str], str | None]] = {
    inspect.IntType: _number,
    inspect.FloatType: _number,
    inspect.LiteralType: _choice,
    inspect.StrType: _text,
    inspect.BoolType: _truth,
    inspect.DateTimeType: _moment,
}
