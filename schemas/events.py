"""Enriched events: what a post says, with the place in the text that says it."""

from typing import Literal

from schemas.base import (
    Count,
    Country,
    Fraction,
    Id,
    Latitude,
    Longitude,
    Message,
    NonEmpty,
    Sequence1,
    Span,
    UtcTime,
)
from schemas.posts import PostKind, Relation

Category = Literal[
    "strike", "combat", "attack", "posture", "mil_aid", "diplomacy", "peace", "dispute", "sanctions",
    "politics", "protest", "justice", "cyber_info", "humanitarian", "infrastructure", "disaster", "accident",
    "health", "economy", "other",
]  # fmt: skip
EventType = Literal[
    "agree", "consult", "support", "cooperate", "aid", "concede", "retreat", "request", "accuse", "reject",
    "threaten", "protest", "sanction", "mobilize", "coerce", "assault", "other",
]  # fmt: skip
"""PLOVER event types in lower case."""
Severity = Literal["extreme", "severe", "moderate", "minor", "unknown"]
Status = Literal["confirmed", "claimed", "disputed", "unverified"]
CasualtyKind = Literal["killed", "injured", "missing", "detained", "displaced", "captured"]
PlaceRole = Literal["where", "said", "mentioned"]
PlaceKind = Literal["country", "admin1", "city", "area"]
ActorKind = Literal["person", "organisation", "force", "government"]
Stance = Literal["says", "denies", "accuses", "confirms", "quotes"]

SEVERITY_ORDER: tuple[Severity, ...] = ("unknown", "minor", "moderate", "severe", "extreme")
"""From the least to the most severe."""


class Evidence(Message, frozen=True, kw_only=True):
    """A stretch of the text."""

    span: Span


class CategoryScore(Message, frozen=True, kw_only=True):
    """One category that the text speaks for."""

    id: Category
    score: Fraction
    evidence: list[Evidence] = []


class Place(Message, frozen=True, kw_only=True):
    """A place named in the text."""

    name: NonEmpty
    geoname_id: int | None = None
    kind: PlaceKind | None = None
    """admin1: a region of the first order; area: a sea, a strait, a historical region or the like; None: the
    gazetteer does not know the place."""
    country: Country | None = None
    """ISO 3166-1 alpha-2."""
    admin1: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    role: PlaceRole
    """where: the event happens there; said: it was said there; mentioned: neither."""
    span: Span


class Actor(Message, frozen=True, kw_only=True):
    """A person, organisation, force or government named in the text."""

    name: NonEmpty
    kind: ActorKind
    span: Span


class Casualty(Message, frozen=True, kw_only=True):
    """A number of people that the text says were killed, injured and so on."""

    kind: CasualtyKind
    min: Count | None = None
    max: Count | None = None
    whom: str | None = None
    civilian: bool | None = None
    claimed_by: str | None = None
    where: str | None = None
    current: bool
    """False for background, such as the total of a whole war."""
    span: Span


class Attribution(Message, frozen=True, kw_only=True):
    """Who says it."""

    name: NonEmpty
    stance: Stance
    span: Span


class Versions(Message, frozen=True, kw_only=True):
    """Versions of the data an event rests on."""

    taxonomy: NonEmpty
    lexicon: NonEmpty
    gazetteer: NonEmpty
    model: NonEmpty


class EnrichedEvent(Message, frozen=True, kw_only=True):
    """What one post says."""

    event_id: Id
    post_id: Id
    story_id: Id
    story_seq: Sequence1
    relation: Relation
    related_to: str | None = None
    source: Id
    url: str | None = None
    headline: str | None = None
    summary: str
    """A sentence of the post, never a generated one."""
    published_at: UtcTime | None = None
    event_time: UtcTime
    language: str | None = None
    category: Category
    categories: list[CategoryScore]
    confidence: Fraction
    event_type: EventType
    severity: Severity
    status: Status
    places: list[Place]
    actors: list[Actor]
    casualties: list[Casualty]
    attributions: list[Attribution]
    correction: bool
    kind: PostKind = "post"
    exercise: bool = False
    revision: Count
    text: str
    """headline + newline + body: what the spans point into and what text rules read."""
    versions: Versions
