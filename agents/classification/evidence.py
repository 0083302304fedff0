"""Weights of the lexicon's hits, by category and event type: the features that the model judges."""

from dataclasses import dataclass
from typing import Final

from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES, Lexicon
from agents.classification.category.scan import Hit, Scan, counts, cue_bit
from agents.classification.language.text import Text

ZONES: Final = 2
"""Zone 0: headline and first sentence of the body. Zone 1: the rest."""
_HEADLINE: Final = 1.6
_LEAD: Final = 1.3
_SECOND: Final = 1.0
_EARLY: Final = 0.7
_LATE: Final = 0.45
_QUOTED: Final = 0.55
_BACKGROUND: Final = 0.5
_PAST: Final = cue_bit("background")
_UNREAL: Final = 0.35
"""What a strike, battle or attack is worth that only could happen; as much goes to posture."""
_REPEATED: Final = 0.35
_VIOLENT: Final = frozenset(CATEGORIES.index(name) for name in ("strike", "combat", "attack"))
_POSTURE: Final = CATEGORIES.index("posture")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the lexicon found.

    Attributes:
        categories: weight by zone and category.
        events: weight by zone and event type.
        spans: by category, the terms with their weights: (weight, start, end).

    """

    categories: list[list[float]]
    events: list[list[float]]
    spans: dict[int, list[tuple[float, int, int]]]


def weigh(lexicon: Lexicon, text: Text, found: Scan) -> Evidence:
    """Add up the hits' weights by place in the text, quotation, mood and repetition."""
    zones, factors = _places(text)
    categories = [[0.0] * len(CATEGORIES) for _ in range(ZONES)]
    events = [[0.0] * len(EVENT_TYPES) for _ in range(ZONES)]
    spans: dict[int, list[tuple[float, int, int]]] = {}
    seen: set[int] = set()
    meanings, groups = lexicon.meanings, lexicon.groups
    for hit in found.hits:
        pattern, sentence = hit.pattern, hit.sentence
        meaning = meanings[pattern]
        factor = factors[sentence] * _mood(hit, found.cues[sentence], repeated=pattern in seen)
        seen.add(pattern)
        zone = zones[sentence]
        for group in meaning.groups:
            rule = groups[group]
            if counts(rule, found, sentence):
                _add(categories[zone], spans, hit, rule.category, rule.weight * factor)
        for event, weight in meaning.events:
            events[zone][event] += weight * factor
    return Evidence(categories=categories, events=events, spans=spans)


def _places(text: Text) -> tuple[list[int], list[float]]:
    """Return each sentence's zone and weight."""
    zones: list[int] = []
    factors: list[float] = []
    body = 0
    for start, _ in text.sentences or [(0, 0)]:
        if start < text.headline_end:
            zones.append(0)
            factors.append(_HEADLINE)
            continue
        zones.append(0 if body == 0 else 1)
        factors.append(_LEAD if body == 0 else _SECOND if body == 1 else _EARLY if body < 5 else _LATE)
        body += 1
    return zones, factors


def _mood(hit: Hit, cues: int, *, repeated: bool) -> float:
    factor = _QUOTED if hit.quoted else 1.0
    if cues & _PAST:
        factor *= _BACKGROUND
    return factor * _REPEATED if repeated else factor


def _add(
    row: list[float], spans: dict[int, list[tuple[float, int, int]]], hit: Hit, category: int, weight: float
) -> None:
    if hit.hypothetical and category in _VIOLENT:
        row[_POSTURE] += weight * _UNREAL
        spans.setdefault(_POSTURE, []).append((weight * _UNREAL, hit.start, hit.end))
        weight *= _UNREAL
    row[category] += weight
    if category in spans:
        spans[category].append((weight, hit.start, hit.end))
    else:
        spans[category] = [(weight, hit.start, hit.end)]
