"""Verdicts on posts, in the order of the log."""

from collections.abc import Sequence

from agents.dedup.decide import decide
from agents.dedup.entry import Entry
from agents.dedup.rows import NOWHERE
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from agents.dedup.verdict import Verdict
from agents.dedup.watermark import moment_of
from schemas.posts import JudgedPost, RawPost


def judge(state: DedupState, post: RawPost) -> JudgedPost:
    """Decide what a post is to those before it, and take it in.

    A post id and revision that was judged before gets its stored verdict and watermark and changes nothing.
    """
    return judge_batch(state, [post])[0]


def judge_batch(state: DedupState, posts: Sequence[RawPost]) -> list[JudgedPost]:
    """Judge posts in order. Verdicts do not depend on where batches end; many posts at once cost less."""
    signatures = state.signatures(posts)
    return [
        judge_signed(state, post, signature)[0] for post, signature in zip(posts, signatures, strict=True)
    ]


def judge_signed(state: DedupState, post: RawPost, signature: Signature) -> tuple[JudgedPost, Entry | None]:
    """Judge a post whose signature is known, and return what it left in the state; None when it was judged
    before."""
    row = state.rows.find(post.post_id, post.revision)
    if row != NOWHERE:
        return _judged(post, state.rows.verdict(row), state.rows.watermark(row)), None
    judged = _judged(post, decide(state, post, signature), state.watermark_with(post))
    return judged, state.take(judged, signature)


def _judged(post: RawPost, verdict: Verdict, watermark: int) -> JudgedPost:
    fields = {name: getattr(post, name) for name in RawPost.__struct_fields__}
    return JudgedPost(
        **fields,
        relation=verdict.relation,
        related_to=verdict.related_to,
        similarity=verdict.similarity,
        reason=verdict.reason,
        story_id=verdict.story_id,
        story_seq=verdict.story_seq,
        watermark=moment_of(watermark),
    )
