"""The language of a post."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from agents.classification.files import FILES
from agents.classification.language.text import Text

_MAX_WORDS: Final = 40
_MAX_CHARS: Final = 240
"""So much of a text tells its language; more only takes time."""


@dataclass(frozen=True)
class LanguageModel:
    """A statistical language identifier over the languages that posts come in.

    Attributes:
        identifier: the trained model.
        default: given out where the text does not tell.
        default_words: function words of the default language.
        min_words: texts in Latin letters with fewer words do not tell.
        min_confidence: below this the text does not tell.

    """

    identifier: Any
    default: str
    default_words: frozenset[str]
    min_words: int
    min_confidence: float


def load_languages(directory: Path | None = None) -> LanguageModel:
    """Load the identifier and restrict it to the languages of the data file.

    Raises:
        DataFileError: the file is missing or wrong.

    """
    content, _ = FILES.read_yaml("languages.yaml", "languages.schema.json", directory)
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(content["languages"])
    return LanguageModel(
        identifier=identifier,
        default=content["default"],
        default_words=frozenset(content["default_words"]),
        min_words=content["min_words"],
        min_confidence=content["min_confidence"],
    )


def language_of(model: LanguageModel, text: Text, given: str | None) -> str:
    """Return the language as the source gives it, else as the words tell."""
    if given:
        return given
    words = text.words[:_MAX_WORDS]
    if 4 * sum(map(model.default_words.__contains__, words)) >= len(words) >= model.min_words:
        return model.default
    sample = text.folded[:_MAX_CHARS]
    if len(text.words) < model.min_words and sample.isascii():
        return model.default
    language, confidence = model.identifier.classify(sample)
    return str(language) if confidence >= model.min_confidence else model.default
