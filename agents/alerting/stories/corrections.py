"""What a new post does to what earlier posts of its story said."""

from collections.abc import Sequence

import msgspec

from agents.alerting.stories.contributions import figure, largest, standing
from agents.alerting.stories.geography import is_compatible
from schemas.events import CasualtyKind, Place
from schemas.stories import CasualtyClaim
from schemas.story_state import Contribution

Claims = dict[CasualtyKind, list[CasualtyClaim]]


def add(earlier: Sequence[Contribution], new: Contribution) -> list[Contribution]:
    """Return the contributions after a new one.

    A new revision of a post takes the place of the older one. A correction by another post replaces what it
    states anew: figures and places. A retraction takes back the post that it names, its outlet's repeats of
    it and, where it was the outlet's first word on the story, what the outlet built on it.
    """
    before = spoken_of(earlier, new)
    kept = [old for old in earlier if old.post_id != new.post_id]
    if new.relation == "correction":
        if before is not None:
            new = _without_what_it_cites(new, before)
            kept = [_corrected(old, before, new) for old in kept]
        casualties = {kind: largest(claims) for kind, claims in new.casualties.items()}
        new = msgspec.structs.replace(new, casualties=casualties)
    if new.relation == "retraction":
        kept = _after_retraction(kept, before, new)
    return [*kept, new]


def spoken_of(earlier: Sequence[Contribution], new: Contribution) -> Contribution | None:
    """Return the earlier post that a post changes: its own earlier text, or what it corrects or takes back.

    An outlet takes back and corrects its own words: where the post that is named is another outlet's, it is
    the outlet's own first one that is taken back, and its last one with a figure in common that is corrected.
    """
    named = next((old for old in earlier if old.post_id == (new.related_to or new.post_id)), None)
    if named is None or named.outlet == new.outlet:
        return named
    own = [old for old in standing(earlier) if old.outlet == new.outlet]
    if new.relation == "retraction":
        return own[0] if own else named
    alike = [old for old in own if any(_figures(old, kind) & _figures(new, kind) for kind in new.casualties)]
    return alike[-1] if alike and new.relation == "correction" else named


def _without_what_it_cites(new: Contribution, before: Contribution) -> Contribution:
    """Drop from a correction what it only cites of the post that it corrects.

    Those are the figures of that post where it gives others, and, where all its figures are the same, the
    places of that post where it names one that does not go with them.
    """
    casualties: Claims = {}
    places = new.places
    for kind, claims in new.casualties.items():
        anew = [claim for claim in claims if figure(claim) not in _figures(before, kind)]
        casualties[kind] = anew or claims
    if before.places and all(_figures(new, kind) <= _figures(before, kind) for kind in new.casualties):
        elsewhere = [one for one in new.places if not any(is_compatible(one, old) for old in before.places)]
        if elsewhere:
            places = [one for one in new.places if any(is_compatible(one, other) for other in elsewhere)]
    return msgspec.structs.replace(new, casualties=casualties, places=places)


def _corrected(old: Contribution, before: Contribution, new: Contribution) -> Contribution:
    """Take from an earlier post what a correction states anew.

    The figures of the corrected post go, and so do the same figures in other posts of its outlet and of the
    same claimants: they come from the same mouth.
    """
    named = old.post_id == before.post_id
    casualties: Claims = {}
    for kind, claims in old.casualties.items():
        left = [one for one in claims if not (kind in new.casualties and _is_wrong(one, kind, old, before))]
        if left:
            casualties[kind] = left
    places = _places_after(old.places, new.places) if named else old.places
    if casualties == old.casualties and places == old.places:
        return old
    # Its severity rested on the figures that are corrected; the correction brings its own.
    severity = old.severity if casualties == old.casualties else "unknown"
    return msgspec.structs.replace(old, casualties=casualties, places=places, severity=severity)


def _is_wrong(claim: CasualtyClaim, kind: CasualtyKind, post: Contribution, corrected: Contribution) -> bool:
    """Tell whether a claim of a post goes with those of a post that is corrected."""
    if post.post_id == corrected.post_id:
        return True
    return any(
        figure(claim) == figure(wrong)
        and (post.outlet == corrected.outlet or claim.claimed_by == wrong.claimed_by)
        for wrong in corrected.casualties.get(kind, [])
    )


def _figures(post: Contribution, kind: CasualtyKind) -> set[int]:
    return {figure(claim) for claim in post.casualties.get(kind, [])}


def _places_after(old: list[Place], new: list[Place]) -> list[Place]:
    """Return the places that a correction leaves of a post: those it names, more or less exactly."""
    return [place for place in old if not new or any(is_compatible(place, other) for other in new)]


def _after_retraction(
    kept: list[Contribution], named: Contribution | None, retraction: Contribution
) -> list[Contribution]:
    if named is None:
        return kept
    first = next((one for one in standing(kept) if one.outlet == retraction.outlet), None)
    whole = first is not None and first.post_id == named.post_id
    return [
        msgspec.structs.replace(old, retracted=True)
        if old.post_id == named.post_id
        or (old.outlet == retraction.outlet and (whole or old.related_to == named.post_id))
        else old
        for old in kept
    ]
