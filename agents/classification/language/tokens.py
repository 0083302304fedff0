"""The words of a text with hyphens cut and possessive endings off: what names are looked for in."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

from agents.classification.gazetteer.lookup import name_key
from agents.classification.language.text import Text
from agents.classification.remember import Remembered

LOWER: Final = 0
CAPITALISED: Final = 1
UPPER: Final = 2
"""How a word is written."""
NORMAL: Final = 0
TITLE: Final = 1
CAPS: Final = 2
"""How a sentence is written; in a headline in title case and in capitals the first letters tell nothing."""
MAX_CHARS: Final = 10_000
"""Names are looked for in so many characters of a post: what follows adds background, and time."""
PADDING: Final = 4
"""Empty words behind the last one."""
_TITLE_LOWER: Final = frozenset(
    ["with", "from", "into", "over", "after", "amid", "than", "that", "near", "upon", "between", "against"]
)
"""Longer words that stay in lower case in a headline in title case."""


_CUT: Final = "-"
"""In place of the key of a word that has to be cut; no key has a hyphen."""


def _is_possessive(word: str) -> bool:
    return word.endswith("'s") and len(word) > 2


def _plain_key(word: str) -> str:
    return word if word[0].isdigit() else name_key(word)


def _key_or_cut(word: str) -> str:
    return _CUT if "-" in word or _is_possessive(word) else _plain_key(word)


_PLAIN_KEYS: Final = Remembered(_plain_key)
_KEYS: Final = Remembered(_key_or_cut)


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
    tokens = Tokens(
        raw=text.raw,
        count=count,
        keys=list(map(_KEYS.__getitem__, text.words[:count])),
        starts=text.starts[:count],
        ends=text.ends[:count],
        glues=text.gaps[:count],
        shapes=[*text.capitals[:count]],
        possessive=[False] * count,
    )
    if _CUT in tokens.keys:
        tokens = _with_parts(tokens, text.words)
    tokens.capitals = [index for index, shape in enumerate(tokens.shapes) if shape]
    tokens.keys += ("",) * PADDING
    tokens.glues[-1:] = ("\n",) * (PADDING + 1)
    tokens.shapes += (LOWER,) * PADDING
    _set_shapes(tokens)
    _set_sentences(tokens, text)
    return tokens


def _with_parts(whole: Tokens, words: list[str]) -> Tokens:
    """Return the words with those cut that have hyphens or possessive endings."""
    tokens = Tokens(whole.raw, 0, [], [], [], [], [], [])
    done = 0
    for index in [index for index, key in enumerate(whole.keys) if key == _CUT]:
        _append(tokens, whole, done, index)
        _append_parts(tokens, words[index], whole.starts[index])
        tokens.glues[-1] = whole.glues[index]
        done = index + 1
    _append(tokens, whole, done, whole.count)
    tokens.count = len(tokens.keys)
    return tokens


def _append(tokens: Tokens, whole: Tokens, first: int, stop: int) -> None:
    tokens.keys += whole.keys[first:stop]
    tokens.starts += whole.starts[first:stop]
    tokens.ends += whole.ends[first:stop]
    tokens.glues += whole.glues[first:stop]
    tokens.shapes += whole.shapes[first:stop]
    tokens.possessive += whole.possessive[first:stop]


def _append_parts(tokens: Tokens, word: str, start: int) -> None:
    for part in word.split("-"):
        cut = 2 if _is_possessive(part) else 0
        end = start + len(part)
        tokens.keys.append(_PLAIN_KEYS[part[: len(part) - cut]])
        tokens.starts.append(start)
        tokens.ends.append(end - cut)
        tokens.glues.append("-")
        tokens.shapes.append(tokens.raw[start].isupper())
        tokens.possessive.append(cut > 0)
        start = end + 1


def _set_shapes(tokens: Tokens) -> None:
    """Mark the words in capitals, and give abbreviations their last full stop."""
    raw, starts, ends = tokens.raw, tokens.starts, tokens.ends
    for index in tokens.capitals:
        end = ends[index]
        word = raw[starts[index] : end]
        if word.isupper() and len(word) > 1:
            tokens.shapes[index] = UPPER
        if "." in word and raw[end : end + 1] == ".":
            ends[index] = end + 1
            if index + 1 < tokens.count:
                tokens.glues[index] = tokens.glues[index][1:]


def _set_sentences(tokens: Tokens, text: Text) -> None:
    first = 0
    for number, (_, end) in enumerate(text.sentences):
        after = bisect_left(tokens.starts, end, first)
        if after > first:
            tokens.sentence += (number,) * (after - first)
            tokens.modes += (_mode_of(tokens, first, after),) * (after - first)
            first = after
    if first < tokens.count:
        tokens.sentence += (len(text.sentences),) * (tokens.count - first)
        tokens.modes += (_mode_of(tokens, first, tokens.count),) * (tokens.count - first)


def _mode_of(tokens: Tokens, first: int, after: int) -> int:
    """Return how a sentence is written; a few longer words in lower case tell that it is normal."""
    if after - first == 1:
        return NORMAL  # one word tells nothing
    starts, ends, keys = tokens.starts, tokens.ends, tokens.keys
    shapes = tokens.shapes
    capitalised = upper = 0
    for index in range(first, after):
        if shapes[index] != LOWER:
            capitalised += 1
            upper += shapes[index] == UPPER
    enough = max(capitalised // 7 + 1, (upper * 2 + 2) // 3)
    for index in range(first, after):
        if shapes[index] == LOWER and ends[index] - starts[index] > 3 and keys[index] not in _TITLE_LOWER:
            enough -= 1
            if enough == 0:
                return NORMAL
    longer = [
        shapes[index]
        for index in range(first, after)
        if ends[index] - starts[index] > 3 and keys[index] not in _TITLE_LOWER
    ]
    total = len(longer)
    if longer.count(UPPER) * 5 > total * 3 and total > 1:
        return CAPS
    return TITLE if total > 3 and longer.count(LOWER) * 8 <= total else NORMAL
