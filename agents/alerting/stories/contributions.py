"""From posts to contributions: what each post adds to its story."""

from collections.abc import Callable, Iterable

import msgspec

from schemas.events import Attribution, CasualtyKind, EnrichedEvent
from schemas.posts import REPEATS, JudgedPost
from schemas.stories import CasualtyClaim
from schemas.story_state import Contribution

MAX_ACTORS = 20
"""So many actors of a post are kept, the first ones."""

OF_OTHERS = REPEATS | {"excerpt"}
"""Relations of posts that use the words of an earlier one: they tell the story, and confirm nothing."""

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
        denies=_denies(event),
        places=[place for place in event.places if place.role == "where"],
        actors=event.actors[:MAX_ACTORS],
        language=event.language,
        casualties=_claims(event),
        claimants=[(found.name, found.stance) for found in event.attributions],
    )


def states_facts(event: EnrichedEvent) -> bool:
    """Tell whether a post reports something: no retraction does, a summary or notice only as a correction."""
    if event.relation == "retraction":
        return False
    return event.kind == "post" or event.relation == "correction"


def standing(contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return the contributions that were not taken back and say something themselves."""
    return [one for one in contributions if one.category is not None and not one.retracted and not one.late]


def asserting(contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return the contributions that tell what happened: those that stand and deny nothing, and their repeats.

    A repeat of a post that was taken back, or that denies, says what that post said.
    """
    kept = list(contributions)
    own = {one.post_id for one in standing(kept) if not one.denies}
    silent = {one.post_id for one in kept if one.post_id not in own and one.relation not in REPEATS}
    found = []
    for one in kept:
        if one.relation in REPEATS:
            if one.related_to in silent or one.late or one.retracted:
                silent.add(one.post_id)
                continue
        elif one.post_id not in own:
            continue
        found.append(one)
    return found


def figure(claim: CasualtyClaim) -> int:
    """Return the one number that stands for a claim: its minimum, else its maximum."""
    return claim.min if claim.min is not None else claim.max or 0


def _denies(event: EnrichedEvent) -> bool:
    """Tell whether somebody denies at the top of a post: in its headline or the sentence that sums it up."""
    return any(found.stance == "denies" and _at_top(found, event) for found in event.attributions)


def _at_top(found: Attribution, event: EnrichedEvent) -> bool:
    start = found.span[0]
    headline = len(event.headline or "")
    lead = event.text.find(event.summary, headline)
    return start < headline or (lead >= 0 and lead <= start < lead + len(event.summary))


def largest(claims: Iterable[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return of each claimant the claim with the largest figure; smaller ones are parts of it."""
    found: dict[str, CasualtyClaim] = {}
    for claim in claims:
        known = found.get(claim.claimed_by)
        if known is None or figure(claim) > figure(known):
            found[claim.claimed_by] = claim
    return list(found.values())


def _claims(event: EnrichedEvent) -> dict[CasualtyKind, list[CasualtyClaim]]:
    """Return the current figures, the largest of each claimant; of a correction all: it may cite old ones."""
    found: dict[CasualtyKind, list[CasualtyClaim]] = {}
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
        found.setdefault(row.kind, []).append(claim)
    if event.relation == "correction":
        return found
    return {kind: largest(claims) for kind, claims in found.items()}
