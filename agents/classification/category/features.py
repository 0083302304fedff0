"""The words that the model sees of a post: stems, and pairs of stems."""

from dataclasses import dataclass
from sys import intern
from typing import Final

from agents.classification.language.text import Text
from agents.classification.remember import Remembered

MAX_WORDS: Final = 300
"""Words behind these are left to the lexicon."""
TITLE_WORDS: Final = 14
"""Words behind these are not of the headline."""
NAME: Final = "@"
NUMBER: Final = "#"
PLACEHOLDERS: Final = frozenset({NAME, NUMBER})
"""Stand for all words in upper case and all numbers, which the model is not to learn by heart."""
_SUFFIXES: Final = ("ing", "ed", "es", "s")


@dataclass(frozen=True, slots=True)
class Words:
    """Stems of a post's parts.

    Attributes:
        plain: of the whole text.
        lead: of headline and first sentence; names in a row are one.
        title: of the headline, or of the opening where there is none; likewise.

    """

    plain: list[str]
    lead: list[str]
    title: list[str]


def stem(word: str) -> str:
    """Return a word without its commonest suffix, so that 'shelled' and 'shelling' are one feature."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def _stem_or_mark(word: str) -> str:
    return NUMBER if word[0].isdigit() else intern(stem(word))


_STEMS: Final = Remembered(_stem_or_mark)


def words_of(text: Text) -> Words:
    """Return the stems of a text, `NAME` and `NUMBER` in place of names and numbers."""
    plain = stems(text)
    lead = plain[: lead_size(text)]
    headline = text.word_index(text.headline_end) + 1
    return Words(
        plain=plain, lead=joined(lead), title=joined(lead[: min(headline or TITLE_WORDS, TITLE_WORDS)])
    )


def stems(text: Text) -> list[str]:
    """Return the stems of a text's words in order."""
    capitals, stem_of = text.capitals, _STEMS.__getitem__
    return [NAME if capitals[at] else stem_of(word) for at, word in enumerate(text.words[:MAX_WORDS])]


def lead_size(text: Text) -> int:
    """Return how many words stand in the headline and the first sentence of the body."""
    for start, end in text.sentences:
        if start >= text.headline_end:
            return text.word_index(end) + 1
    return len(text.words)


def joined(stemmed: list[str]) -> list[str]:
    """Return the stems with names in a row as one, and numbers in a row as well."""
    found: list[str] = []
    previous = ""
    for word in stemmed:
        if word != previous or word not in PLACEHOLDERS:
            found.append(word)
        previous = word
    return found


def plain_features(stemmed: list[str]) -> list[str]:
    """Return the stems and the pairs of stems, each once, in order; names and numbers part the pairs."""
    found: dict[str, None] = {}
    previous = ""
    for word in stemmed:
        if word in PLACEHOLDERS:
            previous = ""
            continue
        found[word] = None
        if previous:
            found[f"{previous} {word}"] = None
        previous = word
    return list(found)


def lead_features(stemmed: list[str]) -> list[str]:
    """Return the stems and the pairs, names and numbers included.

    '@ deni' tells who acts from whom something is said of.
    """
    found: dict[str, None] = {}
    previous = ""
    for word in stemmed:
        if word not in PLACEHOLDERS:
            found[word] = None
        if previous:
            found[f"{previous} {word}"] = None
        previous = word
    return list(found)
