"""What the model sees of a post: the lexicon's weights, the cues by place, and the plain words."""

import numpy as np

from agents.classification.evidence import Evidence, Vector
from agents.classification.lexicon import CATEGORIES, CUES, EVENT_TYPES
from agents.classification.scan import Scan
from agents.classification.text import Text

MAX_WORDS = 300
"""Words behind these are left to the lexicon."""
_SUFFIXES = ("ing", "ed", "es", "s")
_STATUS_ZONES = 3
"""Headline, first sentence of the body, the rest."""


def stem(word: str) -> str:
    """Return a word without its commonest suffix, so that 'shelled' and 'shelling' are one feature."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def word_features(text: Text) -> list[str]:
    """Return the stems and pairs of stems of a text, each once, in order; names and numbers are left out."""
    found: dict[str, None] = {}
    previous = ""
    raw = text.raw
    for word, start in zip(text.words[:MAX_WORDS], text.starts, strict=False):
        if raw[start].isupper() or raw[start].isdigit():
            previous = ""
            continue
        stemmed = stem(word)
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


def status_features(text: Text, found: Scan, categories: Vector, events: Vector) -> Vector:
    """Return how much of headline, first sentence and rest holds each cue, and what the post is about."""
    cues = np.zeros((_STATUS_ZONES, len(CUES)))
    sizes = [0] * _STATUS_ZONES
    body = 0
    for (start, _), bits in zip(text.sentences, found.cues, strict=False):
        zone = 0 if start < text.headline_end else 1 if body == 0 else 2
        body += zone > 0
        sizes[zone] += 1
        cues[zone] += _BITS[bits]
    for zone, size in enumerate(sizes):
        cues[zone] /= max(size, 1)
    headline = text.folded[: text.headline_end]
    attributed = float(": " in headline or headline.endswith(("says", "say", "report", "said")))
    shape = [attributed, float(not headline), float(body == 0), float(body == 1)]
    return np.concatenate((*cues, shape, categories, events))


def _bit_rows() -> Vector:
    """Return a table from a set of cue bits to one number a cue."""
    sets = np.arange(1 << len(CUES))[:, None]
    return (sets >> np.arange(len(CUES)) & 1).astype(np.float64)


_BITS = _bit_rows()
CATEGORY_SIZE = 3 * len(CATEGORIES)
EVENT_SIZE = 2 * len(EVENT_TYPES) + len(CATEGORIES)
STATUS_SIZE = _STATUS_ZONES * len(CUES) + 4 + len(CATEGORIES) + len(EVENT_TYPES)
