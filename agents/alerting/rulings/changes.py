"""What is new in a story since subscribers were last told."""

from collections.abc import Sequence

from agents.alerting.stories.facts import figure_of
from agents.alerting.stories.geography import adds_a_place
from agents.alerting.stories.story import reporters
from schemas.alerts import Change
from schemas.events import SEVERITY_ORDER
from schemas.rules import Escalation
from schemas.stories import Story
from schemas.story_state import Contribution, Older, Told

_COMPARED = ("severity", "status", "category", "outlets", "contradictions")


def told_of(story: Story, older: Older | None, contributions: Sequence[Contribution]) -> Told:
    """Return what an alert tells of a story."""
    return Told(
        story_seq=story.story_seq,
        severity=story.severity,
        status=story.status,
        category=story.category,
        casualties={kind: figure_of(ledger) for kind, ledger in story.casualties.items()},
        outlets=len(story.outlets),
        reporters=reporters(older, contributions),
        places=story.places,
        contradictions=len(story.contradictions),
    )


def changes(before: Told, now: Told) -> list[Change]:
    """Return the fields that differ, in a fixed order."""
    found = [
        Change(field=name, before=getattr(before, name), after=getattr(now, name))
        for name in _COMPARED
        if getattr(before, name) != getattr(now, name)
    ]
    if _moved(before, now) or _moved(now, before):
        found.append(Change(field="places", before=_names(before), after=_names(now)))
    for kind in sorted({*before.casualties, *now.casualties}):
        if before.casualties.get(kind) != now.casualties.get(kind):
            found.append(
                Change(field=kind, before=before.casualties.get(kind), after=now.casualties.get(kind))
            )
    return found


def is_escalation(policy: Escalation, before: Told, now: Told) -> bool:
    """Tell whether severity or a casualty figure rose as far as the rule wants to know at once."""
    if policy.severity and _is_higher(before, now):
        return True
    step = policy.casualties
    return step is not None and any(
        figure - before.casualties.get(kind, 0) >= step for kind, figure in now.casualties.items()
    )


def is_new_fact(before: Told, now: Told) -> bool:
    """Tell whether a figure changed, severity rose or the place is another one.

    How many tell it, how it is filed and a name of the same place in other words are no facts.
    """
    if before.casualties != now.casualties or _is_higher(before, now):
        return True
    return _moved(before, now)


def fell(before: Told, now: Told) -> bool:
    """Tell whether a figure is lower than what subscribers were told, or gone."""
    return any(figure > now.casualties.get(kind, 0) for kind, figure in before.casualties.items())


def is_corroboration(before: Told, now: Told) -> bool:
    """Tell whether what was told as unverified is now reported by a second publisher, in words of its own, or
    stands on firmer ground.

    That others tell a claim too is counted and no news: who wants two publishers says so in the rule.
    """
    firmer = now.status in ("confirmed", "claimed") or before.reporters < 2 <= now.reporters
    return before.status == "unverified" and firmer


def _is_higher(before: Told, now: Told) -> bool:
    return SEVERITY_ORDER.index(now.severity) > SEVERITY_ORDER.index(before.severity)


def _moved(before: Told, now: Told) -> bool:
    """Tell whether there is a place that is neither known nor another name of one that is."""
    return any(adds_a_place(place, before.places) for place in now.places)


def _names(told: Told) -> list[str]:
    return [place.name for place in told.places]
