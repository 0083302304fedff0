"""The words that the attribution grammar reads, loaded from data files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agents.classification.files import FILES
from agents.classification.language.phrases import Phrases, phrase_table
from schemas.events import Stance


@dataclass(frozen=True, slots=True)
class AttributionGrammar:
    """Everything that ``find_attributions`` reads beside the text."""

    verbs: dict[str, Stance]
    noun_like: frozenset[str]
    after_noun_like: frozenset[str]
    before_source: Phrases
    before_source_stance: dict[int, Stance]
    quoted_before: frozenset[str]
    quoted_after: frozenset[tuple[str, ...]]
    pronouns: dict[str, str]
    no_speakers: frozenset[str]
    own_texts: frozenset[str]
    own_words: frozenset[str]
    skipped: frozenset[str]
    be: frozenset[str]
    determiners: frozenset[str]
    stops: frozenset[str]
    titles: frozenset[str]
    title_phrases: Phrases
    sources: frozenset[str]
    labels: frozenset[str]
    inside: frozenset[str]
    particles: frozenset[str]
    links: frozenset[str]
    plain_speech: frozenset[str]
    triggers: frozenset[str]
    """First words of everything that can be an attribution."""
    seconds: dict[str, frozenset[str]]
    """First words that are no trigger alone, with the words that must follow."""
    version: str


_SETS: Final = (
    "noun_like", "after_noun_like", "quoted_before", "no_speakers", "own_texts", "own_words", "skipped", "be",
    "determiners", "stops", "titles", "sources", "labels", "inside", "particles", "links", "plain_speech",
)  # fmt: skip
"""The fields of the grammar that are plain sets of words."""
_STANCES: Final[dict[int, Stance]] = {1: "says", 2: "quotes"}


def load_attributions(directory: Path | None) -> AttributionGrammar:
    """Load the attribution grammar.

    Args:
        directory: a desk's own data files, each in place of the shipped file of the same name.

    Raises:
        DataFileError: the file is missing or does not fit its schema.

    """
    data, version = _read(directory)
    verbs = _verbs(data)
    codes = {stance: code for code, stance in _STANCES.items()}
    before = phrase_table({phrase: codes[stance] for phrase, stance in data["before_source"].items()})
    sets = {name: frozenset(data[name]) for name in _SETS}
    alone = sets["quoted_before"].union(verbs)
    return AttributionGrammar(
        verbs=verbs,
        before_source=before,
        before_source_stance=_STANCES,
        quoted_after=frozenset(tuple(phrase.split()) for phrase in data["quoted_after"]),
        pronouns=data["pronouns"],
        title_phrases=phrase_table(dict.fromkeys(data["title_phrases"], 1)),
        triggers=alone.union(before),
        seconds={
            first: frozenset(continuations)
            for first, continuations in before.items()
            if first not in alone and "" not in continuations
        },
        version=version,
        **sets,
    )


def load_speech_verbs(directory: Path | None) -> frozenset[str]:
    """Return the verbs of saying, denying, accusing and confirming.

    Raises:
        DataFileError: the file is missing or does not fit its schema.

    """
    return frozenset(_verbs(_read(directory)[0]))


def _read(directory: Path | None) -> tuple[Any, str]:
    return FILES.read_yaml("attributions.yaml", "attributions.schema.json", directory)


def _verbs(data: Any) -> dict[str, Stance]:
    return {verb: stance for stance, verbs in data["verbs"].items() for verb in verbs}
