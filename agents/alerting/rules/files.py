"""Rules from YAML files, with the file, line and field of every mistake."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.alerting.rules.checks import Problem, warnings_of
from agents.alerting.rules.reading import read_rule
from agents.errors import WrongInputError
from agents.text_files import read_text
from agents.yaml_document import Document, YamlError, read_document
from schemas.rules import Rule


class RuleFileError(WrongInputError):
    """Rules that cannot be used; the message has one line for each mistake, with file, line and field."""


@dataclass(slots=True)
class RuleFile:
    """What one file holds.

    Attributes:
        name: name of the file, for messages.
        rules: the rules that can be used.
        lines: by id of a rule that has one, the line of its first field.
        mistakes: file, line, field and what is wrong, by line.
        warnings: the same, of what is allowed and most likely not meant.

    """

    name: str
    rules: list[Rule] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def parse_rules(text: str, name: str) -> list[Rule]:
    """Return the rules of YAML text: one rule, or several under ``rules:``.

    Args:
        text: content of the file.
        name: name of the file, for messages.

    Raises:
        RuleFileError: the text is not YAML or has a key twice, or a rule has an unknown field, a wrong value,
            an empty or impossible condition, or the id of another one. All mistakes are named.

    """
    return rules_in([read_rule_file(text, name)])


def rules_in(files: Iterable[RuleFile]) -> list[Rule]:
    """Return the rules of several files, which are in force together.

    Raises:
        RuleFileError: a file has a mistake, or two rules have one id. All mistakes of all files are named.

    """
    first: dict[str, str] = {}
    rules: list[Rule] = []
    mistakes: list[str] = []
    for file in files:
        rules += file.rules
        mistakes += file.mistakes
        for rule_id, line in file.lines.items():
            place = f"{file.name}:{line}"
            if rule_id in first:
                mistakes.append(f"{place}: id: {rule_id!r} is the id of the rule in {first[rule_id]}")
            first.setdefault(rule_id, place)
    if mistakes:
        raise RuleFileError("\n".join(mistakes))
    return rules


def files_in(path: Path) -> list[RuleFile]:
    """Read a YAML file, or all of a directory in the order of their names.

    Raises:
        RuleFileError: a file cannot be read, or the directory holds none.

    """
    found = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    if not found:
        raise RuleFileError(f"{path}: holds no .yaml file")
    return [read_rule_file(read_text(file, RuleFileError), str(file)) for file in found]


def read_rule_file(text: str, name: str) -> RuleFile:
    """Return what the text of a file holds, with all its mistakes."""
    file = RuleFile(name)
    try:
        document = read_document(text)
        entries = list(_entries(document.content))
    except YamlError as error:
        last_line = text.count("\n", 0, len(text.rstrip())) + 1
        file.mistakes.append(f"{name}:{min(error.line, last_line)}: {error}")
        return file
    found = [
        (line, f"{key}: stands twice; the first one is in line {first}")
        for line, key, first in document.repeated_keys()
    ]
    for path, plain in entries:
        found += _take(file, document, path, plain)
    file.mistakes = [f"{name}:{line}: {message}" for line, message in sorted(found, key=lambda one: one[0])]
    return file


def _take(file: RuleFile, document: Document, path: str, plain: Any) -> Iterator[tuple[int, str]]:
    """Put a rule into its file and yield its mistakes, with their lines."""

    def placed(problem: Problem) -> tuple[int, str]:
        where = ".".join(part for part in (path, problem.field) if part)
        return document.line_of(where), f"{where or 'rule'}: {problem.message}"

    rule, problems = read_rule(plain)
    yield from map(placed, problems)
    rule_id = plain.get("id") if isinstance(plain, dict) else None
    if isinstance(rule_id, str):
        line = document.line_of(f"{path}.id" if path else "id")
        if rule_id in file.lines:
            yield line, f"id: {rule_id!r} is the id of the rule in line {file.lines[rule_id]}"
        file.lines.setdefault(rule_id, line)
    if rule is not None:
        file.rules.append(rule)
        for line, message in map(placed, warnings_of(rule)):
            file.warnings.append(f"{file.name}:{line}: {message}")


def _entries(content: Any) -> Iterator[tuple[str, Any]]:
    """Yield the rules of a file with their paths.

    Raises:
        YamlError: the file is neither a rule nor a list of rules.

    """
    if not isinstance(content, dict):
        raise YamlError("a rule (a mapping with id, owner, title, when) or rules: [...] is expected", 1)
    if "rules" not in content:
        yield "", content
        return
    rules = content["rules"]
    if set(content) != {"rules"} or not isinstance(rules, list) or not rules:
        raise YamlError("rules must be a list with at least one rule, and stand alone", 1)
    yield from ((f"rules[{number}]", plain) for number, plain in enumerate(rules))
