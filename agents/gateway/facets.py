"""What filters look at in events, alerts and stories: read from the message's bytes once."""

from dataclasses import dataclass

from schemas.base import Country, Id, Message, UtcTime
from schemas.codec import decode
from schemas.events import Category, PlaceRole, Severity


@dataclass(frozen=True, slots=True)
class Facets:
    """The side of a message that filters see."""

    id: str
    category: str
    severity: Severity
    countries: frozenset[str]
    """Where it happens, ISO 3166-1 alpha-2."""
    sources: frozenset[str]
    story: str
    at: UtcTime
    """Event time."""
    rule: str | None = None
    owner: str | None = None


class _Place(Message, frozen=True, kw_only=True):
    country: Country | None = None
    role: PlaceRole


class _Event(Message, frozen=True, kw_only=True):
    event_id: Id
    source: Id
    story_id: Id
    category: Category
    severity: Severity
    places: list[_Place]
    event_time: UtcTime


class _Source(Message, frozen=True, kw_only=True):
    source: Id


class _Alert(Message, frozen=True, kw_only=True):
    alert_id: Id
    rule_id: Id
    owner: Id
    story_id: Id
    category: Category = "other"
    severity: Severity
    where: list[_Place] = []
    sources: list[_Source]
    at: UtcTime


class _Story(Message, frozen=True, kw_only=True):
    story_id: Id
    category: Category
    severity: Severity
    places: list[_Place] = []
    outlets: list[Id]
    last_seen: UtcTime


def facets_of_event(value: bytes) -> Facets:
    """Return the facets of an enriched event.

    Raises:
        DecodeError: it is none.

    """
    event = decode(value, _Event)
    return Facets(
        event.event_id, event.category, event.severity, _countries(event.places), frozenset((event.source,)),
        event.story_id, event.event_time,
    )  # fmt: skip


def facets_of_alert(value: bytes) -> Facets:
    """Return the facets of an alert.

    Raises:
        DecodeError: it is none.

    """
    alert = decode(value, _Alert)
    return Facets(
        alert.alert_id, alert.category, alert.severity, _countries(alert.where),
        frozenset(source.source for source in alert.sources), alert.story_id, alert.at, alert.rule_id,
        alert.owner,
    )  # fmt: skip


def facets_of_story(value: bytes) -> Facets:
    """Return the facets of a story; its sources are its outlets, its time is when it was last told.

    Raises:
        DecodeError: it is none.

    """
    story = decode(value, _Story)
    return Facets(
        story.story_id, story.category, story.severity, _countries(story.places), frozenset(story.outlets),
        story.story_id, story.last_seen,
    )  # fmt: skip


def _countries(places: list[_Place]) -> frozenset[str]:
    return frozenset(place.country for place in places if place.country and place.role == "where")
