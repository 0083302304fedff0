"""All that the alerting agent knows about one story: internal, kept in the compacted topic alerting.state."""

from schemas.base import Count, Id, Message, Sequence1, UtcTime
from schemas.events import CasualtyKind, Category, EnrichedEvent, EventType, Place, Severity, Stance, Status
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
    title: str = ""
    summary: str = ""
    category: Category | None = None
    """None for a repeat, which says nothing of its own; so are the fields below."""
    event_type: EventType | None = None
    severity: Severity = "unknown"
    status: Status | None = None
    places: list[Place] = []
    casualties: dict[CasualtyKind, list[CasualtyClaim]] = {}
    claimants: list[tuple[str, Stance]] = []


class Waiting(Message, frozen=True, kw_only=True):
    """A post whose turn has not come: a repeat, an event, or neither while its event is expected."""

    story_seq: Sequence1
    at: UtcTime
    """Event time of the post."""
    repeat: Contribution | None = None
    event: EnrichedEvent | None = None


class Told(Message, frozen=True, kw_only=True):
    """What subscribers of a rule were last told of a story."""

    severity: Severity
    category: Category
    casualties: dict[CasualtyKind, Count] = {}
    outlets: Count
    places: list[str] = []
    contradictions: Count


class RuleLedger(Message, frozen=True, kw_only=True):
    """What one rule has said about one story."""

    rule_id: Id
    rule_version: Id
    """Hash of the rule's text; the leaves of another version mean something else."""
    first_match_at: UtcTime
    true_leaves: list[Count] = []
    """Conditions on the post that held when the rule first matched, by their number in the rule."""
    alert_ids: list[Id] = []
    sent_at: UtcTime | None = None
    cancelled: bool = False
    told: Told | None = None


class StoryState(Message, frozen=True, kw_only=True):
    """One story in the alerting agent."""

    story_id: Id
    story: Story | None = None
    contributions: list[Contribution] = []
    ledgers: list[RuleLedger] = []
    waiting: list[Waiting] = []
    """Posts that came before an earlier one of the story did, by story_seq."""
