"""Posts as they come in, and posts with the dedup verdict."""

from datetime import date
from typing import Literal

from schemas.base import Count, Fraction, Id, Message, NonEmpty, Sequence1, UtcTime

PostKind = Literal["post", "summary", "notice"]
Relation = Literal["new", "exact", "repost", "excerpt", "update", "revision", "correction", "retraction"]
REPEATS: frozenset[str] = frozenset({"exact", "repost"})
"""Relations of posts that say nothing beyond an earlier one; they are counted and not classified again."""


class Origin(Message, frozen=True, kw_only=True):
    """Where in a document a post was cut from."""

    document: NonEmpty
    lines: tuple[Sequence1, Sequence1]
    """First and last line, counted from 1, both inclusive."""


class RawPost(Message, frozen=True, kw_only=True):
    """One post of a source, as it was read."""

    post_id: Id
    source: Id
    """Id of the outlet or channel."""
    lane: Id
    native_id: str | None = None
    """The source's own id of the post."""
    revision: Count
    """0 for the first version seen, then 1, 2, ... for edits."""
    url: str | None = None
    headline: str | None = None
    body: str
    authors: list[str] = []
    language: str | None = None
    """BCP 47 tag, where the source gives one."""
    published_at: UtcTime | None = None
    """As printed by the source; never the time of fetching."""
    published_on: date | None = None
    """Where the page gives a date without a time."""
    updated_at: UtcTime | None = None
    fetched_at: UtcTime
    event_time: UtcTime
    """What windows, order and decay use."""
    origin: Origin | None = None
    kind: PostKind
    exercise: bool = False
    """True for a replay: what follows from the post is marked and pages nobody."""


class JudgedPost(RawPost, frozen=True, kw_only=True):
    """A post with what it is to the posts before it."""

    relation: Relation
    related_to: str | None = None
    """post_id of the earlier post that the relation speaks of."""
    similarity: Fraction | None = None
    """Shared part of the smaller shingle set, where two posts were compared."""
    reason: NonEmpty
    """Short code of why the relation was chosen."""
    story_id: Id
    story_seq: Sequence1
    watermark: UtcTime
    """The time that the lane had reached with this post. It never goes back within a lane, and is the same
    when the post comes again: what waits for a time is done by it."""


def text_of(headline: str | None, body: str) -> str:
    """Return the text that every span points into."""
    return f"{headline or ''}\n{body}"
