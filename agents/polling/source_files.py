"""The sources to poll, from YAML text, with the line and field of every mistake."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from agents.durations import parse_duration
from agents.list_files import parse_list
from schemas.base import Id, StrictMessage
from schemas.codec import DecodeError, from_plain

Duration = Annotated[str, Meta(pattern="^[0-9]+[smhd]$", description="A whole number and s, m, h or d: 30m.")]
SHORTEST_INTERVAL = timedelta(seconds=5)


class _SourceEntry(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Id
    url: str
    lane: Id = "default"
    interval: Duration = "2m"
    max_interval: Duration = "30m"
    silent_after: Duration = "1d"


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
        ListFileError: the text is not YAML, or an entry cannot be used.

    """
    return parse_list(text, name, "sources", _source, unique=("id",))


def _source(plain: Any) -> Source:
    entry = from_plain(plain, _SourceEntry)
    parts = urlsplit(entry.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DecodeError(
            "invalid", f"{entry.url!r} is not an address that starts with http:// or https://", "url"
        )
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
