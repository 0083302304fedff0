"""Rules from YAML text, with the line and field of every mistake."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from agents.alerting.rule_checks import problems_of
from schemas.codec import DecodeError, from_plain
from schemas.rules import Rule

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class RuleFileError(ValueError):
    """Rules that cannot be used; the message has one line for each mistake, with file, line and field."""


def parse_rules(text: str, name: str) -> list[Rule]:
    """Return the rules of a YAML file: one rule, or several under ``rules:``.

    Args:
        text: content of the file.
        name: name of the file, for messages.

    Raises:
        RuleFileError: the text is not YAML, or a rule has an unknown field, a wrong value, an empty or
            impossible condition, or the id of another one.

    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleFileError(f"{name}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise RuleFileError(f"{name}: not YAML: {error}") from error
    rules: list[Rule] = []
    mistakes: list[str] = []
    first_line: dict[str, int] = {}
    for path, plain in _entries(content, name):
        found = _parse_one(plain)
        for field, problem in found if isinstance(found, list) else []:
            where = ".".join(part for part in (path, field) if part)
            mistakes.append(f"{name}:{_line(node, where)}: {where or 'rule'}: {problem}")
        if isinstance(found, Rule):
            line = _line(node, path)
            if found.id in first_line:
                mistakes.append(
                    f"{name}:{line}: id: {found.id!r} is the id of the rule in line {first_line[found.id]}"
                )
            first_line.setdefault(found.id, line)
            rules.append(found)
    if mistakes:
        raise RuleFileError("\n".join(mistakes))
    return rules


def _entries(content: Any, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(content, dict):
        raise RuleFileError(
            f"{name}:1: a rule (a mapping with id, owner, title, when) or rules: [...] is expected"
        )
    if "rules" not in content:
        yield "", content
        return
    rules = content["rules"]
    if set(content) != {"rules"} or not isinstance(rules, list) or not rules:
        raise RuleFileError(f"{name}:1: rules must be a list with at least one rule, and stand alone")
    yield from ((f"rules[{number}]", plain) for number, plain in enumerate(rules))


def _parse_one(plain: Any) -> Rule | list[tuple[str, str]]:
    try:
        rule = from_plain(plain, Rule)
    except DecodeError as error:
        return [(error.field or "", str(error))]
    return problems_of(rule) or rule


def _line(node: Any, path: str) -> int:
    """Return the line, from 1, of a path such as ``rules[2].when.place``, or of its nearest parent."""
    line = int(node.start_mark.line) + 1 if node is not None else 1
    for name, index in _STEP.findall(path):
        found = _child(node, name, index)
        if found is None:
            break
        line, node = found
    return line


def _child(node: Any, name: str, index: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
        value = node.value[int(index)]
        return value.start_mark.line + 1, value
    return None
