"""What a rule's conditions are held against: the story so far and the post that just came in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.alerting.names import folded
from agents.alerting.rules.text_query import WordBag, words_of
from agents.alerting.stories.contributions import states_facts
from agents.alerting.stories.story import facts_in
from schemas.events import Category, EnrichedEvent, EventType, Place, Severity, Status
from schemas.stories import CasualtyLedger, Story
from schemas.story_state import Contribution, Older, Waiting

EMPTY_BAG = words_of("")


@dataclass(frozen=True, slots=True)
class Facts:
    """Plain values; those of the story outlive the post, those of the post do not.

    Attributes:
        categories: categories of the story's posts that still stand; so are the event types.
        event_types: see categories.
        severity: the story's.
        places: where the story happens.
        casualties: by kind the highest figure that a standing claim gives.
        outlets: number of independent publishers.
        status: of the post, disputed when the story is; None for one that states nothing.
        source: of the post; so are actors (their names folded), language and text.

    """

    categories: frozenset[Category]
    event_types: frozenset[EventType]
    severity: Severity
    places: tuple[Place, ...]
    casualties: dict[str, int]
    outlets: int
    status: Status | None
    source: str
    actors: frozenset[str] = frozenset()
    language: str | None = None
    text: WordBag = field(default=EMPTY_BAG)


def figure_of(ledger: CasualtyLedger) -> int:
    """Return the highest figure that a standing claim gives."""
    return max(ledger.max or 0, ledger.min or 0)


def facts_of(
    story: Story, older: Older | None, contributions: Sequence[Contribution], item: Waiting | None
) -> Facts:
    """Return the facts after a post, the last of the contributions.

    Args:
        story: the story after it.
        older: what is known of posts that are no longer kept one by one.
        contributions: those that are kept.
        item: the post; None where only the story is asked about, as when a time is over.

    """
    facts = facts_in(older, contributions)
    last = contributions[-1]
    speaker = _speaker(item, contributions) if item is not None else None
    status = speaker.status if speaker else None
    return Facts(
        categories=frozenset(one.category for one in facts if one.category is not None),
        event_types=frozenset(one.event_type for one in facts if one.event_type is not None),
        severity=story.severity,
        places=tuple(story.places),
        casualties={kind: figure_of(ledger) for kind, ledger in story.casualties.items()},
        outlets=len(story.outlets),
        status="disputed" if status and story.status == "disputed" else status,
        source=last.source,
        actors=frozenset(folded(actor.name) for actor in speaker.actors) if speaker else frozenset(),
        language=speaker.language if speaker else None,
        text=words_of(_text(item)) if item is not None else EMPTY_BAG,
    )


def _speaker(item: Waiting, contributions: Sequence[Contribution]) -> Contribution | None:
    """Return who states what a post states: the post itself, or the one that it repeats."""
    last = contributions[-1]
    if item.event is not None:
        return last if states_facts(item.event) else None
    return next((one for one in contributions if one.post_id == last.related_to and one.category), None)


def _text(item: Waiting) -> str:
    event: EnrichedEvent | None = item.event
    if event is None:
        return item.text
    return event.text if states_facts(event) else ""
