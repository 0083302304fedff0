"""Alerts and decisions in words: what the named reasons mean, and how figures and changes read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from schemas.alerts import AlertReason, Change, Decision, HeldReason
from schemas.stories import CasualtyClaim, CasualtyLedger

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
REASONS: dict[AlertReason | HeldReason, str] = {
    "first_match": "the story matches and subscribers were told nothing that stands",
    "escalation": "it is graver by as much as the rule wants to know at once",
    "new_fact": "a fact is new or has changed",
    "corroborated": "another independent publisher reports it too",
    "contradiction": "reports contradict one another",
    "correction": "something that subscribers were told has been corrected",
    "retraction": "something that subscribers were told has been taken back",
    "no_new_fact": "subscribers know all of it",
    "cooldown": "the last message is too recent",
    "quiet_hours": "these are quiet hours",
    "hold": "the first alert waits for a second publisher",
    "silenced": "the rule is silenced",
    "not_matched_any_more": "the story does not match any more, and nothing was corrected",
    "late": "the post came too late",
}
"""What each reason means, as the end of a sentence that begins with what was done."""


def utc(moment: datetime) -> str:
    """Return a time as people read it, in UTC; posts that nothing dates bear the beginning of 1970."""
    if moment == _UNDATED:
        return "undated"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def reason_words(decision: Decision) -> str:
    """Return why a rule spoke or was held back, and until when."""
    words = REASONS[decision.reason]
    until = _moment(decision.facts.get("until"))
    return f"{words}, until {utc(until)}" if until is not None else words


def range_words(least: int | None, most: int | None) -> str:
    """Return a figure: 5, at least 5, up to 5, 5 to 7."""
    if least == most:
        return "an unknown number" if least is None else str(least)
    if most is None:
        return f"at least {least}"
    return f"up to {most}" if least is None else f"{least} to {most}"


def claim_words(claim: CasualtyClaim) -> str:
    """Return a figure with who gives it."""
    return f"{range_words(claim.min, claim.max)} ({claim.claimed_by})"


def figure_words(kind: str, ledger: CasualtyLedger) -> str:
    """Return the figures of all claimants about one kind of casualty, never their sum."""
    return f"{kind}: {', '.join(map(claim_words, ledger.claims))}"


def change_words(change: Change) -> str:
    """Return what changed; of lists what is new in them and what is gone."""
    name, before, after = change.field.replace("_", " "), change.before, change.after
    if isinstance(before, list) and isinstance(after, list):
        new = [str(item) for item in after if item not in before]
        gone = [str(item) for item in before if item not in after]
        parts = [f"now {', '.join(new)}"] if new else []
        parts += [f"no longer {', '.join(gone)}"] if gone else []
        return f"{name}: {'; '.join(parts) or 'in another order'}"
    return f"{name}: {_value(after)}" + ("" if before is None else f", before {_value(before)}")


def facts_words(facts: Mapping[str, Any]) -> str:
    """Return what a decision rests on: how grave it is, the highest figures, how many tell it."""
    parts = [f"severity {facts['severity']}"] if "severity" in facts else []
    parts += [f"{kind} {figure}" for kind, figure in (facts.get("casualties") or {}).items()]
    if "outlets" in facts:
        parts.append(f"{facts['outlets']} outlet{'' if facts['outlets'] == 1 else 's'}")
    return ", ".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _moment(value: Any) -> datetime | None:
    """Return a time of a decision's facts, which is text once it was on a topic."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
