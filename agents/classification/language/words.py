"""The words of a text, cut piece by piece: a piece is what stands between two spaces."""

import re
from dataclasses import dataclass
from sys import intern
from typing import Final

from agents.classification.remember import Remembered

_FOLD: Final = (
    *((mark, "'") for mark in "\u2018\u2019\u201b\u02bc"),
    *((mark, '"') for mark in "\u201c\u201d\u201e\u00ab\u00bb"),
    *((space, " ") for space in "\u00a0\u2009\u202f"),
    *((hyphen, "-") for hyphen in "\u2010\u2011"),
    ("\u0130", "I"),
)


_LETTER, _DIGIT, _EITHER = r"[^\W\d_]", r"\d", r"[^\W_]"
_MORE = f"(?:['-]{_EITHER}++)*+"
_WORD: Final = re.compile(
    f"({_LETTER}{_EITHER}++{_MORE}|{_LETTER}(?:\\.{_LETTER})+\\b|{_LETTER}{_MORE}"
    f"|{_DIGIT}++(?:[.,]{_DIGIT}++)*+{_MORE})"
)
"""A word of letters, an abbreviation with full stops, one letter, or a number."""


@dataclass(slots=True)
class Piece:
    """What stands between two spaces; of several words, each but the first is a piece behind it.

    Attributes:
        lead: what stands before the word, such as a bracket; the whole piece where it has no word.
        word: folded, empty for none.
        gap: what stands, folded, behind the word, with the space behind the piece.
        capital: whether the word starts with a capital.
        following: the next word.

    """

    lead: str
    word: str
    gap: str
    capital: bool
    following: "Piece | None"


def fold(text: str) -> str:
    """Return the text in lower case with plain quotes, hyphens and spaces, at the same length."""
    if not text.isascii():
        for char, plain in _FOLD:
            text = text.replace(char, plain)  # a tenth of the time of str.translate
    return text.lower()


def _cut(raw: str) -> Piece:
    parts = _WORD.split(fold(raw) + " ")
    piece: Piece | None = None
    start = len(raw) + 1
    for at in range(len(parts) - 2, 0, -2):
        word, gap = parts[at], parts[at + 1]
        start -= len(word) + len(gap)
        piece = Piece(parts[0] if at == 1 else "", intern(word), intern(gap), raw[start].isupper(), piece)
    return Piece(parts[0], "", "", False, None) if piece is None else piece


_PIECES: Final = Remembered(_cut)


def cut_words(raw: str) -> tuple[list[str], list[int], list[int], list[str], list[bool]]:
    """Return a text's words, their starts and ends, the gaps behind them, and whether each has a capital.

    No word goes beyond a space, so a piece says the same wherever it stands; and pieces come again and again,
    so that to look one up takes less time than the regular expression.
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gaps: list[str] = []
    capitals: list[bool] = []
    at = 0
    for first in map(_PIECES.__getitem__, raw.split(" ")):
        if first.lead:
            at += len(first.lead)
            if gaps:
                gaps[-1] += first.lead
        piece: Piece | None = first if first.word else None
        while piece is not None:
            words.append(piece.word)
            starts.append(at)
            at += len(piece.word)
            ends.append(at)
            gaps.append(piece.gap)
            at += len(piece.gap)
            capitals.append(piece.capital)
            piece = piece.following
    if gaps:
        gaps[-1] = gaps[-1][:-1]
    return words, starts, ends, gaps, capitals
