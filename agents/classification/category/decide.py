"""The category of a post, what else it speaks of, and how sure that is."""

from dataclasses import dataclass
from typing import Final

from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES, Lexicon
from agents.classification.category.scan import Scan
from agents.classification.evidence import Evidence
from schemas.events import Category, CategoryScore, EventType
from schemas.events import Evidence as Proof

MIN_SCORE: Final = 0.05
"""Categories less likely than this are not listed."""
MAX_SPANS: Final = 5
"""Terms shown for one category, the weightiest first."""
MIN_CONFIDENCE: Final = 0.2
"""Below this the category is `other`: abstaining is better than guessing."""
OTHER: Final = CATEGORIES.index("other")


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen category.

    Attributes:
        category: the likeliest, or `other`.
        confidence: share of such choices that are right.
        scores: all likely categories, the likeliest first.
        understood: the text is in a language that the lexicon knows.

    """

    category: Category
    confidence: float
    scores: list[CategoryScore]
    understood: bool


def choose_category(
    lexicon: Lexicon, found: Scan, evidence: Evidence, shares: list[float], language: str
) -> Choice:
    """Choose the likeliest category, or abstain."""
    if language[:2] != "en":
        return _foreign(lexicon, found)
    likely = sorted([(-share, index) for index, share in enumerate(shares) if share >= MIN_SCORE])
    scores = [
        CategoryScore(id=CATEGORIES[i], score=round(shares[i], 4), evidence=_proofs(evidence, i))
        for _, i in likely
    ]
    best = likely[0][1] if likely and shares[likely[0][1]] >= MIN_CONFIDENCE else OTHER
    confidence = round(shares[best], 4)
    return Choice(category=CATEGORIES[best], confidence=confidence, scores=scores, understood=True)


def _proofs(evidence: Evidence, category: int) -> list[Proof]:
    spans = sorted([(-weight, start, end) for weight, start, end in evidence.spans.get(category, ())])
    return [Proof(span=(start, end)) for _, start, end in spans[:MAX_SPANS]]


def choose_event_type(lexicon: Lexicon, found: Scan, shares: list[float], understood: bool) -> EventType:
    """Choose the likeliest event type; in another language the one that its known words speak for."""
    if understood:
        return EVENT_TYPES[shares.index(max(shares))]
    weights = dict.fromkeys(EVENT_TYPES, 0.0)
    for meaning in (lexicon.meanings[hit.pattern] for hit in found.hits):
        if any(lexicon.groups[group].international for group in meaning.groups):
            for event, weight in meaning.events:
                weights[EVENT_TYPES[event]] += weight
    best = max(weights, key=weights.__getitem__)
    return best if weights[best] else "other"


def _foreign(lexicon: Lexicon, found: Scan) -> Choice:
    """Judge a post in another language by terms that all languages share or that are its own."""
    weights: dict[int, float] = {}
    proofs: dict[int, list[Proof]] = {}
    for hit in found.hits:
        for group in lexicon.meanings[hit.pattern].groups:
            rule = lexicon.groups[group]
            if rule.international:
                weights[rule.category] = weights.get(rule.category, 0.0) + rule.weight
                proofs.setdefault(rule.category, []).append(Proof(span=(hit.start, hit.end)))
    if not weights:
        return Choice(category="other", confidence=0.0, scores=[], understood=False)
    total = sum(weights.values()) + 1.0
    order = sorted(weights, key=lambda category: (-weights[category], category))
    scores = [
        CategoryScore(id=CATEGORIES[c], score=round(weights[c] / total, 4), evidence=proofs[c][:MAX_SPANS])
        for c in order
    ]
    return Choice(category=scores[0].id, confidence=scores[0].score, scores=scores, understood=False)
