"""Finding names of the gazetteer in a text: longest match over capitalised words, on word bounds only."""

from dataclasses import dataclass, field

from agents.classification.gazetteer import MAX_NAME_WORDS, Entry, Names, name_key
from agents.classification.places_words import PlaceWords
from agents.classification.text import Text
from schemas.events import PlaceRole

LOWER, CAPITALISED, UPPER = range(3)
"""How a word is written."""
NORMAL, TITLE, CAPS = range(3)
"""How a sentence is written; in a headline in title case and in capitals the first letters tell nothing."""
MAX_CHARS = 20_000
"""Places are looked for in so many characters of a post: what follows adds background, and time."""
_CONNECTORS = frozenset(
    ["of", "the", "and", "de", "del", "della", "la", "le", "les", "los", "las", "al", "el", "on", "upon", "sur",
     "da", "do", "dos", "di", "am", "an", "der", "den", "aux", "en", "na", "e", "y", "i", "ben", "bin"]
)  # fmt: skip
"""Words in lower case that stand inside names."""
_TITLE_LOWER = frozenset(["with", "from", "into", "over", "after", "amid", "than", "that", "near", "upon", "between", "against"])
"""Longer words that stay in lower case in a headline in title case."""
_AFTER_POSSESSIVE = frozenset(["republic", "republics", "bazar", "bay"])
"""A name goes on after a possessive only with these: 'People's Republic', 'Cox's Bazar', 'Hawke's Bay'."""


@dataclass(slots=True)
class Tokens:
    """The words of a text with hyphens cut, as parallel lists.

    ``keys`` are compared with the gazetteer; ``starts`` and ``ends`` are offsets without a possessive ending.
    """

    raw: str
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    possessive: list[bool] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    """How the sentence of that number is written."""

    def glue(self, index: int) -> str:
        """Return what stands between a word and the next one; a newline past the last."""
        if index + 1 >= len(self.starts):
            return "\n"
        end = self.ends[index] + (2 if self.possessive[index] else 0)
        return self.raw[end : self.starts[index + 1]]

    def mode(self, index: int) -> int:
        """Return how the sentence of a word is written."""
        return self.modes[self.sentence[index]]

    def key(self, index: int) -> str:
        """Return a word's key, or the empty string outside of the text."""
        return self.keys[index] if 0 <= index < len(self.keys) else ""

    def joined(self, first: int, last: int) -> str:
        """Return the key of several words together."""
        keys = self.keys
        if first == last:
            return keys[first].replace(".", "")
        parts = [
            keys[index].replace(".", "") + ("s" if self.possessive[index] and index < last else "")
            for index in range(first, last + 1)
        ]
        return " ".join(parts)

    def opens_sentence(self, index: int) -> bool:
        """Tell whether a word is the first of its sentence."""
        return index == 0 or self.sentence[index] != self.sentence[index - 1]


@dataclass(slots=True)
class Mention:
    """A stretch of the text that may name a place; ``first`` and ``last`` are its words."""

    first: int
    last: int
    start: int
    end: int
    entries: list[Entry]
    suffix: str = ""
    """A noun such as 'region' or 'river' that says what the name stands for."""
    entry: Entry | None = None
    role: PlaceRole = "mentioned"


def tokenise(text: Text) -> Tokens:
    """Cut the text's words at hyphens and take possessive endings off."""
    tokens = Tokens(raw=text.raw)
    for word, start, end in zip(text.words, text.starts, text.ends, strict=True):
        if start > MAX_CHARS:
            break
        if "-" in word:
            offset = start
            for part in word.split("-"):
                _append(tokens, part, offset, offset + len(part))
                offset += len(part) + 1
        else:
            _append(tokens, word, start, end)
    _set_sentences(tokens, text)
    return tokens


