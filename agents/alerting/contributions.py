"""From posts to contributions, and what a new contribution does to the earlier ones."""

from collections.abc import Callable, Sequence

import msgspec

from schemas.events import CasualtyKind, EnrichedEvent
from schemas.posts import JudgedPost
from schemas.stories import CasualtyClaim
from schemas.story_state import Contribution

MAX_CONTRIBUTIONS = 200
"""A story's facts rest on so many of its latest posts; the state of a story cannot grow without bound."""

OutletOf = Callable[[str], str]
"""Source to publisher family."""


def from_repeat(post: JudgedPost, outlet_of: OutletOf) -> Contribution:
    """Return the contribution of a post that repeats another one: its outlet tells the story too."""
    return Contribution(
        post_id=post.post_id,
        story_seq=post.story_seq,
        relation=post.relation,
        related_to=post.related_to,
        source=post.source,
        outlet=outlet_of(post.source),
        url=post.url,
        at=post.event_time,
        exercise=post.exercise,
    )


def from_event(event: EnrichedEvent, outlet_of: OutletOf) -> Contribution:
    """Return the contribution of a classified post; one that states no facts of its own brings none."""
    plain = Contribution(
        post_id=event.post_id,
        story_seq=event.story_seq,
        relation=event.relation,
        related_to=event.related_to,
        source=event.source,
        outlet=outlet_of(event.source),
        url=event.url,
        at=event.event_time,
        exercise=event.exercise,
        title=event.headline or event.summary,
        summary=event.summary,
    )
    if not states_facts(event):
        return plain
    return msgspec.structs.replace(
        plain,
        category=event.category,
        event_type=event.event_type,
        severity=event.severity,
        status=event.status,
        places=[place for place in event.places if place.role == "where"],
        casualties=_claims(event),
        claimants=[(found.name, found.stance) for found in event.attributions],
    )


def states_facts(event: EnrichedEvent) -> bool:
    """Tell whether a post reports something: no retraction does, a summary or notice only as a correction."""
    if event.relation == "retraction":
        return False
    return event.kind == "post" or event.relation == "correction"


def add(earlier: Sequence[Contribution], new: Contribution) -> list[Contribution]:
    """Return the contributions after a new one.

    A new revision of a post takes the place of the older one. A correction by another post replaces the
    figures that it gives itself. A retraction takes back the post that it names and its outlet's repeats.
    """
    kept = [old for old in earlier if old.post_id != new.post_id]
    if new.relation == "correction" and new.related_to is not None:
        kept = [_corrected(old, new) for old in kept]
    if new.relation == "retraction":
        kept = [_retracted(old, new) for old in kept]
    return [*kept, new][-MAX_CONTRIBUTIONS:]


def _corrected(old: Contribution, correction: Contribution) -> Contribution:
    if old.post_id != correction.related_to:
        return old
    left = {kind: claims for kind, claims in old.casualties.items() if kind not in correction.casualties}
    if left == old.casualties:
        return old
    # Its severity rested on the figures that are corrected; the correction brings its own.
    return msgspec.structs.replace(old, casualties=left, severity="unknown")


def _retracted(old: Contribution, retraction: Contribution) -> Contribution:
    named = old.post_id == retraction.related_to
    same_words = old.related_to == retraction.related_to and old.outlet == retraction.outlet
    if retraction.related_to is None or not (named or same_words):
        return old
    return msgspec.structs.replace(old, retracted=True)


def _claims(event: EnrichedEvent) -> dict[CasualtyKind, list[CasualtyClaim]]:
    """Return the current figures: of one claimant and kind the largest; smaller ones are parts of it."""
    largest: dict[tuple[CasualtyKind, str], CasualtyClaim] = {}
    for row in event.casualties:
        if not row.current or (row.min is None and row.max is None):
            continue
        claim = CasualtyClaim(
            claimed_by=row.claimed_by or event.source,
            min=row.min,
            max=row.max,
            as_of=event.event_time,
            post_id=event.post_id,
        )
        key = (row.kind, claim.claimed_by)
        if key not in largest or figure(claim) > figure(largest[key]):
            largest[key] = claim
    found: dict[CasualtyKind, list[CasualtyClaim]] = {}
    for (kind, _), claim in largest.items():
        found.setdefault(kind, []).append(claim)
    return found


def figure(claim: CasualtyClaim) -> int:
    """Return the one number that stands for a claim: its minimum, else its maximum."""
    return claim.min if claim.min is not None else claim.max or 0
