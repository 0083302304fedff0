"""Bytes to messages and back: orjson on the wire, msgspec for the types."""

import re
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

import msgspec
import orjson

_NAMED_FIELD = re.compile(r"(?:missing required|contains unknown) field `([^`]+)`")

DecodeReason = Literal["not_json", "invalid", "too_large"]
T = TypeVar("T", bound=msgspec.Struct)


class DecodeError(ValueError):
    """Bytes that are not a valid message.

    Attributes:
        reason: ``not_json`` when the bytes do not parse, ``invalid`` when a field is missing or wrong,
            ``too_large`` when it is over a limit.
        field: path of the wrong field, such as ``origin.lines``; None where the whole message is meant.

    """

    def __init__(self, reason: DecodeReason, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field


def to_plain(message: Any) -> Any:
    """Return a message as dicts, lists and scalars; times in UTC stay datetimes."""
    return msgspec.to_builtins(message, builtin_types=(datetime, date))


def encode(message: Any) -> bytes:
    """Encode a message as JSON. Fields keep the order of the class, so equal messages give equal bytes."""
    return orjson.dumps(message, default=to_plain)


def decode(data: bytes, kind: type[T]) -> T:
    """Decode JSON bytes into a message.

    Raises:
        DecodeError: the bytes are not JSON, or a field is missing or has a wrong value.

    """
    try:
        plain = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DecodeError("not_json", f"not JSON: {error}") from error
    return from_plain(plain, kind)


def from_plain(plain: Any, kind: type[T]) -> T:
    """Build a message from dicts, lists and scalars.

    Raises:
        DecodeError: a field is missing or has a wrong value.

    """
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        message, field = _split_path(str(error))
        raise DecodeError("invalid", message, field) from error
    except RecursionError as error:
        raise DecodeError("invalid", "nested too deep") from error


def _split_path(text: str) -> tuple[str, str | None]:
    """Split msgspec's ``message - at `$.path` `` into message and path, with the field it names."""
    message, _, path = text.partition(" - at `")
    parts = [path.rstrip("`").removeprefix("$").removeprefix(".")]
    named = _NAMED_FIELD.search(message)
    if named:
        parts.append(named[1])
    return message, ".".join(part for part in parts if part) or None


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC.

    Raises:
        ValueError: the time has no offset, so that the moment is not known.

    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset from UTC")
    return moment.astimezone(UTC)
