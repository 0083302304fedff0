"""Finding names of the gazetteer in a text: longest match over capitalised words, on word bounds only."""

from typing import Final

from agents.classification.gazetteer.entry import NO_NAME, Entry, Name, name_of
from agents.classification.gazetteer.lookup import MAX_NAME_WORDS, Names, name_key
from agents.classification.language.tokens import CAPITALISED, CAPS, LOWER, NORMAL, UPPER, Tokens
from agents.classification.places.words import PlaceWords
from schemas.events import PlaceRole

MAX_MENTIONS: Final = 200
"""A text that names places more often is a table or a list; the rest of it is not read."""
MIN_STEM: Final = 4
"""So many letters stand before an apostrophe that is no part of a name: "O'Brien" is not cut."""
_CONNECTORS: Final = frozenset(
    ["of", "the", "and", "de", "del", "della", "la", "le", "les", "los", "las", "al", "el", "on", "upon",
     "sur", "da", "do", "dos", "das", "di", "am", "an", "der", "den", "aux", "au", "du", "des", "sous", "en",
     "na", "e", "y", "i", "es", "ez", "az", "ad", "ash", "ech", "ul", "nad", "aan", "ben", "bin"]
)  # fmt: skip
"""Words in lower case that stand inside names."""
_INSIDE: Final = _CONNECTORS | {"dc"}
_ARTICLE_GLUES: Final = ("-", "’", "'")
_AFTER_POSSESSIVE: Final = frozenset(["republic", "republics", "bazar", "bay"])
"""A name goes on after a possessive only with these: 'People's Republic', 'Cox's Bazar', 'Hawke's Bay'."""


class Mention:
    """A stretch of the text that may name a place; no dataclass, for their ``__init__`` stays slow compiled.

    Attributes:
        first: its first word.
        last: its last word.
        start: offset of the first character.
        end: offset behind the last.
        name: what it may stand for.
        suffix: a noun such as 'region' or 'river' that says what the name stands for.
        dateline: the story is filed from there.
        key: the name as a key; mentions of one spelling have the same.
        entry: what it stands for.
        role: what it is to the news.

    """

    __slots__ = ("dateline", "end", "entry", "first", "key", "last", "name", "role", "start", "suffix")

    def __init__(self, first: int, last: int, start: int, end: int, name: Name, suffix: str = "") -> None:
        self.first = first
        self.last = last
        self.start = start
        self.end = end
        self.name = name
        self.suffix = suffix
        self.dateline = False
        self.key = ""
        self.entry: Entry | None = None
        self.role: PlaceRole = "mentioned"


def is_dateline(tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a story is filed from a mention: 'KYIV, Ukraine (Agency) - ', 'KYIV — '."""
    first = mention.first
    if tokens.shapes[first] != UPPER or tokens.modes[first] == CAPS:
        return False
    if not tokens.opens_sentence(first) and tokens.glues[first - 1] != "/":
        return False
    following = tokens.raw[mention.end : mention.end + 2]
    return following[:1] in (",", "/", ":", ".") or following in (" (", " -", " –", " —")


def scan(names: Names, words: PlaceWords, tokens: Tokens) -> list[Mention]:
    """Return the longest names found, left to right, without overlap, before any of them is judged."""
    found: list[Mention] = []
    done, run_end = 0, -1
    for capital in tokens.capitals:
        if capital < done:
            continue
        if len(found) == MAX_MENTIONS:
            break
        mention = None
        if (
            capital > done
            and tokens.glues[capital - 1] in _ARTICLE_GLUES
            and _is_article(tokens, capital - 1)
        ):
            run_end = _run_end(tokens, capital - 1, run_end)
            mention = _longest(names, tokens, capital - 1, run_end)
        if mention is None:
            run_end = _run_end(tokens, capital, run_end)
            mention = _longest(names, tokens, capital, run_end)
        if mention is not None:
            _extend(names, words, tokens, mention)
            mention.dateline = is_dateline(tokens, mention)
            found.append(mention)
            done = mention.last + 1
    return found


def _is_article(tokens: Tokens, index: int) -> bool:
    """Tell whether a word in lower case belongs to the next one: 'al-Bab', 'el-Fasher'."""
    return tokens.keys[index] in _CONNECTORS


def _longest(names: Names, tokens: Tokens, first: int, run_end: int) -> Mention | None:
    keys, shapes, known = tokens.keys, tokens.shapes, names.known
    if shapes[first + 1] != LOWER or keys[first + 1] in _INSIDE:
        for last in range(min(run_end, first + MAX_NAME_WORDS - 1), first, -1):
            name = known[tokens.joined(first, last)] if shapes[last] != LOWER else None
            if name is not None:
                return Mention(first, last, tokens.starts[first], tokens.ends[last], name)
    key, start, end = keys[first], tokens.starts[first], tokens.ends[first]
    name = known[key] if shapes[first] != LOWER and len(key) > 1 else None
    if name is not None:
        return Mention(first, first, start, end, name)
    if len(key) == end - start:
        return None  # no apostrophe has been left out of the key
    return _before_apostrophe(names, tokens, first)


def _run_end(tokens: Tokens, first: int, known_end: int) -> int:
    """Return the last of the words from ``first`` on that may be of one name.

    Where the run that was found last goes on to ``known_end``, so does one that starts within it.
    """
    last = max(first, known_end)
    while last > known_end and _continues(tokens, last):
        last += 1
    return last


def _before_apostrophe(names: Names, tokens: Tokens, index: int) -> Mention | None:
    """Return the name before a suffix that some languages write after an apostrophe: "Manisa'da"."""
    start = tokens.starts[index]
    stem, apostrophe, _ = tokens.raw[start : tokens.ends[index]].replace("’", "'").partition("'")
    if not apostrophe or len(stem) < MIN_STEM:
        return None
    name = names.known[name_key(stem)]
    return None if name is None else Mention(index, index, start, start + len(stem), name)


def _continues(tokens: Tokens, index: int) -> bool:
    """Tell whether the next word may belong to the same name."""
    following = tokens.keys[index + 1]
    if tokens.shapes[index + 1] == LOWER and following not in _INSIDE:
        return False
    glue = tokens.glues[index]
    if glue == ", ":
        return following == "dc"
    if glue not in (" ", "-", "–", ". ", " & "):
        return False
    if tokens.possessive[index] and following not in _AFTER_POSSESSIVE:
        return False
    return tokens.shapes[index + 1] != LOWER or following != "dc"


def _extend(names: Names, words: PlaceWords, tokens: Tokens, mention: Mention) -> None:
    """Note a following 'region', 'district' or 'River'; with a capital it belongs to the name.

    'Unity state' is what 'Unity State' is, though 'Unity' alone is something else.
    """
    after = mention.last + 1
    if tokens.possessive[mention.last] or tokens.glues[mention.last] != " ":
        return
    noun = tokens.keys[after]
    is_region = noun in words.region_nouns
    if not is_region and noun not in words.nature_after:
        return
    capitalised = tokens.shapes[after] == CAPITALISED and tokens.modes[after] == NORMAL
    if not (is_region or capitalised):
        return
    mention.suffix = noun
    if capitalised:
        mention.last = after
        mention.end = tokens.ends[after]
    if is_region:
        whole = names.known[tokens.joined(mention.first, after)]
        regions = list(whole.entries) if whole is not None else []
        regions += [entry for entry in mention.name.entries if entry.kind in ("admin1", "area")]
        mention.name = name_of(regions) if regions else mention.name
    else:
        mention.name = NO_NAME
