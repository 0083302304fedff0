"""One pass of the lexicon's automaton over a text: where its terms stand, and in which scene and mood."""

from dataclasses import dataclass

from agents.classification.lexicon import CUES, Lexicon, Meaning
from agents.classification.text import Text

_HYPOTHETICAL = 1 << CUES.index("hypothetical")
_BACKGROUND = 1 << CUES.index("background")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term of the lexicon in the text.

    Attributes:
        start: offset of the first character.
        end: offset behind the last.
        pattern: index of the term.
        sentence: index of its sentence.
        quoted: it stands inside quotation marks.
        hypothetical: a word such as 'could' or 'threatened to' goes before it in its sentence.

    """

    start: int
    end: int
    pattern: int
    sentence: int
    quoted: bool
    hypothetical: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """All hits of a text.

    Attributes:
        hits: in order.
        near: by sentence, bits of the scenes set in it or in a sentence beside it.
        anywhere: bits of the scenes set anywhere.
        background: by sentence, whether it tells of the past.

    """

    hits: list[Hit]
    near: list[int]
    anywhere: int
    background: list[bool]


HYPOTHETICAL_REACH = 90
"""How many characters behind 'could' or 'threatened to' a term still counts as not having happened."""


def scan(lexicon: Lexicon, text: Text) -> Scan:
    """Find all terms on word bounds, in time linear in the length of the text."""
    sentences = text.sentences or [(0, len(text.raw))]
    scenes = [0] * len(sentences)
    background = [False] * len(sentences)
    hits: list[Hit] = []
    at = 0
    mood_end = -1
    meanings = lexicon.meanings
    for pattern, start, end in lexicon.automaton.find_matches_as_indexes(text.folded):
        if not text.on_word_bounds(start, end):
            continue
        while at + 1 < len(sentences) and sentences[at + 1][0] <= start:
            at += 1
            mood_end = -1
        meaning = meanings[pattern]
        scenes[at] |= meaning.contexts
        if meaning.groups or meaning.events:
            hits.append(Hit(start, end, pattern, at, text.in_quote(start), start < mood_end))
        if meaning.cues & _HYPOTHETICAL:
            mood_end = end + HYPOTHETICAL_REACH
        if meaning.cues & _BACKGROUND:
            background[at] = True
    return Scan(hits=hits, near=_spread(scenes), anywhere=_union(scenes), background=background)


def _spread(scenes: list[int]) -> list[int]:
    padded = [0, *scenes, 0]
    return [padded[i] | padded[i + 1] | padded[i + 2] for i in range(len(scenes))]


def _union(scenes: list[int]) -> int:
    bits = 0
    for scene in scenes:
        bits |= scene
    return bits


def counts(lexicon: Lexicon, found: Scan, hit: Hit, group: int) -> bool:
    """Tell whether a hit counts for a group in the scene that it stands in."""
    rule = lexicon.groups[group]
    near = found.near[hit.sentence]
    if rule.when and not near & rule.when:
        return False
    return not (near & rule.unless_near or found.anywhere & rule.unless_post)


def meaning_of(lexicon: Lexicon, hit: Hit) -> Meaning:
    """Return what the term of a hit stands for."""
    return lexicon.meanings[hit.pattern]
