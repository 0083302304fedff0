"""One pass of the lexicon's automaton over a text: where its terms stand, and in which scene and mood."""

from dataclasses import dataclass
from typing import Final

from agents.classification.category.lexicon import CUES, Cue, Group, Lexicon
from agents.classification.language.text import Text


def cue_bit(cue: Cue) -> int:
    """Return the bit that stands for a kind of cue."""
    return 1 << CUES.index(cue)


_HYPOTHETICAL: Final = cue_bit("hypothetical")


class Hit:
    """A term of the lexicon in the text; no dataclass, for their ``__init__`` stays slow when compiled.

    Attributes:
        start: offset of the first character.
        end: offset behind the last.
        pattern: index of the term.
        sentence: index of its sentence.
        quoted: it stands inside quotation marks.
        hypothetical: a word such as 'could' or 'threatened to' goes before it in its sentence.

    """

    __slots__ = ("end", "hypothetical", "pattern", "quoted", "sentence", "start")

    def __init__(
        self, start: int, end: int, pattern: int, sentence: int, quoted: bool, hypothetical: bool
    ) -> None:
        self.start = start
        self.end = end
        self.pattern = pattern
        self.sentence = sentence
        self.quoted = quoted
        self.hypothetical = hypothetical


@dataclass(frozen=True, slots=True)
class Scan:
    """All hits of a text.

    Attributes:
        hits: in order.
        near: by sentence, bits of the scenes set in it or in a sentence beside it.
        anywhere: bits of the scenes that the post as a whole is in: set twice, or once in a short post.
        cues: by sentence, bits of the cues in it.

    """

    hits: list[Hit]
    near: list[int]
    anywhere: int
    cues: list[int]

    def top_cues(self, text: Text) -> int:
        """Return the bits of the cues in the headline and in the first sentence of the body."""
        bits = 0
        for sentence, (start, _) in enumerate(text.sentences):
            bits |= self.cues[sentence]
            if start >= text.headline_end:
                break
        return bits

    def all_cues(self) -> int:
        """Return the bits of all cues in the post."""
        bits = 0
        for cues in self.cues:
            bits |= cues
        return bits


SHORT_WORDS: Final = 30
"""In so short a post one word is enough to set its scene."""
HYPOTHETICAL_REACH: Final = 90
"""How many characters behind 'could' or 'threatened to' a term still counts as not having happened."""


def scan(lexicon: Lexicon, text: Text) -> Scan:
    """Find all terms on word bounds, in time linear in the length of the text."""
    sentences = text.sentences or [(0, len(text.raw))]
    scenes = [0] * len(sentences)
    once = twice = 0
    cues = [0] * len(sentences)
    hits: list[Hit] = []
    at = 0
    mood_end = -1
    meanings, folded, size = lexicon.meanings, text.folded, len(text.folded)
    quotes, quote = text.quotes, 0
    for pattern, start, end in lexicon.automaton.find_matches_as_indexes(folded):
        if end < size and folded[end].isalnum():
            continue
        if start and (folded[start - 1].isalnum() or folded[start - 1] == "-"):
            continue  # 'anti-ship' does not ship anything
        while at + 1 < len(sentences) and sentences[at + 1][0] <= start:
            at += 1
            mood_end = -1
        meaning = meanings[pattern]
        contexts = meaning.contexts
        if contexts:
            scenes[at] |= contexts
            twice |= once & contexts
            once |= contexts
        if meaning.groups or meaning.events:
            while quote < len(quotes) and quotes[quote][1] <= start:
                quote += 1
            quoted = quote < len(quotes) and quotes[quote][0] <= start
            hits.append(Hit(start, end, pattern, at, quoted, start < mood_end))
        if meaning.cues:
            cues[at] |= meaning.cues
            if meaning.cues & _HYPOTHETICAL:
                mood_end = end + HYPOTHETICAL_REACH
    return Scan(
        hits=hits, near=_spread(scenes), anywhere=once if len(text.words) <= SHORT_WORDS else twice, cues=cues
    )


def _spread(scenes: list[int]) -> list[int]:
    padded = [0, *scenes, 0]
    return [padded[i] | padded[i + 1] | padded[i + 2] for i in range(len(scenes))]


def counts(group: Group, found: Scan, sentence: int) -> bool:
    """Tell whether a hit in a sentence counts for a group in the scene that it stands in."""
    near = found.near[sentence]
    if group.when and not near & group.when:
        return False
    return not (near & group.unless_near or found.anywhere & group.unless_post)
