"""The verdict on one post: a pure function of the state, the post and its signature."""

from dataclasses import dataclass

import numpy as np

from agents.dedup.comparison import (
    Bools,
    Comparison,
    acquainted,
    compare,
    elsewhere,
    members,
    named_in,
    other_place,
)
from agents.dedup.families import publisher_of
from agents.dedup.relation import Conflict, Rule, conflict, retelling, rule_for
from agents.dedup.rows import Stored
from agents.dedup.shingles import within
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from agents.dedup.stories import Likeness, Story
from agents.dedup.verdict import Verdict
from schemas.ids import story_id
from schemas.posts import RawPost, Relation

_EVIDENCE = 0.3
"""Containment that shows what a correction speaks of."""
_PART = 0.15
"""An earlier post that makes up so much of a text is a part of it."""
_SAME_CASE = 0.2
"""Likeness from which a correction may speak of a post, and with it of others of its story."""
_SAME_STORY = 0.1
"""Likeness of these others at least."""

_OWN = 0.2
"""Likeness that the publisher of a correction makes up for."""
_NEAREST = 3
"""Posts of a story that a post may share names with."""

_Ruled = tuple[Comparison, Rule, Conflict | None]


@dataclass(frozen=True, slots=True)
class Link:
    """What a post is to one earlier post."""

    relation: Relation
    reason: str
    earlier: Stored
    similarity: float | None


def decide(state: DedupState, post: RawPost, signature: Signature) -> Verdict:
    """Return the verdict on a post id and revision that was not judged before. Changes nothing."""
    own = state.rows.latest(post.post_id)
    if own >= state.rows.first:
        return _linked(state, _of_edit(state, post, signature, state.rows.stored(own)))
    time = state.time_of(post)
    if not signature.digest:
        return _opened(post, "no_text")
    same, alike = state.candidates(signature, time)
    seen = compared(state, signature, time, alike)
    if post.kind != "post":
        return _of_summary(state, post, signature, time, seen)
    if len(same):
        return _of_same_words(state, post, signature, time, state.rows.stored(min(same)))
    if _is_roundup(signature, seen, state):
        return _apart(state, post, _summarised(seen, state))
    return _of_alike(state, post, signature, seen)


def _of_edit(state: DedupState, post: RawPost, signature: Signature, earlier: Stored) -> Link:
    """Tell what the new text of a post is to its latest known one."""
    seen = compare(signature, members(signature.shingles), state.time_of(post), earlier)
    if signature.digest == earlier.digest:
        return Link("exact", "same_words", earlier, 1.0)
    marker = signature.notice or signature.footnote
    if marker is not None and not earlier.marked:
        return Link(marker, f"own_post_{marker}", earlier, seen.contained)
    if seen.growth > 1.15 or seen.new_numbers:
        return Link("update", "own_post_updated", earlier, seen.contained)
    return Link("revision", "own_post_revised", earlier, seen.contained)


def compared(state: DedupState, signature: Signature, time: int, rows: list[int]) -> list[Comparison]:
    """Compare a post with those of some rows that share so much with it that it matters."""
    if not rows:
        return []
    shingles = members(signature.shingles)
    size = len(signature.shingles)
    found = []
    for row, (shared, theirs) in zip(rows, state.rows.shared(shingles, rows), strict=True):
        if shared and (shared >= _EVIDENCE * min(size, theirs) or shared >= _PART * size):
            found.append(compare(signature, shingles, time, state.rows.stored(row)))
    return found


def _of_same_words(
    state: DedupState, post: RawPost, signature: Signature, time: int, earlier: Stored
) -> Verdict:
    """The same words again: a copy, unless they are so few that they recur by habit."""
    if (
        signature.words < state.config.recurring_words
        and abs(time - earlier.time) > state.config.recurring_gap.total_seconds()
    ):
        return _opened(post, "same_words_other_time")
    return _linked(state, Link("exact", "same_words", earlier, 1.0))