def _append(tokens: Tokens, word: str, start: int, end: int) -> None:
    raw = tokens.raw
    possessive = word.endswith("'s") and len(word) > 2
    if possessive:
        word, end = word[:-2], end - 2
    elif "." in word and raw[end : end + 1] == ".":
        end += 1
    if not raw[start].isupper():
        shape = LOWER
    else:
        written = raw[start:end]
        shape = UPPER if len(written) > 1 and written.isupper() else CAPITALISED
    tokens.keys.append(word if word.isascii() and word.isalnum() else name_key(word))
    tokens.starts.append(start)
    tokens.ends.append(end)
    tokens.shapes.append(shape)
    tokens.possessive.append(possessive)


def _set_sentences(tokens: Tokens, text: Text) -> None:
    counts: list[list[int]] = [[0, 0, 0] for _ in text.sentences] or [[0, 0, 0]]
    number, last = 0, len(text.sentences) - 1
    for key, start, end, shape in zip(tokens.keys, tokens.starts, tokens.ends, tokens.shapes, strict=True):
        while number < last and start >= text.sentences[number][1]:
            number += 1
        tokens.sentence.append(number)
        if end - start > 3 and not tokens.raw[start].isdigit() and key not in _TITLE_LOWER:
            counts[number][shape] += 1
    tokens.modes = [_mode(*count) for count in counts]


def _mode(lower: int, capitalised: int, upper: int) -> int:
    total = lower + capitalised + upper
    if upper * 5 > total * 3 and total > 1:
        return CAPS
    return TITLE if total > 3 and lower * 8 <= total else NORMAL


def scan(names: Names, words: PlaceWords, tokens: Tokens) -> list[Mention]:
    """Return the longest names found, left to right, without overlap, before any of them is judged."""
    found: list[Mention] = []
    index, count = 0, len(tokens.keys)
    while index < count:
        if not _may_begin(tokens, index):
            index += 1
            continue
        mention = _longest(names, tokens, index, count)
        if mention is None:
            index += 1
            continue
        _extend(words, tokens, mention, count)
        found.append(mention)
        index = mention.last + 1
    return found


def _may_begin(tokens: Tokens, index: int) -> bool:
    if tokens.shapes[index] != LOWER:
        return True
    return (
        tokens.keys[index] in _CONNECTORS
        and index + 1 < len(tokens.keys)
        and tokens.shapes[index + 1] != LOWER
        and tokens.glue(index) in "-’'"
    )


def _longest(names: Names, tokens: Tokens, first: int, count: int) -> Mention | None:
    last = first
    while last + 1 < count and last - first + 1 < MAX_NAME_WORDS and _continues(tokens, last):
        last += 1
    while last >= first:
        if tokens.shapes[last] != LOWER:
            key = tokens.joined(first, last)
            position = names.position(key) if len(key) > 1 else -1
            if position >= 0:
                return Mention(first, last, tokens.starts[first], tokens.ends[last], names.at(position))
        last -= 1
    return None


def _continues(tokens: Tokens, index: int) -> bool:
    """Tell whether the next word may belong to the same name."""
    glue = tokens.glue(index)
    following = tokens.keys[index + 1]
    if glue == ", ":
        return following in ("dc", "d.c")
    if glue not in (" ", "-", "–", ". ", " & "):
        return False
    if tokens.possessive[index] and following not in _AFTER_POSSESSIVE:
        return False
    return tokens.shapes[index + 1] != LOWER or following in _CONNECTORS


def _extend(words: PlaceWords, tokens: Tokens, mention: Mention, count: int) -> None:
    """Note a following 'region', 'district' or 'River'; with a capital it belongs to the name."""
    after = mention.last + 1
    if after >= count or tokens.possessive[mention.last] or tokens.glue(mention.last) != " ":
        return
    noun = tokens.keys[after]
    capitalised = tokens.shapes[after] == CAPITALISED and tokens.mode(after) == NORMAL
    is_region = noun in words.region_nouns
    if not is_region and not (capitalised and noun in words.nature_after):
        return
    mention.suffix = noun
    if capitalised:
        mention.last = after
        mention.end = tokens.ends[after]
    if is_region:
        regions = [entry for entry in mention.entries if entry.kind in ("admin1", "area")]
        mention.entries = regions or mention.entries
    else:
        mention.entries = []
