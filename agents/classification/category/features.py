"""What the model sees of a post: the lexicon's weights and the plain words."""

import numpy as np

from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.evidence import Evidence, Vector
from agents.classification.language.text import Text
from agents.classification.remember import Remembered

MAX_WORDS = 300
"""Words behind these are left to the lexicon."""
NAME, NUMBER = "@", "#"
PLACEHOLDERS = frozenset({NAME, NUMBER})
"""Stand for all words in upper case and all numbers, which the model is not to learn by heart."""
_SUFFIXES = ("ing", "ed", "es", "s")


def stem(word: str) -> str:
    """Return a word without its commonest suffix, so that 'shelled' and 'shelling' are one feature."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


_STEMS = Remembered(stem)


def stems(text: Text) -> list[str]:
    """Return the stems of a text's words in order, `NAME` and `NUMBER` in place of names and numbers."""
    raw = text.raw
    return [
        _STEMS[word] if (char := raw[start]).islower() else NAME if char.isupper() else _uncased(word)
        for word, start in zip(text.words[:MAX_WORDS], text.starts, strict=False)
    ]


def _uncased(word: str) -> str:
    return NUMBER if word[0].isdigit() else stem(word)


def lead_size(text: Text) -> int:
    """Return how many words stand in the headline and the first sentence of the body."""
    for start, end in text.sentences:
        if start >= text.headline_end:
            return text.word_index(end) + 1
    return len(text.words)


def plain_features(stemmed: list[str]) -> list[str]:
    """Return the stems and the pairs of stems, each once, in order; names and numbers part the pairs."""
    found: dict[str, None] = {}
    previous = ""
    for word in stemmed:
        if word in PLACEHOLDERS:
            previous = ""
            continue
        found[word] = None
        if previous:
            found[f"{previous} {word}"] = None
        previous = word
    return list(found)


def lead_features(stemmed: list[str]) -> list[str]:
    """Return the stems and pairs, names and numbers included, of the words of headline and first sentence.

    'NAME deni' tells who acts from whom something is said of; words in a row that are names are one.
    """
    found: dict[str, None] = {}
    previous = ""
    for word in stemmed:
        if word in PLACEHOLDERS:
            if word == previous:
                continue
        else:
            found[word] = None
        if previous:
            found[f"{previous} {word}"] = None
        previous = word
    return list(found)


def evidence_features(evidence: Evidence) -> Vector:
    """Return the weights of categories and event types in the first zone, in the rest, and in all."""
    weights: Vector = np.concatenate(
        (
            *evidence.categories,
            evidence.categories.sum(axis=0),
            *evidence.events,
            evidence.events.sum(axis=0),
        )
    )
    return np.log1p(weights)


EVIDENCE_SIZE = 3 * (len(CATEGORIES) + len(EVENT_TYPES))
