"""What a post is to those before it."""

from dataclasses import dataclass

from schemas.posts import Relation


@dataclass(frozen=True, slots=True)
class Verdict:
    """What dedup says of a post; see schemas.posts.JudgedPost."""

    relation: Relation
    related_to: str | None
    similarity: float | None
    reason: str
    story_id: str
    story_seq: int
