"""From a judged post to an enriched event: the one place where all extractors are put together."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agents.classification.actors.find import find_actors
from agents.classification.actors.grammar import ActorGrammar, load_actors
from agents.classification.attributions.data import AttributionGrammar, load_attributions
from agents.classification.attributions.find import find_attributions
from agents.classification.casualties.data import CasualtyGrammar, load_casualties
from agents.classification.casualties.find import find_casualties
from agents.classification.category.decide import choose_category, choose_event_type
from agents.classification.category.features import words_of
from agents.classification.category.lexicon import Lexicon, load_lexicon
from agents.classification.category.model import Model, judge, load_model
from agents.classification.category.scan import scan
from agents.classification.category.signals import signals_of
from agents.classification.category.taxonomy import load_taxonomy
from agents.classification.corrections import is_correction
from agents.classification.evidence import weigh
from agents.classification.language.detect import LanguageModel, language_of, load_languages
from agents.classification.language.text import Text, analyse
from agents.classification.language.tokens import tokenise
from agents.classification.places.find import Gazetteer, find_places, load_gazetteer
from agents.classification.severity import Row, facts_of, load_severity, severity_of
from agents.classification.status import status_of
from agents.classification.summary import summarise
from agents.data_files import version_of
from schemas.events import EnrichedEvent, Versions
from schemas.ids import event_id
from schemas.posts import JudgedPost, text_of

READ_CHARS = 7_000
"""So much of a post is read, about 1,150 words: the news of a longer one stands at its top."""


@dataclass(frozen=True)
class Extractors:
    """Everything that is loaded once and then only read."""

    lexicon: Lexicon
    model: Model
    severities: list[Row]
    gazetteer: Gazetteer
    actors: ActorGrammar
    attributions: AttributionGrammar
    casualties: CasualtyGrammar
    languages: LanguageModel
    versions: Versions


@cache
def load_extractors(directory: Path | None = None) -> Extractors:
    """Load all data files.

    Args:
        directory: a desk's own data files; each replaces the shipped file of the same name.

    Raises:
        DataFileError: a file is missing or wrong.

    """
    lexicon = load_lexicon(directory)
    model = load_model(directory)
    severities, severity_hash = load_severity(directory)
    taxonomy = load_taxonomy(directory)
    gazetteer = load_gazetteer(directory)
    actors = load_actors(directory)
    attributions = load_attributions(directory)
    casualties = load_casualties(directory)
    words = [lexicon.version, severity_hash, actors.hash, attributions.version, casualties.version]
    return Extractors(
        lexicon=lexicon,
        model=model,
        severities=severities,
        gazetteer=gazetteer,
        actors=actors,
        attributions=attributions,
        casualties=casualties,
        languages=load_languages(directory),
        versions=Versions(
            taxonomy=taxonomy.version,
            lexicon=version_of(words),
            gazetteer=gazetteer.version,
            model=model.version,
        ),
    )


def enrich(extractors: Extractors, post: JudgedPost) -> EnrichedEvent:
    """Return what the post says. The same post and the same data always give the same event."""
    text = _read(post)
    language = language_of(extractors.languages, text, post.language)
    found = scan(extractors.lexicon, text)
    evidence = weigh(extractors.lexicon, text, found)
    signals = signals_of(extractors.lexicon, text, found, evidence)
    judgement = judge(extractors.model, signals, words_of(text))
    choice = choose_category(extractors.lexicon, found, evidence, judgement.categories, language)
    event_type = choose_event_type(extractors.lexicon, found, judgement.events, choice.understood)
    attributions = find_attributions(extractors.attributions, text)
    casualties = find_casualties(extractors.casualties, text, attributions)
    tokens = tokenise(text)
    places = find_places(extractors.gazetteer, text, tokens)
    facts = facts_of(text, found, casualties, choice.category, event_type)
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
        summary=summarise(text, evidence),
        published_at=post.published_at,
        event_time=post.event_time,
        language=language,
        category=choice.category,
        categories=choice.scores,
        confidence=choice.confidence,
        event_type=event_type,
        severity=severity_of(extractors.severities, facts)[0],
        status=status_of(text, found, choice.category, event_type)[0],
        places=places,
        actors=find_actors(extractors.actors, text, tokens, places),
        casualties=casualties,
        attributions=attributions,
        correction=is_correction(text, post.relation),
        kind=post.kind,
        exercise=post.exercise,
        revision=post.revision,
        text=text_of(post.headline, post.body),
        versions=extractors.versions,
    )


def _read(post: JudgedPost) -> Text:
    """Analyse the part of a post that is read; its offsets are those of the whole."""
    if post.headline is None:
        return analyse(None, post.body[:READ_CHARS])
    headline = post.headline[:READ_CHARS]
    return analyse(headline, post.body[: READ_CHARS - len(headline)])
