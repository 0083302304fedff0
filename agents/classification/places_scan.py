"""Finding names of the gazetteer in a text: longest match over capitalised words, on word bounds only."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from agents.classification.gazetteer import MAX_NAME_WORDS, Entry, Names, name_key
from agents.classification.places_words import PlaceWords
from agents.classification.text import Text
from schemas.events import PlaceRole

LOWER, CAPITALISED, UPPER = range(3)
"""How a word is written."""
NORMAL, TITLE, CAPS = range(3)
"""How a sentence is written; in a headline in title case and in capitals the first letters tell nothing."""
MAX_CHARS = 10_000
"""Places are looked for in so many characters of a post: what follows adds background, and time."""
MAX_MENTIONS = 200
"""A text that names places more often is a table or a list; the rest of it is not read."""
MIN_STEM = 4
"""So many letters stand before an apostrophe that is no part of a name: "O'Brien" is not cut."""
_CONNECTORS = frozenset(
    ["of", "the", "and", "de", "del", "della", "la", "le", "les", "los", "las", "al", "el", "on", "upon",
     "sur", "da", "do", "dos", "di", "am", "an", "der", "den", "aux", "en", "na", "e", "y", "i", "ben", "bin"]
)  # fmt: skip
"""Words in lower case that stand inside names."""
_TITLE_LOWER = frozenset(
    ["with", "from", "into", "over", "after", "amid", "than", "that", "near", "upon", "between", "against"]
)
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
    capitals: list[int] = field(default_factory=list)
    """The words with a capital."""
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

    def shape(self, index: int) -> int:
        """Return how a word is written, LOWER outside of the text."""
        return self.shapes[index] if 0 <= index < len(self.shapes) else LOWER

    def joined(self, first: int, last: int) -> str:
        """Return the key of several words together."""
        if first == last:
            return self.keys[first]
        return " ".join(
            self.keys[index] + ("s" if self.possessive[index] and index < last else "")
            for index in range(first, last + 1)
        )

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
    key: str = ""
    """The name as a key; mentions of one spelling have the same."""
    entry: Entry | None = None
    role: PlaceRole = "mentioned"


def tokenise(text: Text) -> Tokens:
    """Cut the text's words at hyphens and take possessive endings off."""
    count = bisect_right(text.starts, MAX_CHARS)
    keys, starts, ends = text.words[:count], text.starts[:count], text.ends[:count]
    if "-" in text.folded:
        keys, starts, ends = _split_hyphens(keys, starts, ends)
    raw = text.raw
    tokens = Tokens(
        raw=raw,
        keys=keys,
        starts=starts,
        ends=ends,
        shapes=[CAPITALISED if raw[start].isupper() else LOWER for start in starts],
        possessive=[False] * len(keys),
    )
    if "'" in text.folded:
        _cut_possessives(tokens)
    tokens.capitals = [index for index, shape in enumerate(tokens.shapes) if shape]
    for index in tokens.capitals:
        _set_shape(tokens, index)
    tokens.keys = [
        key if (key.isalnum() and key.isascii()) or key[0].isdigit() else name_key(key) for key in tokens.keys
    ]
    _set_sentences(tokens, text)
    return tokens


def _split_hyphens(
    words: list[str], starts: list[int], ends: list[int]
) -> tuple[list[str], list[int], list[int]]:
    keys: list[str] = []
    first: list[int] = []
    last: list[int] = []
    for word, start, end in zip(words, starts, ends, strict=True):
        if "-" not in word:
            keys.append(word)
            first.append(start)
            last.append(end)
            continue
        offset = start
        for part in word.split("-"):
            keys.append(part)
            first.append(offset)
            last.append(offset + len(part))
            offset += len(part) + 1
    return keys, first, last


def _cut_possessives(tokens: Tokens) -> None:
    for index, key in enumerate(tokens.keys):
        if key.endswith("'s") and len(key) > 2:
            tokens.keys[index] = key[:-2]
            tokens.ends[index] -= 2
            tokens.possessive[index] = True


