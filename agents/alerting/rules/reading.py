"""A rule from plain values, as YAML or JSON give them, with all its mistakes at once."""

import re
from copy import deepcopy
from typing import Any

from agents.alerting.rules.checks import Problem, problems_of
from agents.alerting.rules.shape import shape_problems
from schemas.codec import DecodeError, from_plain
from schemas.rules import Rule

MAX_NESTING = 40
"""Mappings and lists within one another; conditions may be nested less deep than that."""
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_STAND_IN = {"id": "id", "owner": "owner", "title": "title", "when": {"category": "other"}}
"""Takes the place of what a rule lacks, so that the rest of it can be checked."""
_ROUNDS = 5
"""What was taken out may leave something behind that lacks it, and so on: as often as mappings are nested."""


def read_rule(plain: Any) -> tuple[Rule | None, list[Problem]]:
    """Return the rule that plain values are, None where it cannot be used, and all its mistakes."""
    if _is_deep(plain):
        return None, [Problem("", f"nested deeper than {MAX_NESTING} levels")]
    rule, problems = _checked(plain)
    if rule is None:
        problems = [*problems, *_further_problems(plain, problems)]
    return (None if problems else rule), problems


def _is_deep(plain: Any) -> bool:
    level = [plain]
    for _ in range(MAX_NESTING):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return bool(level)


def _checked(plain: Any) -> tuple[Rule | None, list[Problem]]:
    """Return the rule that plain values are, None where their shape is wrong, and the mistakes."""
    problems = shape_problems(plain)
    if problems:
        return None, problems
    try:
        rule = from_plain(plain, Rule)
    except DecodeError as error:
        return None, [Problem(error.field or "", str(error))]
    return rule, list(problems_of(rule))


def _further_problems(plain: Any, known: list[Problem]) -> list[Problem]:
    """Return the mistakes in those fields of a rule whose shape is right."""
    if not isinstance(plain, dict):
        return []
    rest, wrong, dropped = deepcopy(plain), known, set[str]()
    for _ in range(_ROUNDS):
        for problem in wrong:
            _drop(rest, problem.field)
            dropped.add(problem.field)
        rest = {**_STAND_IN, **rest}
        rule, wrong = _checked(rest)
        if rule is not None:
            return [one for one in wrong if not _is_touched(one.field, dropped)]
    return []


def _is_touched(path: str, dropped: set[str]) -> bool:
    """Tell whether a field was taken out at a path or below it."""
    return any(f"{field}.".startswith(f"{path}.") for field in dropped)


def _drop(plain: dict[str, Any], path: str) -> None:
    """Take out the innermost field on a path; where a field is missing, the mapping that lacks it."""
    holder, key, inner = plain, "", plain
    for name, index in _STEP.findall(path):
        if index and isinstance(inner, list):
            inner = inner[int(index)]
        elif isinstance(inner, dict):
            if name in inner or not key:
                holder, key = inner, name
            inner = inner.get(name, {})
    holder.pop(key, None)
