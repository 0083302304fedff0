"""A story as its standing contributions tell it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from agents.alerting.stories.casualty_ledgers import casualty_ledgers, conflicting_figures
from agents.alerting.stories.contributions import OF_OTHERS, asserting, standing
from schemas.events import SEVERITY_ORDER, Category, Place, Severity, Status
from schemas.stories import Claim, Contradiction, Story
from schemas.story_state import Contribution, Older

MAX_CLAIMS = 50
"""A story lists so many of its latest claims."""
MAX_PLACES = 50
"""A story lists so many places, the first ones."""
_FIRMEST: tuple[Status, ...] = ("confirmed", "claimed", "unverified")


def facts_in(older: Older | None, contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return what stands of a story, the oldest first."""
    folded = [older.facts] if older is not None and older.facts is not None else []
    return [*folded, *standing(contributions)]


def story_of(
    story_id: str, before: Story | None, older: Older | None, contributions: Sequence[Contribution]
) -> Story:
    """Return the story after its last contribution.

    Args:
        story_id: id of the story.
        before: the story before that contribution; None for the first.
        older: what is known of the posts that are no longer kept one by one.
        contributions: all that are kept, the newest last.

    """
    last = contributions[-1]
    facts = facts_in(older, contributions)
    ledgers = casualty_ledgers(facts)
    disputes = _disputes(facts)
    since = before.first_seen if before is not None else last.at
    return Story(
        story_id=story_id,
        title=_title(before, facts, last),
        first_seen=since if last.late else min(since, last.at),
        last_seen=max(before.last_seen, last.at) if before else last.at,
        posts=last.story_seq,
        outlets=sorted(
            {*(older.outlets if older else ()), *(one.outlet for one in asserting(contributions))}
        ),
        category=_category(facts),
        severity=highest_severity(facts),
        status=_status(facts, disputes),
        places=_places(facts),
        casualties=ledgers,
        claims=_claims(facts, disputed=bool(disputes)),
        contradictions=[*disputes, *conflicting_figures(ledgers)],
        state="open",
        story_seq=last.story_seq,
    )


def reporters(older: Older | None, contributions: Iterable[Contribution]) -> int:
    """Return how many independent publishers tell what happened in words of their own."""
    own = {one.outlet for one in asserting(contributions) if one.relation not in OF_OTHERS}
    return len(own.union(older.reporters if older else ()))


def is_told(older: Older | None, contributions: Sequence[Contribution]) -> bool:
    """Tell whether anything of a story still stands.

    What is only denied was told by somebody: once nobody asserts it any more, the denial alone is no story,
    unless the story began with it.
    """
    facts = facts_in(older, contributions)
    if not facts or not all(one.denies for one in facts):
        return bool(facts)
    return all(one.denies for one in contributions if one.category is not None)


def highest_severity(facts: Iterable[Contribution]) -> Severity:
    """Return the highest severity of the posts that stand, unknown when there are none."""
    return max((one.severity for one in facts), key=SEVERITY_ORDER.index, default="unknown")


def _status(facts: Sequence[Contribution], disputes: Sequence[Contradiction]) -> Status:
    found = {one.status for one in facts}
    if disputes or "disputed" in found:
        return "disputed"
    return next((status for status in _FIRMEST if status in found), "unverified")


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
    """Return where it happens, as those say who assert it; where a denial is all there is, as that says."""
    found: dict[object, Place] = {}
    for one in [one for one in facts if not one.denies] or facts:
        for place in one.places:
            found.setdefault(place.geoname_id or place.name.casefold(), place)
    return list(found.values())[:MAX_PLACES]


def _claims(facts: Sequence[Contribution], *, disputed: bool) -> list[Claim]:
    newest: dict[str, Claim] = {}
    for one in facts:
        status: Status = "disputed" if disputed else one.status or "claimed"
        for name, stance in one.claimants:
            newest.pop(name, None)
            newest[name] = Claim(name=name, stance=stance, status=status, post_id=one.post_id, as_of=one.at)
    return list(newest.values())[-MAX_CLAIMS:]


def _disputes(facts: Sequence[Contribution]) -> list[Contradiction]:
    """Return the first denial against what it denies, of one post or of two: one dispute a story.

    Further denials of it by others are the same dispute.
    """
    for denial in facts:
        if not denial.denies:
            continue
        denier = next(name for name, stance in denial.claimants if stance == "denies")
        against = next(((one, _who(one)) for one in facts if not one.denies), None)
        if against is None:
            sayer = next(
                (name for name, stance in denial.claimants if name != denier and stance != "denies"), None
            )
            against = (denial, sayer) if sayer else None
        if against is not None:
            asserted, who = against
            return [
                Contradiction(
                    field="claim",
                    claims=[f"{who}: says", f"{denier}: denies"],
                    post_ids=[asserted.post_id, denial.post_id],
                )
            ]
    return []


def _who(post: Contribution) -> str:
    return next((name for name, stance in post.claimants if stance != "denies"), post.source)
