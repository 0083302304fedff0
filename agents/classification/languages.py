"""The language of a post."""

from dataclasses import dataclass
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier


@dataclass(frozen=True)
class LanguageModel:
    """A statistical language identifier over the languages that posts come in."""

    identifier: Any
    default: str
    min_confidence: float
    max_chars: int


def load_languages() -> LanguageModel:
    """Load the identifier (about half a second)."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return LanguageModel(identifier=identifier, default="en", min_confidence=0.5, max_chars=300)


def language_of(model: LanguageModel, text: str, given: str | None) -> str:
    """Return the language as the source gives it, else as the text's letters tell."""
    if given:
        return given
    language, confidence = model.identifier.classify(text[: model.max_chars])
    return str(language) if confidence >= model.min_confidence else model.default