def _set_shape(tokens: Tokens, index: int) -> None:
    start, end = tokens.starts[index], tokens.ends[index]
    if end - start > 1 and tokens.raw[start:end].isupper():
        tokens.shapes[index] = UPPER
    if "." in tokens.keys[index] and tokens.raw[end : end + 1] == ".":
        tokens.ends[index] = end + 1


def _set_sentences(tokens: Tokens, text: Text) -> None:
    first = 0
    for number, (_, end) in enumerate(text.sentences):
        after = bisect_left(tokens.starts, end)
        tokens.sentence.extend([number] * (after - first))
        tokens.modes.append(_mode_of(tokens, first, after))
        first = max(first, after)
    missing = len(tokens.keys) - len(tokens.sentence)
    if missing > 0 or not tokens.modes:
        tokens.modes.append(_mode_of(tokens, first, len(tokens.keys)))
        tokens.sentence.extend([len(tokens.modes) - 1] * missing)


def _mode_of(tokens: Tokens, first: int, after: int) -> int:
    counts = [0, 0, 0]
    starts, ends, shapes, keys = tokens.starts, tokens.ends, tokens.shapes, tokens.keys
    for index in range(first, after):
        if ends[index] - starts[index] > 3 and keys[index] not in _TITLE_LOWER:
            counts[shapes[index]] += 1
    return _mode(*counts)


def _mode(lower: int, capitalised: int, upper: int) -> int:
    total = lower + capitalised + upper
    if upper * 5 > total * 3 and total > 1:
        return CAPS
    return TITLE if total > 3 and lower * 8 <= total else NORMAL


def is_dateline(tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a story is filed from a mention: 'KYIV, Ukraine (Agency) - ', 'KYIV — '."""
    first = mention.first
    if tokens.shapes[first] != UPPER or tokens.mode(first) == CAPS:
        return False
    if not tokens.opens_sentence(first) and tokens.glue(first - 1) != "/":
        return False
    following = tokens.raw[mention.end : mention.end + 2]
    return following[:1] in (",", "/", ":", ".") or following in (" (", " -", " –", " —")


def scan(names: Names, words: PlaceWords, tokens: Tokens) -> list[Mention]:
    """Return the longest names found, left to right, without overlap, before any of them is judged."""
    found: list[Mention] = []
    done, count = 0, len(tokens.keys)
    for capital in tokens.capitals:
        if capital < done:
            continue
        if len(found) == MAX_MENTIONS:
            break
        mention = None
        if capital > done and _is_article(tokens, capital - 1):
            mention = _longest(names, tokens, capital - 1, count)
        if mention is None:
            mention = _longest(names, tokens, capital, count)
        if mention is not None:
            _extend(words, tokens, mention, count)
            found.append(mention)
            done = mention.last + 1
    return found


def _is_article(tokens: Tokens, index: int) -> bool:
    """Tell whether a word in lower case belongs to the next one: 'al-Bab', 'el-Fasher'."""
    return tokens.keys[index] in _CONNECTORS and tokens.glue(index) in ("-", "’", "'")


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
    return _before_apostrophe(names, tokens, first)


def _before_apostrophe(names: Names, tokens: Tokens, index: int) -> Mention | None:
    """Return the name before a suffix that some languages write after an apostrophe: "Manisa'da"."""
    start = tokens.starts[index]
    stem, apostrophe, _ = tokens.raw[start : tokens.ends[index]].replace("’", "'").partition("'")
    if not apostrophe or len(stem) < MIN_STEM:
        return None
    position = names.position(name_key(stem))
    return Mention(index, index, start, start + len(stem), names.at(position)) if position >= 0 else None


def _continues(tokens: Tokens, index: int) -> bool:
    """Tell whether the next word may belong to the same name."""
    glue = tokens.glue(index)
    following = tokens.keys[index + 1]
    if glue == ", ":
        return following == "dc"
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
