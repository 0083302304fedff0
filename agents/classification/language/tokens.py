"""The words of a text with hyphens cut and possessive endings off: what names are looked for in."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import compress

from agents.classification.gazetteer.lookup import name_key
from agents.classification.language.text import Text
from agents.classification.remember import Remembered

LOWER, CAPITALISED, UPPER = range(3)
"""How a word is written."""
NORMAL, TITLE, CAPS = range(3)
"""How a sentence is written; in a headline in title case and in capitals the first letters tell nothing."""
MAX_CHARS = 10_000
"""Names are looked for in so many characters of a post: what follows adds background, and time."""
PADDING = 4
"""Empty words behind the last one."""
_TITLE_LOWER = frozenset(
    ["with", "from", "into", "over", "after", "amid", "than", "that", "near", "upon", "between", "against"]
)
"""Longer words that stay in lower case in a headline in title case."""


def _word_key(word: str) -> str:
    return word if word[0].isdigit() else name_key(word)


_KEYS = Remembered(_word_key)


@dataclass(slots=True)
class Tokens:
    """The words of a text as parallel lists.

    ``keys``, ``shapes`` and ``glues`` end with PADDING empty ones, which small negative indices reach too: up
    to PADDING words before and behind a word can be read without a look at the bounds.

    Attributes:
        raw: the text that offsets point into.
        count: how many words there are.
        keys: words as they are compared with names.
        starts: offsets of their first characters.
        ends: offsets behind their last ones, possessive endings left out.
        glues: what stands between a word and the next one; a newline behind the last.
        shapes: LOWER, CAPITALISED or UPPER.
        possessive: whether a possessive ending has been cut off.
        sentence: number of the word's sentence.
        modes: NORMAL, TITLE or CAPS, as the word's sentence is written.
        capitals: the words with a capital.

    """

    raw: str
    count: int
    keys: list[str]
    starts: list[int]
    ends: list[int]
    glues: list[str]
    shapes: list[int]
    possessive: list[bool]
    sentence: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    capitals: list[int] = field(default_factory=list)

    def joined(self, first: int, last: int) -> str:
        """Return the key of several words together."""
        if first == last:
            return self.keys[first]
        words = self.keys[first : last + 1]
        if True in self.possessive[first:last]:
            words = [
                f"{word}s" if self.possessive[index] and index < last else word
                for index, word in enumerate(words, first)
            ]
        return " ".join(words)

    def opens_sentence(self, index: int) -> bool:
        """Tell whether a word is the first of its sentence."""
        return index == 0 or self.sentence[index] != self.sentence[index - 1]


def tokenise(text: Text) -> Tokens:
    """Cut the text's words at hyphens and take possessive endings off."""
    count = bisect_right(text.starts, MAX_CHARS)
    words, starts, ends, glues = text.words[:count], text.starts[:count], text.ends[:count], text.gaps[:count]
    if "-" in text.folded:
        words, starts, ends, glues = _split_hyphens(words, starts, ends, glues)
    raw = text.raw
    count = len(words)
    capital = [raw[start].isupper() for start in starts]
    tokens = Tokens(
        raw=raw,
        count=count,
        keys=words,
        starts=starts,
        ends=ends,
        glues=[*glues[:-1], *("\n",) * (PADDING + 1)],
        shapes=[*capital, *(LOWER,) * PADDING],
        possessive=[False] * count,
        capitals=list(compress(range(count), capital)),
    )
    if "'" in text.folded:
        _cut_possessives(tokens)
    _set_shapes(tokens)
    tokens.keys = [_KEYS[key] for key in tokens.keys] + [""] * PADDING
    _set_sentences(tokens, text)
    return tokens


def _split_hyphens(
    words: list[str], starts: list[int], ends: list[int], glues: list[str]
) -> tuple[list[str], list[int], list[int], list[str]]:
    keys: list[str] = []
    between: list[str] = []
    first: list[int] = []
    last: list[int] = []
    done = 0
    for index in [index for index, word in enumerate(words) if "-" in word]:
        parts = words[index].split("-")
        keys += words[done:index] + parts
        first += starts[done:index]
        last += ends[done:index]
        between += [*glues[done:index], *("-",) * (len(parts) - 1), glues[index]]
        offset = starts[index]
        for part in parts:
            first.append(offset)
            offset += len(part) + 1
            last.append(offset - 1)
        done = index + 1
    return keys + words[done:], first + starts[done:], last + ends[done:], between + glues[done:]


def _cut_possessives(tokens: Tokens) -> None:
    keys = tokens.keys
    for index in [index for index, key in enumerate(keys) if "'" in key]:
        if keys[index].endswith("'s") and len(keys[index]) > 2:
            keys[index] = keys[index][:-2]
            tokens.ends[index] -= 2
            tokens.possessive[index] = True


def _set_shapes(tokens: Tokens) -> None:
    """Mark the words in capitals, and give abbreviations their last full stop."""
    raw, starts, ends = tokens.raw, tokens.starts, tokens.ends
    for index in tokens.capitals:
        start, end = starts[index], ends[index]
        if end - start > 1 and raw[start:end].isupper():
            tokens.shapes[index] = UPPER
        if "." in tokens.keys[index] and raw[end : end + 1] == ".":
            ends[index] = end + 1
            if index + 1 < tokens.count:
                tokens.glues[index] = tokens.glues[index][1:]


def _set_sentences(tokens: Tokens, text: Text) -> None:
    first = 0
    for number, (_, end) in enumerate(text.sentences):
        after = bisect_left(tokens.starts, end, first)
        if after > first:
            _set_sentence(tokens, number, first, after)
            first = after
    if first < tokens.count:
        _set_sentence(tokens, len(text.sentences), first, tokens.count)


def _set_sentence(tokens: Tokens, number: int, first: int, after: int) -> None:
    tokens.sentence += [number] * (after - first)
    tokens.modes += [_mode_of(tokens, first, after)] * (after - first)


def _mode_of(tokens: Tokens, first: int, after: int) -> int:
    """Return how a sentence is written; a few words in lower case are enough to tell that it is normal."""
    shapes, starts, ends, keys = tokens.shapes[first:after], tokens.starts, tokens.ends, tokens.keys
    most_capitals, most_upper = len(shapes) - shapes.count(LOWER), shapes.count(UPPER)
    counts = [0, 0, 0]
    for index, shape in enumerate(shapes, first):
        if ends[index] - starts[index] > 3 and keys[index] not in _TITLE_LOWER:
            counts[shape] += 1
            if counts[LOWER] * 7 > most_capitals and counts[LOWER] * 3 >= most_upper * 2:
                return NORMAL
    lower, capitalised, upper = counts
    total = lower + capitalised + upper
    if upper * 5 > total * 3 and total > 1:
        return CAPS
    return TITLE if total > 3 and lower * 8 <= total else NORMAL
