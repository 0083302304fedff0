"""From a judged post to an enriched event: the one place where all extractors are put together."""

from dataclasses import dataclass
from pathlib import Path

from agents.classification.corrections import is_correction
from agents.classification.languages import LanguageModel, language_of, load_languages
from agents.classification.summary import summarise
from agents.classification.text import analyse
from schemas.events import EnrichedEvent, Versions
from schemas.ids import event_id
from schemas.posts import JudgedPost


@dataclass(frozen=True)
class Extractors:
    """Everything that is loaded once and then only read."""

    languages: LanguageModel
    versions: Versions


def load_extractors(directory: Path | None = None) -> Extractors:
    """Load all data files.

    Args:
        directory: a desk's own data files; each replaces the shipped file of the same name.

    Raises:
        DataFileError: a file is missing or wrong.

    """
    languages = load_languages()
    return Extractors(
        languages=languages, versions=Versions(taxonomy="0", lexicon="0", gazetteer="0", model="0")
    )


def enrich(extractors: Extractors, post: JudgedPost) -> EnrichedEvent:
    """Return what the post says. The same post and the same data always give the same event."""
    text = analyse(post.headline, post.body)
    return EnrichedEvent(
        event_id=event_id(post.post_id, post.revision),
        post_id=post.post_id,
        story_id=post.story_id,
        story_seq=post.story_seq,
        relation=post.relation,
        related_to=post.related_to,
        source=post.source,
        url=post.url,
        headline=post.headline,
        summary=summarise(text),
        published_at=post.published_at,
        event_time=post.event_time,
        language=language_of(extractors.languages, text.raw, post.language),
        category="other",
        categories=[],
        confidence=0.0,
        event_type="other",
        severity="unknown",
        status="claimed",
        places=[],
        actors=[],
        casualties=[],
        attributions=[],
        correction=is_correction(text, post.relation),
        revision=post.revision,
        text=text.raw,
        versions=extractors.versions,
    )
