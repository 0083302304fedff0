"""Alerts, decisions and deliveries."""

from typing import Any, Literal

import msgspec

from schemas.base import Count, Id, Message, NonEmpty, Sequence1, UtcTime
from schemas.events import ActorKind, CasualtyKind, Category, EventType, Place, Severity, Status
from schemas.posts import Relation
from schemas.rules import DeliverTo
from schemas.stories import CasualtyLedger, Contradiction

AlertKind = Literal["alert", "update", "cancel"]
AlertReason = Literal[
    "first_match", "escalation", "new_fact", "corroborated", "contradiction", "correction", "retraction"
]
HeldReason = Literal[
    "no_new_fact", "cooldown", "quiet_hours", "hold", "silenced", "not_matched_any_more", "late"
]
Certainty = Literal["observed", "likely", "possible", "unlikely", "unknown"]
"""CAP 1.2 certainty, in lower case."""


class Change(Message, frozen=True, kw_only=True):
    """One field that differs from what subscribers were last told."""

    field: NonEmpty
    before: Any = msgspec.field(name="from", default=None)
    after: Any = msgspec.field(name="to", default=None)


class AlertSource(Message, frozen=True, kw_only=True):
    """A post that an alert rests on."""

    source: Id
    url: str | None = None
    post_id: Id
    relation: Relation | None = None
    at: UtcTime | None = None
    """Event time of the post."""


class AlertActor(Message, frozen=True, kw_only=True):
    """A person, organisation, force or government that the posts name."""

    name: NonEmpty
    kind: ActorKind


class AlertClaim(Message, frozen=True, kw_only=True):
    """Who says it, and where the claim stands."""

    name: NonEmpty
    status: Status


class Alert(Message, frozen=True, kw_only=True):
    """What a subscriber is told about a story under one rule."""

    alert_id: Id
    rule_id: Id
    owner: Id
    story_id: Id
    story_seq: Sequence1
    kind: AlertKind
    sequence: Sequence1
    """1, 2, ... within rule and group."""
    reason: AlertReason
    references: list[Id]
    """alert_id of all earlier alerts of the rule and group."""
    rule_title: str = ""
    rule_version: str = ""
    """Hash of the text of the rule that spoke."""
    status: Literal["actual", "exercise", "test"]
    category: Category = "other"
    event_type: EventType | None = None
    severity: Severity
    certainty: Certainty
    """observed or likely: told by several independent publishers or by one; likely, too: claimed and told by
    several. possible: claimed, told by one, or disputed. unlikely: taken back."""
    verification: Status | None = None
    """Where the story stands as a whole."""
    headline: str
    summary: str
    changed: list[Change] = []
    where: list[Place] = []
    since: UtcTime
    """Event time of the story's first post."""
    actors: list[AlertActor] = []
    casualties: dict[CasualtyKind, CasualtyLedger] = {}
    claims: list[AlertClaim] = []
    contradictions: list[Contradiction] = []
    outlets: list[Id] = []
    """Independent publishers that tell the story."""
    sources: list[AlertSource]
    deliver: list[DeliverTo] = []
    """Endpoints that the rule named when it spoke."""
    at: UtcTime
    """Event time of the post that led to the alert; of one that was held back, when it was let go."""


class Decision(Message, frozen=True, kw_only=True):
    """Why a rule fired on a post, or why it was held back."""

    rule_id: Id
    rule_version: str = ""
    """Hash of the whole rule as it was in force."""
    rule_offset: Count | None = None
    """Where on the topic rules that text of it stands; null for a rule from a file."""
    story_id: Id
    post_id: Id
    """The post that led to it; of a timer, the story's last post before it."""
    outcome: Literal["alert", "update", "cancel", "held"]
    reason: AlertReason | HeldReason
    alert_id: str | None = None
    facts: dict[str, Any]
    """The values that the decision rests on: those of the story, what subscribers were last told, what
    changed since, and until when something is held back."""
    at: UtcTime
    """Event time of the post, or the time that a timer was set to."""


class Delivery(Message, frozen=True, kw_only=True):
    """One attempt to hand an alert to an endpoint."""

    alert_id: Id
    endpoint: NonEmpty
    attempt: Sequence1
    outcome: Literal["ok", "retry", "failed", "refused"]
    code: int | None = None
    """HTTP status, where there was one."""
    reason: str = ""
    """Why it did not work, in a few words; never any part of an address or a secret."""
    next_at: UtcTime | None = None
    at: UtcTime
