"""What is new in a story since subscribers were last told."""

from agents.alerting.facts import figure_of
from schemas.alerts import Change
from schemas.events import SEVERITY_ORDER
from schemas.rules import Escalation
from schemas.stories import Story
from schemas.story_state import Told


def told_of(story: Story) -> Told:
    """Return what an alert tells of a story."""
    return Told(
        severity=story.severity,
        category=story.category,
        casualties={kind: figure_of(ledger) for kind, ledger in story.casualties.items()},
        outlets=len(story.outlets),
        places=[place.name for place in story.places],
        contradictions=len(story.contradictions),
    )


def changes(before: Told, now: Told) -> list[Change]:
    """Return the fields that differ, in a fixed order."""
    found = [
        Change(field=name, before=getattr(before, name), after=getattr(now, name))
        for name in ("severity", "category", "outlets", "places", "contradictions")
        if getattr(before, name) != getattr(now, name)
    ]
    for kind in sorted({*before.casualties, *now.casualties}):
        if before.casualties.get(kind) != now.casualties.get(kind):
            found.append(
                Change(field=kind, before=before.casualties.get(kind), after=now.casualties.get(kind))
            )
    return found


def is_escalation(policy: Escalation, before: Told, now: Told) -> bool:
    """Tell whether severity or a casualty figure rose as far as the rule wants to know at once."""
    if policy.severity and SEVERITY_ORDER.index(now.severity) > SEVERITY_ORDER.index(before.severity):
        return True
    step = policy.casualties
    return step is not None and any(
        figure - before.casualties.get(kind, 0) >= step for kind, figure in now.casualties.items()
    )


def is_new_fact(found: list[Change]) -> bool:
    """Tell whether a change is one of the facts themselves, beyond one more outlet telling them."""
    return any(change.field not in ("outlets", "contradictions") for change in found)


def is_corroboration(before: Told, now: Told) -> bool:
    """Tell whether a story that one outlet had told is now told by another one too."""
    return before.outlets < 2 <= now.outlets
