"""YAML files that hold one list of entries, each read by itself, with the line and field of every mistake."""

from collections.abc import Callable
from typing import Any, TypeVar

from agents.errors import WrongInputError
from agents.yaml_document import YamlError, read_document
from schemas.codec import DecodeError

Entry = TypeVar("Entry")


class ListFileError(WrongInputError):
    """Entries that cannot be used; the message has one line for each mistake, with file, line and field."""


def parse_list(
    text: str, name: str, key: str, read: Callable[[Any], Entry], unique: tuple[str, ...]
) -> list[Entry]:
    """Return the entries of a file.

    Args:
        text: content of the file: one key and a list.
        name: name of the file, for messages.
        key: the key.
        read: makes an entry of plain values, or raises ``DecodeError``.
        unique: attributes of which no two entries have the same value.

    Raises:
        ListFileError: the text is not YAML, or entries cannot be used.

    """
    try:
        document = read_document(text)
    except YamlError as error:
        raise ListFileError(f"{name}:{error.line}: {error}") from error
    content = document.content
    listed = content.get(key) if isinstance(content, dict) and set(content) == {key} else None
    if not isinstance(listed, list):
        raise ListFileError(f"{name}:1: a mapping with the one key {key} and a list is expected")
    mistakes = [
        f"{name}:{line}: {field}: stands twice; first in line {first}"
        for line, field, first in document.repeated_keys()
    ]
    entries: list[Entry] = []
    for number, plain in enumerate(listed):
        path = f"{key}[{number}]"
        try:
            entry = read(plain)
            _check_unique(entry, entries, unique)
            entries.append(entry)
        except DecodeError as error:
            where = ".".join(filter(None, (path, error.field)))
            mistakes.append(f"{name}:{document.line_of(where)}: {where}: {error}")
    if mistakes:
        raise ListFileError("\n".join(mistakes))
    return entries


def _check_unique(entry: Any, others: list[Any], unique: tuple[str, ...]) -> None:
    for field in unique:
        value = getattr(entry, field)
        if any(getattr(other, field) == value for other in others):
            raise DecodeError("invalid", f"{value!r} is the {field} of another entry", field)
