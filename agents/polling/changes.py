"""What is new, edited or gone in a source's document since it was last read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from agents.sources.web.document import Posts
from schemas.ids import stable_hash
from schemas.poll_state import PollState, SeenPost
from schemas.posts import RawPost

REMEMBERED = 5_000
"""Posts remembered of a source besides those that its document holds at present."""
MISSING_TWICE = 2
"""A post is taken to be gone when two whole documents in a row lack it: pages flicker."""
LEAST_KEPT = 0.5
"""Share of the remembered posts in reach that must be there for a page to count as otherwise whole."""
TAKES_POSTS_BACK = frozenset({"live_blog", "telegram"})
"""Forms in which a post that is gone was taken back; feeds drop posts as they age."""
GONE = "Retraction: this post has been removed by its source."


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reading leads to: posts to publish, in order, and all posts that are remembered after it."""

    publish: tuple[RawPost, ...]
    seen: tuple[SeenPost, ...]
    new: int = 0
    edited: int = 0
    gone: int = 0


def find_changes(
    state: PollState | None, found: Posts, source: str, lane: str, fetched_at: datetime
) -> Changes:
    """Compare a document with what is remembered.

    A post that the document lacks is retracted when the document was read as a whole, is of a form that keeps
    its posts, still has a post older than it and most of the others, and lacked it the last time as well.
    """
    known = {} if state is None else {seen.post_id: seen for seen in state.posts}
    publish: list[RawPost] = []
    seen: dict[str, SeenPost] = {}
    edited = 0
    for post in found.posts:
        before = known.get(post.post_id)
        revision = _revision(before, post)
        edited += before is not None and revision > before.revision
        if before is None or revision > before.revision:
            publish.append(structs.replace(post, revision=revision))
        seen[post.post_id] = _remember(post, revision)
    absent = [one for own, one in known.items() if own not in seen]
    gone = _gone(found, seen, absent)
    fresh = len(publish) - edited
    taken_back = [one for one in gone if one.missing >= MISSING_TWICE and not one.retracted]
    publish += [_retraction(one, source, lane, fetched_at) for one in taken_back]
    after = {one.post_id: one for one in gone} | {one.post_id: _retracted(one) for one in taken_back}
    kept = [after.get(one.post_id, one) for one in absent][-REMEMBERED:]
    return Changes(tuple(publish), (*kept, *seen.values()), fresh, edited, len(taken_back))


def text_hash(post: RawPost) -> str:
    """Return the hash of what readers see of a post."""
    return stable_hash("text", post.headline or "", post.body)


def _revision(before: SeenPost | None, post: RawPost) -> int:
    if before is None:
        return 0
    same = before.text_hash == text_hash(post) and not before.retracted
    return before.revision if same else before.revision + 1


def _remember(post: RawPost, revision: int) -> SeenPost:
    return SeenPost(
        post_id=post.post_id, revision=revision, text_hash=text_hash(post), published_at=post.published_at,
        published_on=post.published_on,
    )  # fmt: skip


def _gone(found: Posts, present: dict[str, SeenPost], absent: Sequence[SeenPost]) -> list[SeenPost]:
    """Return the absent posts that this document should have held, counted once more as missing."""
    if not found.whole or found.form not in TAKES_POSTS_BACK or not found.posts:
        return []
    times = [post.published_at for post in found.posts if post.published_at is not None]
    oldest = min(times, default=None)
    if oldest is None:
        return []
    in_reach = [one for one in absent if one.published_at is not None and one.published_at > oldest]
    open_ones = [one for one in in_reach if not one.retracted]
    if len(present) < LEAST_KEPT * (len(present) + len(open_ones)):
        return []
    return [structs.replace(one, missing=one.missing + 1) for one in open_ones]


def _retracted(one: SeenPost) -> SeenPost:
    return structs.replace(one, retracted=True, revision=one.revision + 1)


def _retraction(one: SeenPost, source: str, lane: str, fetched_at: datetime) -> RawPost:
    return RawPost(
        post_id=one.post_id, source=source, lane=lane, revision=one.revision + 1, body=GONE,
        published_at=one.published_at, published_on=one.published_on, updated_at=None, fetched_at=fetched_at,
        event_time=fetched_at, kind="post",
    )  # fmt: skip
