"""All that the alerting agent knows about one story: internal, kept in the compacted topic alerting.state."""

from typing import Literal

from schemas.base import Count, Id, Message, Sequence1, UtcTime
from schemas.events import (
    Actor,
    CasualtyKind,
    Category,
    EnrichedEvent,
    EventType,
    Place,
    Severity,
    Stance,
    Status,
)
from schemas.posts import Relation
from schemas.stories import CasualtyClaim, Story


class Contribution(Message, frozen=True, kw_only=True):
    """What one post adds to its story, for as long as it stands."""

    post_id: Id
    story_seq: Sequence1
    relation: Relation
    related_to: str | None = None
    source: Id
    outlet: Id
    """Publisher family of the source."""
    url: str | None = None
    at: UtcTime
    exercise: bool = False
    retracted: bool = False
    late: bool = False
    """Too old when it came: it is kept for the record and adds no facts."""
    title: str = ""
    summary: str = ""
    category: Category | None = None
    """None for a repeat, which says nothing of its own; so are the fields below."""
    event_type: EventType | None = None
    severity: Severity = "unknown"
    status: Status | None = None
    denies: bool = False
    """It says that what others report did not happen."""
    places: list[Place] = []
    actors: list[Actor] = []
    language: str | None = None
    casualties: dict[CasualtyKind, list[CasualtyClaim]] = {}
    claimants: list[tuple[str, Stance]] = []


class Waiting(Message, frozen=True, kw_only=True):
    """A post whose turn has not come: its announcement by dedup, its event, or both."""

    story_seq: Sequence1
    at: UtcTime
    """Event time of the post."""
    watermark: UtcTime | None = None
    """The time its lane had reached; None while only the event is here."""
    lane: str | None = None
    repeat: Contribution | None = None
    """What it adds when it is a repeat, which has no event."""
    text: str = ""
    """Text of a repeat, for conditions on the text."""
    event: EnrichedEvent | None = None


class Told(Message, frozen=True, kw_only=True):
    """What subscribers of a rule were last told of a story."""

    story_seq: Sequence1
    """They know of the posts up to this one."""
    severity: Severity
    status: Status
    category: Category
    casualties: dict[CasualtyKind, Count] = {}
    outlets: Count
    reporters: Count
    """Outlets that told it in words of their own."""
    places: list[Place] = []
    contradictions: Count


class Owed(Message, frozen=True, kw_only=True):
    """What is held back and goes out at a time, when it still holds then."""

    due: UtcTime
    reason: Literal["correction", "retraction"] | None = None
    """Why subscribers who were told must hear of it; None where it is news."""


class Support(Message, frozen=True, kw_only=True):
    """Posts of which a condition on the post itself was true."""

    leaf: Count
    """Number of the condition in its rule."""
    post_ids: list[Id]


class RuleLedger(Message, frozen=True, kw_only=True):
    """What one rule has said about one story."""

    rule_id: Id
    rule_version: Id
    """Hash of the rule's conditions; the leaves of another version mean something else."""
    first_match_at: UtcTime
    supports: list[Support] = []
    """By condition on the post itself, the posts that it rests on."""
    alert_ids: list[Id] = []
    sent_at: UtcTime | None = None
    """The time the lane had reached when the last message went out."""
    cancelled: bool = False
    told: Told | None = None
    owed: Owed | None = None


class Older(Message, frozen=True, kw_only=True):
    """What the posts said that a story of many posts no longer keeps one by one."""

    posts: Count
    outlets: list[Id] = []
    reporters: list[Id] = []
    facts: Contribution | None = None
    """What they say as one: the newest claim of each claimant, their places, the highest severity."""


class StoryState(Message, frozen=True, kw_only=True):
    """One story in the alerting agent."""

    story_id: Id
    lane: str | None = None
    watermark: UtcTime | None = None
    """The time the lane had reached with the last post that was taken in."""
    taken: Count = 0
    """story_seq up to which all posts are taken in or passed over."""
    story: Story | None = None
    older: Older | None = None
    contributions: list[Contribution] = []
    ledgers: list[RuleLedger] = []
    waiting: list[Waiting] = []
    """Posts that came before an earlier one of the story did, by story_seq."""
