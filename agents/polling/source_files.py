"""The sources to poll, from YAML text, with the line and field of every mistake."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
import yaml
from msgspec import Meta

from agents.alerting.durations import parse_duration
from agents.yaml12 import YamlLoader
from agents.yaml_lines import line_of
from schemas.base import Id, StrictMessage
from schemas.codec import DecodeError, from_plain

Duration = Annotated[str, Meta(pattern="^[0-9]+[smhd]$", description="A whole number and s, m, h or d: 30m.")]
SHORTEST_INTERVAL = timedelta(seconds=5)


class SourceFileError(ValueError):
    """Sources that cannot be used; the message has one line for each mistake, with file, line and field."""


class _SourceEntry(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Id
    url: str
    lane: Id = "default"
    interval: Duration = "2m"
    max_interval: Duration = "30m"
    silent_after: Duration = "1d"


class _SourceFile(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sources: list[_SourceEntry]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A document on the web that is asked for again and again.

    Attributes:
        id: outlet or channel that its posts are of; unique among the sources.
        url: http or https address.
        lane: lane of its posts.
        interval: shortest time between two requests.
        max_interval: longest time between two requests, of a source in which nothing changes.
        silent_after: after so long without a new post the source is reported as silent.

    """

    id: str
    url: str
    lane: str
    interval: timedelta
    max_interval: timedelta
    silent_after: timedelta


def parse_sources(text: str, name: str) -> list[Source]:
    """Return the sources of a YAML file.

    Args:
        text: content of the file: ``sources:`` and a list.
        name: name of the file, for messages.

    Raises:
        SourceFileError: the text is not YAML, or an entry cannot be used.

    """
    try:
        node = yaml.compose(text, Loader=YamlLoader)
        content = yaml.load(text, Loader=YamlLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SourceFileError(f"{name}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SourceFileError(f"{name}: not YAML: {error}") from error
    if (
        not isinstance(content, dict)
        or set(content) != {"sources"}
        or not isinstance(content["sources"], list)
    ):
        raise SourceFileError(f"{name}:1: a mapping with the one key sources and a list is expected")
    sources: list[Source] = []
    mistakes: list[str] = []
    for number, plain in enumerate(content["sources"]):
        path = f"sources[{number}]"
        try:
            sources.append(_source(plain, {source.id for source in sources}))
        except DecodeError as error:
            where = ".".join(filter(None, (path, error.field)))
            mistakes.append(f"{name}:{line_of(node, where)}: {where}: {error}")
    if mistakes or not sources:
        raise SourceFileError("\n".join(mistakes) or f"{name}:1: sources is empty")
    return sources


def _source(plain: Any, taken: set[str]) -> Source:
    entry = from_plain(plain, _SourceEntry)
    parts = urlsplit(entry.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DecodeError(
            "invalid", f"{entry.url!r} is not an address that starts with http:// or https://", "url"
        )
    if entry.id in taken:
        raise DecodeError("invalid", f"{entry.id!r} is the id of another source; ids are unique", "id")
    least, most = (_duration(entry, field) for field in ("interval", "max_interval"))
    if least < SHORTEST_INTERVAL:
        raise DecodeError("invalid", f"is shorter than {SHORTEST_INTERVAL.seconds}s", "interval")
    if most < least:
        raise DecodeError("invalid", f"is shorter than interval, {entry.interval}", "max_interval")
    return Source(
        id=entry.id, url=entry.url, lane=entry.lane, interval=least, max_interval=most,
        silent_after=_duration(entry, "silent_after"),
    )  # fmt: skip


def _duration(entry: _SourceEntry, field: str) -> timedelta:
    try:
        return parse_duration(getattr(entry, field))
    except ValueError as error:
        raise DecodeError("invalid", str(error), field) from error


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a sources file, for editors."""
    return msgspec.json.schema(_SourceFile)
