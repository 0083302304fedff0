"""What a rule's conditions are held against: the story so far and the post that just came in."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agents.alerting.contributions import states_facts
from agents.alerting.story import standing
from agents.alerting.text_query import WordBag, words_of
from schemas.events import Category, EnrichedEvent, EventType, Place, Severity, Status
from schemas.stories import CasualtyLedger, Story
from schemas.story_state import Contribution

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
        status: of the post; so are source, actors, language and text.

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
    story: Story, contributions: Iterable[Contribution], source: str, event: EnrichedEvent | None
) -> Facts:
    """Return the facts after a post; of one that states none (a repeat, a retraction) only the story's."""
    facts = standing(contributions)
    figures: dict[str, int] = {kind: figure_of(ledger) for kind, ledger in story.casualties.items()}
    of_story = Facts(
        categories=frozenset(one.category for one in facts if one.category is not None),
        event_types=frozenset(one.event_type for one in facts if one.event_type is not None),
        severity=story.severity,
        places=tuple(story.places),
        casualties=figures,
        outlets=len(story.outlets),
        status=None,
        source=source,
    )
    if event is None or not states_facts(event):
        return of_story
    return replace(
        of_story,
        status=event.status,
        actors=frozenset(actor.name.casefold() for actor in event.actors),
        language=event.language,
        text=words_of(event.text),
    )
