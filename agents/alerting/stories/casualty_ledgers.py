"""The casualty ledger of a story: by kind and claimant, with the time of what is said; never a sum."""

from collections.abc import Sequence

from agents.alerting.stories.contributions import figure
from schemas.events import CasualtyKind
from schemas.stories import CasualtyClaim, CasualtyLedger, Contradiction
from schemas.story_state import Contribution

MAX_CLAIMANTS = 40
"""A ledger keeps so many claimants, those who spoke last."""
MAX_CONTRADICTIONS = 20
"""A story lists so many pairs of figures that cannot both hold."""

Ledgers = dict[CasualtyKind, CasualtyLedger]


def casualty_ledgers(facts: Sequence[Contribution]) -> Ledgers:
    """Return the ledger of each kind: the newest claim of each claimant, side by side, the oldest first.

    The newest is the one that was said last, not the one that came in last.
    """
    return {kind: _ledger(claims) for kind, claims in newest_claims(facts).items()}


def newest_claims(facts: Sequence[Contribution]) -> dict[CasualtyKind, list[CasualtyClaim]]:
    """Return by kind the newest claim of each claimant, the oldest first.

    An outlet that quotes a claimant with a lower figure which the story has had before is behind: the higher
    one, given by another outlet, stays.
    """
    newest: dict[CasualtyKind, dict[str, tuple[CasualtyClaim, str]]] = {}
    had: dict[CasualtyKind, set[int]] = {}
    for one in facts:
        for kind, claims in one.casualties.items():
            by_claimant, figures = newest.setdefault(kind, {}), had.setdefault(kind, set())
            for claim in claims:
                known, outlet = by_claimant.get(claim.claimed_by, (claim, one.outlet))
                behind = figure(claim) < figure(known) and outlet != one.outlet and figure(claim) in figures
                if known.as_of <= claim.as_of and not behind:
                    by_claimant.pop(claim.claimed_by, None)
                    by_claimant[claim.claimed_by] = (claim, one.outlet)
            figures.update(map(figure, claims))
    return {
        kind: sorted((claim for claim, _ in newest[kind].values()), key=lambda claim: claim.as_of)[
            -MAX_CLAIMANTS:
        ]
        for kind in sorted(newest)
    }


def conflicting_figures(ledgers: Ledgers) -> list[Contradiction]:
    """Return the pairs of claims of which the newer is lower: a toll that only rises contradicts nobody.

    A claimant stands against the highest of the earlier ones alone, not against each of them. One that gives
    a figure that somebody gave before is behind, not against. Figures of one post do not stand against each
    other: the lower one is mostly of a part, such as one town or one victim.
    """
    found: list[Contradiction] = []
    for kind, ledger in ledgers.items():
        highest: CasualtyClaim | None = None
        known: set[int] = set()
        for newer in ledger.claims:
            if highest is not None and _is_against(newer, highest) and figure(newer) not in known:
                found.append(_contradiction(kind, highest, newer))
            known.add(figure(newer))
            if highest is None or figure(newer) >= figure(highest):
                highest = newer
    return found[-MAX_CONTRADICTIONS:]


def _is_against(newer: CasualtyClaim, highest: CasualtyClaim) -> bool:
    return newer.post_id != highest.post_id and newer.max is not None and newer.max < figure(highest)


def _ledger(claims: list[CasualtyClaim]) -> CasualtyLedger:
    lows = [claim.min if claim.min is not None else claim.max or 0 for claim in claims]
    highs = [claim.max if claim.max is not None else claim.min or 0 for claim in claims]
    latest = max(figure(claim) for claim in claims if claim.post_id == claims[-1].post_id)
    return CasualtyLedger(min=min(lows), max=max(highs), latest=latest, claims=claims)


def _contradiction(kind: CasualtyKind, older: CasualtyClaim, newer: CasualtyClaim) -> Contradiction:
    return Contradiction(
        field=kind,
        claims=[f"{claim.claimed_by}: {figure(claim)}" for claim in (older, newer)],
        post_ids=[older.post_id, newer.post_id],
    )
