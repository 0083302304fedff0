"""Alerts, decisions and deliveries."""

from typing import Any, Literal

import msgspec

from schemas.base import Id, Message, NonEmpty, Sequence1, UtcTime
from schemas.events import CasualtyKind, Place, Severity, Status
from schemas.stories import CasualtyLedger

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
    status: Literal["actual", "exercise", "test"]
    severity: Severity
    certainty: Certainty
    headline: str
    summary: str
    changed: list[Change] = []
    where: list[Place] = []
    since: UtcTime
    """Event time of the story's first post."""
    casualties: dict[CasualtyKind, CasualtyLedger] = {}
    claims: list[AlertClaim] = []
    sources: list[AlertSource]
    at: UtcTime
    """Event time of the post that led to the alert."""


class Decision(Message, frozen=True, kw_only=True):
    """Why a rule fired on a post, or why it was held back."""

    rule_id: Id
    story_id: Id
    post_id: Id
    outcome: Literal["alert", "update", "cancel", "held"]
    reason: AlertReason | HeldReason
    alert_id: str | None = None
    facts: dict[str, Any]
    """The values that the decision rests on."""
    at: UtcTime


class Delivery(Message, frozen=True, kw_only=True):
    """One attempt to hand an alert to an endpoint."""

    alert_id: Id
    endpoint: NonEmpty
    attempt: Sequence1
    outcome: Literal["ok", "retry", "failed", "refused"]
    code: int | None = None
    next_at: UtcTime | None = None
    at: UtcTime
