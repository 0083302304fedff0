"""Query strings: their parameters as classes, from which they are read and documented."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from agents.gateway import cursors
from agents.gateway.problems import Mistake, bad_request
from schemas.base import Country, Id, StrictMessage, UtcTime
from schemas.codec import DecodeError, from_plain
from schemas.events import Category, Severity

Limit = Annotated[int, Meta(ge=1, le=500, description="Most items to return.")]
Cursor = Annotated[
    str,
    Meta(
        pattern=cursors.PATTERN,
        max_length=cursors.MAX_LENGTH,
        description="Where to go on: `next` of an earlier page, or the id of an event of the stream.",
    ),
]
Rules = Annotated[list[Id], Meta(description="Id of the rule.")]
StoryCursor = Annotated[
    str,
    Meta(
        pattern="^s1\\.-?[0-9]{1,20}\\.",
        max_length=300,
        description="Where to go on: `next` of an earlier page.",
    ),
]


class StreamQuery(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a stream of events is to hold; several values of a parameter: any of them."""

    category: Annotated[list[Category], Meta(description="Category.")] = []
    severity: Annotated[Severity, Meta(description="This severity or a higher one.")] | UnsetType = UNSET
    country: Annotated[list[Country], Meta(description="Where it happens, ISO 3166-1 alpha-2.")] = []
    source: Annotated[list[Id], Meta(description="Outlet or channel.")] = []
    story: Annotated[list[Id], Meta(description="Id of the story.")] = []
    since: (
        Annotated[
            UtcTime, Meta(description="Event time from here on; a first page begins with what came then.")
        ]
        | UnsetType
    ) = UNSET
    until: Annotated[UtcTime, Meta(description="Event time before this.")] | UnsetType = UNSET


class AlertStreamQuery(StreamQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a stream of alerts is to hold."""

    rule: Rules = []


class EventQuery(StreamQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events a page is to hold."""

    limit: Limit = 100
    cursor: Cursor | UnsetType = UNSET
    start: Annotated[
        Literal["oldest", "newest"],
        Meta(description="Where to begin without a cursor: with the oldest kept, or with what comes next."),
    ] = "oldest"


class AlertQuery(EventQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alerts a page is to hold."""

    rule: Rules = []


class FeedQuery(AlertStreamQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alerts the feed is to hold."""

    limit: Limit = 50


class StoryQuery(StreamQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which stories a page is to hold."""

    limit: Limit = 100
    cursor: StoryCursor | UnsetType = UNSET


class NoQuery(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters."""


Q = TypeVar("Q", bound=msgspec.Struct)


def parse_query(pairs: Iterable[tuple[str, str]], kind: type[Q]) -> Q:
    """Return the parameters of a query string.

    Args:
        pairs: names and values, decoded, in their order.
        kind: class of the parameters.

    Raises:
        ProblemError: a parameter is unknown, wrong, or stands there twice where one value is meant.

    """
    several = {field.name for field in msgspec.structs.fields(kind) if field.default_factory is list}
    plain: dict[str, Any] = {}
    for name, value in pairs:
        if name in several:
            plain.setdefault(name, []).append(value)
        elif name in plain:
            raise bad_request("the query is wrong", [Mistake(message="stands twice", field=name)])
        else:
            plain[name] = _typed(name, value)
    try:
        return from_plain(plain, kind)
    except DecodeError as error:
        raise bad_request("the query is wrong", [Mistake(message=str(error), field=error.field)]) from error


def _typed(name: str, value: str) -> str | int:
    """Return a number as a number; a plus sign that was sent as it is arrives as a space in a time."""
    if name == "limit" and value.isascii() and value.isdigit() and len(value) < len("1000000"):
        return int(value)
    return value.replace(" ", "+") if name in ("since", "until") else value
