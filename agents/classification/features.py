"""What the model sees of a post: the lexicon's weights and the plain words."""

import numpy as np

from agents.classification.evidence import Evidence, Vector
from agents.classification.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.remember import Remembered
from agents.classification.text import Text

MAX_WORDS = 300
"""Words behind these are left to the lexicon."""
_SUFFIXES = ("ing", "ed", "es", "s")


def stem(word: str) -> str:
    """Return a word without its commonest suffix, so that 'shelled' and 'shelling' are one feature."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


_STEMS = Remembered(stem)


def plain_stems(text: Text) -> list[str]:
    """Return the stems of a text's words in order, an empty one in place of every name and number."""
    raw = text.raw
    return [
        _STEMS[word] if (char := raw[start]).islower() or not (char.isupper() or char.isdigit()) else ""
        for word, start in zip(text.words[:MAX_WORDS], text.starts, strict=False)
    ]


def word_features(text: Text) -> list[str]:
    """Return the stems and pairs of stems of a text, each once, in order; names and numbers are left out."""
    found: dict[str, None] = {}
    previous = ""
    for stemmed in plain_stems(text):
        if stemmed:
            found[stemmed] = None
            if previous:
                found[f"{previous} {stemmed}"] = None
        previous = stemmed
    return list(found)


def category_features(evidence: Evidence) -> Vector:
    """Return the categories' weights in the first zone, in the rest, and in all."""
    weights: Vector = np.concatenate((*evidence.categories, evidence.categories.sum(axis=0)))
    return np.log1p(weights)


def event_features(evidence: Evidence, categories: Vector) -> Vector:
    """Return the event types' weights by zone, and the categories' probabilities."""
    return np.concatenate((*np.log1p(evidence.events), categories))


CATEGORY_SIZE = 3 * len(CATEGORIES)
EVENT_SIZE = 2 * len(EVENT_TYPES) + len(CATEGORIES)
