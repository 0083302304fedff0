"""What a story keeps of its oldest posts once there are too many to keep one by one."""

from collections.abc import Sequence

import msgspec

from agents.alerting.stories.casualty_ledgers import newest_claims
from agents.alerting.stories.contributions import OF_OTHERS, asserting
from schemas.events import SEVERITY_ORDER, Place
from schemas.story_state import Contribution, Older

MAX_CONTRIBUTIONS = 100
"""A story keeps so many of its latest posts one by one: only these can still be corrected or taken back.

It bounds the state of a story and the cost of one more post.
"""
MAX_OUTLETS = 500
MAX_OLD_PLACES = 25


def fold(older: Older | None, contributions: list[Contribution]) -> tuple[Older | None, list[Contribution]]:
    """Return the same story with at most `MAX_CONTRIBUTIONS` posts kept one by one."""
    surplus = len(contributions) - MAX_CONTRIBUTIONS
    if surplus <= 0:
        return older, contributions
    told = {one.post_id for one in asserting(contributions)}
    for one in contributions[:surplus]:
        older = _with(older or Older(posts=0), one, asserts=one.post_id in told)
    return older, contributions[surplus:]


def _with(older: Older, one: Contribution, *, asserts: bool) -> Older:
    own = asserts and one.relation not in OF_OTHERS
    stands = one.category is not None and not one.retracted and not one.late
    return Older(
        posts=older.posts + 1,
        outlets=_added(older.outlets, one.outlet) if asserts else older.outlets,
        reporters=_added(older.reporters, one.outlet) if own else older.reporters,
        facts=_merged(older.facts, one) if stands else older.facts,
    )


def _added(outlets: Sequence[str], outlet: str) -> list[str]:
    return sorted({*outlets, outlet})[:MAX_OUTLETS]


def _merged(known: Contribution | None, one: Contribution) -> Contribution:
    """Return two contributions as one, which keeps the name and words of the first."""
    if known is None:
        return one
    return msgspec.structs.replace(
        known,
        severity=max(known.severity, one.severity, key=SEVERITY_ORDER.index),
        status="confirmed" if "confirmed" in (known.status, one.status) else one.status,
        denies=known.denies and one.denies,
        places=_places([*known.places, *one.places]),
        casualties=newest_claims([known, one]),
        claimants=one.claimants or known.claimants,
    )


def _places(places: list[Place]) -> list[Place]:
    found: dict[object, Place] = {}
    for place in places:
        found.setdefault(place.geoname_id or place.name.casefold(), place)
    return list(found.values())[:MAX_OLD_PLACES]