def _of_summary(
    state: DedupState, post: RawPost, signature: Signature, time: int, parts: list[Comparison]
) -> Verdict:
    """Judge a summary or notice by earlier ones, as those of an earlier fetch of its page, then by the
    posts that it takes from."""
    same, alike = state.candidates(signature, time, posts=False)
    if len(same):
        return _of_same_words(state, post, signature, time, state.rows.stored(min(same)))
    link = _rewording(_ruled(state, compared(state, signature, time, alike)))
    if link is not None:
        return _linked(state, link)
    return _apart(state, post, _summarised(parts, state))


def _summarised(seen: list[Comparison], state: DedupState) -> Link | None:
    """Link a summary to the post that it takes most from."""
    known = [one for one in seen if one.contained >= state.config.rewritten or one.share >= _PART]
    if not known:
        return None
    best = max(known, key=lambda one: (one.share, one.earlier.row))
    return Link("excerpt", "summary_of_several", best.earlier, best.contained)


def _is_roundup(signature: Signature, seen: list[Comparison], state: DedupState) -> bool:
    """Tell whether a text is put together from posts of several stories, each with a part of its own: a
    wording that is common to all of them is a template."""
    parts = [one for one in seen if one.share >= _PART]
    if len({one.earlier.story_id for one in parts}) < 2 or any(
        one.share >= state.config.same_text for one in parts
    ):
        return False
    taken: dict[str, Bools] = {}
    for one in parts:
        shared = within(signature.shingles, one.earlier.shingles)
        taken[one.earlier.story_id] = taken.get(one.earlier.story_id, False) | shared
    stories = np.array(list(taken.values()))
    alone = stories[:, stories.sum(axis=0) == 1].sum(axis=1)
    return (
        int(np.count_nonzero(alone >= _PART * len(signature.shingles))) > 1
        and float(np.mean(stories.any(axis=0))) >= state.config.rewritten
    )


def _of_alike(state: DedupState, post: RawPost, signature: Signature, seen: list[Comparison]) -> Verdict:
    """Judge by the wording, then by what the post says that it is, then by its story."""
    ruled = _ruled(state, seen)
    barred = {one.earlier.story_id for one, _, why in ruled if why and why.other_event}
    # The phrases are the same and all names are others: reports of one kind, not of one event.
    barred |= {one.earlier.story_id for one in seen if one.swapped and not one.names}
    link = _rewording(ruled)
    found = _stories(state, post, signature, barred) if link is None or signature.notice else []
    target = _target(state, post, signature, seen, found) if signature.notice else None
    if target is not None:
        return _linked(state, target)
    if link is not None:
        return _linked(state, link)
    reason = next((why.reason for _, _, why in ruled if why), "nothing_alike")
    return _by_story(state, post, signature, found, reason)


def _ruled(state: DedupState, seen: list[Comparison]) -> list[_Ruled]:
    """Return the comparisons that a rule speaks of, each with its rule and what contradicts it."""
    return [(one, rule, conflict(one, state.config)) for one in seen if (rule := rule_for(one, state.config))]


def _rewording(ruled: list[_Ruled]) -> Link | None:
    """Link a post to the one that it has most of its wording from, unless all are of other events."""
    agreeing = [(one, rule) for one, rule, why in ruled if why is None]
    if not agreeing:
        return None
    one, rule = max(agreeing, key=_strength)
    return Link(rule.relation, rule.reason, one.earlier, one.contained)


def _strength(pair: tuple[Comparison, Rule]) -> tuple[float, int]:
    return pair[0].contained, pair[0].earlier.row


def _stories(state: DedupState, post: RawPost, signature: Signature, barred: set[str]) -> list[Likeness]:
    vector = state.stories.vector(signature.profile, signature.words)
    found = state.stories.alike(vector, state.story_time_of(post), state.rows.first)
    return [one for one in found if one.story.story_id not in barred]


