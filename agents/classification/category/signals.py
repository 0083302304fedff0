"""What the model sees of a post apart from its words: weights of the lexicon, cues, form, first acts."""

from math import log, log1p
from typing import Final

from agents.classification.category.lexicon import CATEGORIES, CUES, EVENT_TYPES, Lexicon
from agents.classification.category.scan import Scan
from agents.classification.evidence import Evidence
from agents.classification.language.text import Text

FIRST_ACTS: Final = 3
"""So many terms for an event type are seen in their order: what a headline names first is what happened."""
EVIDENCE_SIZE: Final = 3 * (len(CATEGORIES) + len(EVENT_TYPES))
FORM_SIZE: Final = 7
ACTS_AT: Final = EVIDENCE_SIZE + FORM_SIZE + 2 * len(CUES)
SIGNALS: Final = ACTS_AT + FIRST_ACTS * len(EVENT_TYPES)


def signals_of(lexicon: Lexicon, text: Text, found: Scan, evidence: Evidence) -> list[float]:
    """Return all features of a post but its words; the first ``EVIDENCE_SIZE`` are those of the lexicon."""
    signals = _weights(evidence.categories)
    signals += _weights(evidence.events)
    signals += _form(text)
    signals += _cues(found.top_cues(text))
    signals += _cues(found.all_cues())
    signals += [0.0] * (SIGNALS - ACTS_AT)
    for column in _first_acts(lexicon, found):
        signals[column] = 1.0
    return signals


def _weights(zones: list[list[float]]) -> list[float]:
    """Return the logarithms of weights in the first zone, in the rest, and in both together."""
    first, rest = zones
    both = [weight + rest[label] for label, weight in enumerate(first)]
    return [log1p(weight) if weight else 0.0 for weight in first + rest + both]


def _form(text: Text) -> list[float]:
    """Return what the eye sees: marks in the headline, how much is quoted, how long it is."""
    headline = text.folded[: text.headline_end]
    quoted = sum(end - start for start, end in text.quotes)
    return [
        float(bool(headline)),
        float("?" in headline),
        float(":" in headline),
        float('"' in headline),
        float("!" in text.folded),
        log(len(text.words) + 1) / 5,
        2 * quoted / len(text.raw),
    ]


def _cues(bits: int) -> list[float]:
    return [float(bits >> cue & 1) for cue in range(len(CUES))]


def _first_acts(lexicon: Lexicon, found: Scan) -> list[int]:
    """Return where the event types of the first terms stand that have any, by their order."""
    columns: list[int] = []
    at = ACTS_AT
    for hit in found.hits:
        events = lexicon.meanings[hit.pattern].events
        if events:
            columns += [at + event for event, _ in events]
            at += len(EVENT_TYPES)
            if at == SIGNALS:
                break
    return columns
