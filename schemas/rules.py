"""Standing rules: when a story is worth an alert, and how often to say so."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.base import Country, Id, Latitude, Longitude, NonEmpty, StrictMessage, UtcTime
from schemas.events import Category, EventType, Severity, Status

Duration = Annotated[str, Meta(pattern="^[0-9]+(s|m|h|d)$")]
"""A whole number and s, m, h or d, such as 30m."""
TimeOfDay = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Words = Annotated[list[NonEmpty], Meta(min_length=1)]


class AtLeastSeverity(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This severity or a higher one."""

    at_least: Severity


class AtLeast(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many or more."""

    at_least: Annotated[int, Meta(ge=1, le=100_000_000)]


class Circle(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A circle on the ground."""

    lat: Latitude
    lon: Longitude
    km: Annotated[float, Meta(gt=0, le=20_000)]


class PlaceCondition(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is given must hold for one and the same place of the event."""

    country: Country | None = None
    admin1: NonEmpty | None = None
    name: NonEmpty | None = None
    within: Circle | None = None


class SourceCondition(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The post's source is one of, or none of these."""

    any: Words | None = None
    none: Words | None = None


class When(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All conditions that are given must hold."""

    category: Category | list[Category] | None = None
    event_type: EventType | list[EventType] | None = None
    severity: AtLeastSeverity | None = None
    status: Status | list[Status] | None = None
    place: PlaceCondition | None = None
    killed: AtLeast | None = None
    injured: AtLeast | None = None
    missing: AtLeast | None = None
    detained: AtLeast | None = None
    displaced: AtLeast | None = None
    captured: AtLeast | None = None
    outlets: AtLeast | None = None
    """Independent publishers that have told the story."""
    source: SourceCondition | None = None
    actor: NonEmpty | None = None
    language: NonEmpty | None = None
    text: NonEmpty | None = None
    """Words, "phrases", AND, OR, NOT, brackets and prefix*."""
    any: "list[When] | None" = None
    all: "list[When] | None" = None
    not_: "When | None" = msgspec.field(name="not", default=None)


class Escalation(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What passes the cooldown."""

    severity: bool = False
    """A higher severity than subscribers were last told."""
    casualties: Annotated[int, Meta(ge=1)] | None = None
    """So many more casualties of one kind than subscribers were last told."""


class Unless(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent at once all the same."""

    severity: AtLeastSeverity


class Hold(StrictMessage, frozen=True, kw_only=True, rename={"for_": "for"}, forbid_unknown_fields=True):
    """Wait so long, in event time since the first match, for a second independent publisher.

    When one tells the story too, or what ``unless`` asks for holds, the first alert goes out at once. When
    the time is over it goes out as well, as long as the rule still matches; its certainty says that only one
    publisher tells it.
    """

    for_: Duration
    unless: Unless | None = None


class Quiet(StrictMessage, frozen=True, kw_only=True, rename={"from_": "from"}, forbid_unknown_fields=True):
    """Hours of the day in which nothing is sent but corrections of what was told.

    ``to`` before ``from``: the next day; equal: never. What is held back goes out when they end.
    """

    from_: TimeOfDay
    to: TimeOfDay
    tz: NonEmpty
    """IANA time zone, such as Europe/Kyiv."""
    unless: Unless | None = None


class Silence(StrictMessage, frozen=True, kw_only=True, rename={"from_": "from"}, forbid_unknown_fields=True):
    """A time in which nothing at all is sent, corrections included; what is owed goes out at its end."""

    until: UtcTime
    from_: UtcTime | None = None
    """None: from ever."""
    story: Id | None = None
    """Only about the story of this id; None: about all."""
    comment: str | None = None


class AlertPolicy(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often subscribers are told."""

    cooldown: Duration | None = None
    escalation: Escalation = Escalation()
    hold: Hold | None = None
    quiet: Quiet | None = None
    silences: list[Silence] = []
    group_by: Literal["story"] = "story"
    expires: Duration | None = None
    """News is worth so long: an older post brings no message, nor does one after so long a silence of a story
    that was told. Corrections and retractions always do."""


class DeliverTo(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One endpoint besides Kafka, by its id: a webhook, or a chat or mail service that Apprise reaches."""

    webhook: Id | None = None
    apprise: Id | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.webhook is None) == (self.apprise is None):
            raise ValueError("names neither or both of webhook and apprise; exactly one is needed")

    @property
    def name(self) -> str:
        """Id of the endpoint."""
        return self.webhook or self.apprise or ""

    @property
    def kind(self) -> str:
        """What the endpoint has to be: webhook or apprise."""
        return "webhook" if self.webhook is not None else "apprise"


class Rule(StrictMessage, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standing rule of one owner."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]{0,99}$")]
    owner: Id
    title: NonEmpty
    when: When
    alert: AlertPolicy = AlertPolicy()
    deliver: list[DeliverTo] = []