def _target(
    state: DedupState, post: RawPost, signature: Signature, seen: list[Comparison], found: list[Likeness]
) -> Link | None:
    """Find the post that a correction or retraction speaks of: rather one of its own publisher with figures
    that it names, then any with such figures."""
    told: dict[int, tuple[Stored, float, float | None]] = {}
    if found and found[0].rows[0][0] >= _SAME_CASE:
        told = {
            row: (state.rows.stored(row), like, None)
            for like, row in found[0].rows
            if like >= _SAME_STORY and row >= state.rows.first
        }
    for one in seen:
        if one.contained >= _EVIDENCE:
            told[one.earlier.row] = (one.earlier, one.contained, one.contained)
    if signature.notice is None or not told:
        return None
    publisher = publisher_of(post.source, state.data)

    def rank(one: tuple[Stored, float, float | None]) -> tuple[bool, bool, float, int]:
        earlier, alike, _ = one
        own = earlier.publisher == publisher
        named = bool(within(signature.slots.numbers, earlier.slots.numbers).any())
        speaks_of_own = own and (named or signature.notice == "retraction")
        return speaks_of_own, named, alike + _OWN * own, earlier.row

    earlier, _, contained = max(told.values(), key=rank)
    where = "in_story" if contained is None else "of_same_wording"
    return Link(signature.notice, f"{signature.notice}_{where}", earlier, contained)


def _by_story(
    state: DedupState, post: RawPost, signature: Signature, found: list[Likeness], reason: str
) -> Verdict:
    if reason == "nothing_alike":
        retold = _retold(state, signature, state.time_of(post), found)
        if retold is not None:
            return _linked(state, retold)
    story = next((one.story for one in found if _belongs(state, signature, one)), None)
    if story is None:
        return _opened(post, reason)
    return Verdict("new", None, None, "joins_story" if reason == "nothing_alike" else reason, *_next(story))


def _belongs(state: DedupState, signature: Signature, likeness: Likeness) -> bool:
    """Tell whether a post is like enough to a story: more so when it shares no names with its nearest
    posts, as two earthquakes of one night."""
    wanted, data = state.config.story_threshold, state.data
    if likeness.score < wanted:
        return False
    near = [state.rows.stored(row) for _, row in likeness.rows[:_NEAREST]]
    if other_place(signature, near[0], state.config):
        return False
    naming = [one for one in near if named_in(one.slots, data.lands)]
    if not naming or not named_in(signature.slots, data.lands):
        return True
    if any(acquainted(signature.slots, one.slots, data.lands) for one in naming):
        return True
    stranger = likeness.score < wanted / state.config.strangers
    return not stranger and not elsewhere(signature, naming[0], data.countries)


def _retold(state: DedupState, signature: Signature, time: int, found: list[Likeness]) -> Link | None:
    """Find the post that this one tells again in other words."""
    if signature.words < state.config.retold_words_quoted:
        return None
    near = sorted(
        (pair for one in found for pair in one.rows if pair[0] >= state.config.retold_likeness), reverse=True
    )
    near = [pair for pair in near if pair[1] >= state.rows.first][: state.config.verified_candidates]
    if not near:
        return None
    shingles = members(signature.shingles)
    for likeness, row in near:
        seen = compare(signature, shingles, time, state.rows.stored(row))
        why = retelling(seen, likeness, state.config)
        if why is not None:
            return Link("update", why.reason, seen.earlier, seen.contained)
    return None


def _apart(state: DedupState, post: RawPost, link: Link | None) -> Verdict:
    """Give a summary a story of its own, whatever it links to."""
    if link is None:
        return _opened(post, "nothing_alike")
    return Verdict(
        link.relation,
        link.earlier.post_id,
        link.similarity,
        link.reason,
        story_id(post.post_id, post.revision),
        1,
    )


def _opened(post: RawPost, reason: str) -> Verdict:
    return Verdict("new", None, None, reason, story_id(post.post_id, post.revision), 1)


def _linked(state: DedupState, link: Link) -> Verdict:
    story = state.stories.known(link.earlier.story_id)
    return Verdict(link.relation, link.earlier.post_id, link.similarity, link.reason, *_next(story))


def _next(story: Story) -> tuple[str, int]:
    return story.story_id, story.posts + 1
