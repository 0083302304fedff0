"""Stories: the running state of what is known about one event."""

from typing import Literal

from schemas.base import Count, Id, Message, NonEmpty, Sequence1, UtcTime
from schemas.events import CasualtyKind, Category, Place, Severity, Stance, Status


class CasualtyClaim(Message, frozen=True, kw_only=True):
    """The latest figure that one claimant gave, by the time of what it says."""

    claimed_by: NonEmpty
    """The one named in the text, else the source."""
    min: Count | None = None
    max: Count | None = None
    as_of: UtcTime
    post_id: Id


class CasualtyLedger(Message, frozen=True, kw_only=True):
    """All standing claims about one kind of casualty. Figures of different claimants are never added."""

    min: Count | None = None
    """Lowest figure that a standing claim gives."""
    max: Count | None = None
    """Highest figure that a standing claim gives."""
    latest: Count | None = None
    """Highest figure of the post with the newest claim: a claim's minimum, else its maximum."""
    claims: list[CasualtyClaim]


class Claim(Message, frozen=True, kw_only=True):
    """Who said what about the story, and where the claim stands."""

    name: NonEmpty
    stance: Stance
    status: Status
    post_id: Id
    as_of: UtcTime


class Contradiction(Message, frozen=True, kw_only=True):
    """Two claims that cannot both hold."""

    field: NonEmpty
    claims: list[str]
    post_ids: list[Id]


class Story(Message, frozen=True, kw_only=True):
    """One real-world event, as all posts of it so far tell it."""

    story_id: Id
    title: NonEmpty
    first_seen: UtcTime
    last_seen: UtcTime
    posts: Sequence1
    outlets: list[Id]
    """Independent publishers whose posts assert what happened: families, not sites. Who denies it is not
    among them."""
    category: Category
    severity: Severity
    status: Status
    """disputed once one side claims and another denies; else the firmest that a post gives."""
    places: list[Place] = []
    casualties: dict[CasualtyKind, CasualtyLedger] = {}
    claims: list[Claim] = []
    contradictions: list[Contradiction] = []
    state: Literal["open", "closed"]
    """closed after long silence; one more post opens it again."""
    story_seq: Sequence1
    """story_seq of the last post that this state takes in."""
    folded: Count = 0
    """Posts that are kept as one since there are too many: they can no longer be taken back one by one."""
