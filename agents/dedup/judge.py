"""Verdicts on posts, in order."""

from collections.abc import Sequence

from agents.dedup.state import DedupState, digest
from schemas.ids import story_id
from schemas.posts import JudgedPost, RawPost


def judge(state: DedupState, post: RawPost) -> JudgedPost:
    """Decide what a post is to those before it, and take it in; a post judged before gets its stored verdict."""
    stored = state.judged.get((post.post_id, post.revision))
    if stored is not None:
        return stored
    twin = state.texts.get(digest(post.headline, post.body))
    fields = {name: getattr(post, name) for name in post.__struct_fields__}
    story = twin.story_id if twin else story_id(post.post_id)
    judged = JudgedPost(
        **fields,
        relation="exact" if twin else "new",
        related_to=twin.post_id if twin else None,
        similarity=1.0 if twin else None,
        reason="same_text" if twin else "nothing_alike",
        story_id=story,
        story_seq=state.sequences.get(story, 0) + 1,
    )
    state.apply(judged)
    return judged


def judge_batch(state: DedupState, posts: Sequence[RawPost]) -> list[JudgedPost]:
    """Judge posts in order; the same verdicts as one by one."""
    return [judge(state, post) for post in posts]
