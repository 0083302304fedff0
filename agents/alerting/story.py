"""A story as its standing contributions tell it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from agents.alerting.contributions import figure
from schemas.events import SEVERITY_ORDER, CasualtyKind, Category, Place, Severity
from schemas.stories import CasualtyClaim, CasualtyLedger, Claim, Contradiction, Story
from schemas.story_state import Contribution

MAX_CLAIMS = 50
"""A story lists so many of its latest claims."""


def standing(contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return the contributions that were not taken back and say something themselves."""
    return [one for one in contributions if one.category is not None and not one.retracted]


def story_of(story_id: str, before: Story | None, contributions: Sequence[Contribution]) -> Story:
    """Return the story after its last contribution.

    Args:
        story_id: id of the story.
        before: the story before that contribution; None for the first.
        contributions: all that are kept, the newest last.

    """
    last = contributions[-1]
    facts = standing(contributions)
    ledgers = casualty_ledgers(facts)
    return Story(
        story_id=story_id,
        title=_title(before, facts, last),
        first_seen=min(before.first_seen, last.at) if before else last.at,
        last_seen=max(before.last_seen, last.at) if before else last.at,
        posts=last.story_seq,
        outlets=sorted(
            {one.outlet for one in contributions if not one.retracted and one.relation != "retraction"}
        ),
        category=_category(facts),
        severity=highest_severity(facts),
        places=_places(facts),
        casualties=ledgers,
        claims=_claims(facts),
        contradictions=_contradictions(ledgers),
        state="open",
        story_seq=last.story_seq,
    )


def highest_severity(facts: Iterable[Contribution]) -> Severity:
    """Return the highest severity of the posts that stand, unknown when there are none."""
    return max((one.severity for one in facts), key=SEVERITY_ORDER.index, default="unknown")


def casualty_ledgers(facts: Sequence[Contribution]) -> dict[CasualtyKind, CasualtyLedger]:
    """Return the ledger of each kind: the newest claim of each claimant, side by side and never added."""
    newest: dict[CasualtyKind, dict[str, CasualtyClaim]] = {}
    for one in facts:
        for kind, claims in one.casualties.items():
            for claim in claims:
                by_claimant = newest.setdefault(kind, {})
                by_claimant.pop(claim.claimed_by, None)
                by_claimant[claim.claimed_by] = claim
    return {kind: _ledger(list(newest[kind].values())) for kind in sorted(newest)}


def _ledger(claims: list[CasualtyClaim]) -> CasualtyLedger:
    lows = [claim.min if claim.min is not None else claim.max or 0 for claim in claims]
    highs = [claim.max if claim.max is not None else claim.min or 0 for claim in claims]
    return CasualtyLedger(min=min(lows), max=max(highs), latest=figure(claims[-1]), claims=claims)


def _title(before: Story | None, facts: Sequence[Contribution], last: Contribution) -> str:
    """Return the title of the first post that still stands, so that it does not change with every post."""
    for one in facts:
        if one.title:
            return one.title
    return before.title if before else last.title or last.post_id


def _category(facts: Sequence[Contribution]) -> Category:
    counts = Counter(one.category for one in facts if one.category not in (None, "other"))
    if counts:
        best = max(counts.values())
        return next(one.category for one in facts if one.category and counts[one.category] == best)
    return "other"


def _places(facts: Sequence[Contribution]) -> list[Place]:
    found: dict[object, Place] = {}
    for one in facts:
        for place in one.places:
            found.setdefault(place.geoname_id or place.name.casefold(), place)
    return list(found.values())


def _claims(facts: Sequence[Contribution]) -> list[Claim]:
    newest: dict[str, Claim] = {}
    for one in facts:
        for name, stance in one.claimants:
            newest.pop(name, None)
            newest[name] = Claim(
                name=name, stance=stance, status=one.status or "claimed", post_id=one.post_id, as_of=one.at
            )
    return list(newest.values())[-MAX_CLAIMS:]


def _contradictions(ledgers: dict[CasualtyKind, CasualtyLedger]) -> list[Contradiction]:
    """Return the pairs of claims of which the newer is lower: a toll that only rises contradicts nobody."""
    found: list[Contradiction] = []
    for kind, ledger in ledgers.items():
        for number, newer in enumerate(ledger.claims):
            for older in ledger.claims[:number]:
                if newer.max is not None and older.min is not None and newer.max < older.min:
                    found.append(_contradiction(kind, older, newer))
    return found


def _contradiction(kind: CasualtyKind, older: CasualtyClaim, newer: CasualtyClaim) -> Contradiction:
    return Contradiction(
        field=kind,
        claims=[f"{claim.claimed_by}: {figure(claim)}" for claim in (older, newer)],
        post_ids=[older.post_id, newer.post_id],
    )
