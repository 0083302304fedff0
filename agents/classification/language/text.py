"""One analysis of a post's text that all extractors share: words, sentences and quotations, with offsets."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

_FOLD = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        "\u2010": "-",
        "\u2011": "-",
        "\u0130": "I",
    }
)
_WORD = re.compile(r"((?:[^\W\d_]\.)+[^\W\d_]\b|\d+(?:[.,]\d+)*(?:[-'][^\W_]+)*|[^\W_]+(?:['-][^\W_]+)*)")
_BREAK = re.compile(r"[\n.!?…](?:(?<=\n)\n*+|(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"'”’)\]]*+(?=\s))")
"""Newlines, or marks that end a sentence; it opens with a plain set so that the search can skip to it."""
_QUOTE = re.compile(r"[\"“”„«»\n]")
_ABBREVIATIONS = frozenset(
    {
        "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "maj", "capt", "sgt",
        "adm", "cmdr", "brig", "rev", "hon", "st", "no", "vs", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.n", "u.k", "e.u", "e.p.c", "i.c.c", "d.c",
        "inc", "ltd", "co", "corp", "approx", "jr", "sr", "fr", "a.m", "p.m",
    }
)  # fmt: skip
MAX_QUOTE_CHARS = 2000
"""A quotation mark that is not closed within so many characters opens nothing."""


def fold(text: str) -> str:
    """Return the text in lower case with plain quotes, hyphens and spaces, at the same length."""
    return text.translate(_FOLD).lower()


@dataclass(frozen=True, slots=True)
class Text:
    """A post's text with its parts. All offsets are characters of ``raw``.

    Attributes:
        raw: headline + newline + body.
        folded: ``raw`` in lower case with plain quotes; the same length, so offsets agree.
        headline_end: where the headline ends and the newline stands (0 without a headline).
        words: folded words in order; ``starts`` and ``ends`` are their offsets.
        gaps: what stands, folded, behind each word, up to the next one or the end.
        sentences: [start, end) of each sentence, in order; the headline is one of its own.
        quotes: [start, end) of each quotation, marks left out, in order.

    """

    raw: str
    folded: str
    headline_end: int
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    sentences: list[tuple[int, int]]
    quotes: list[tuple[int, int]]

    def word_index(self, offset: int) -> int:
        """Return the index of the last word that starts at or before an offset, -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def sentence_index(self, offset: int) -> int:
        """Return the index of the sentence that an offset lies in or follows, 0 for the first."""
        return max(bisect_right(self.sentences, (offset, len(self.raw) + 1)) - 1, 0)

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """Return [start, end) of the sentence that an offset lies in."""
        return self.sentences[self.sentence_index(offset)] if self.sentences else (0, len(self.raw))

    def in_quote(self, offset: int) -> bool:
        """Tell whether an offset lies inside quotation marks."""
        index = bisect_right(self.quotes, (offset, len(self.raw) + 1)) - 1
        return index >= 0 and self.quotes[index][0] <= offset < self.quotes[index][1]


def analyse(headline: str | None, body: str) -> Text:
    """Cut a post's text into words, sentences and quotations in time linear in its length."""
    raw = f"{headline or ''}\n{body}"
    folded = fold(raw)
    parts = _WORD.split(folded)
    offsets = list(accumulate(map(len, parts)))
    return Text(
        raw=raw,
        folded=folded,
        headline_end=len(headline or ""),
        words=parts[1::2],
        starts=offsets[:-1:2],
        ends=offsets[1::2],
        gaps=parts[2::2],
        sentences=_sentences(folded),
        quotes=_quotes(raw),
    )


def _sentences(folded: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(folded):
        if match[0][0] == "." and _is_abbreviation(folded, start, match.start()):
            continue
        _append_trimmed(found, folded, start, match.end())
        start = match.end()
    _append_trimmed(found, folded, start, len(folded))
    return found


def _is_abbreviation(folded: str, start: int, stop: int) -> bool:
    word = folded[max(start, stop - 12) : stop].split()
    last = word[-1].lstrip("(\"'") if word else ""
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


def _append_trimmed(found: list[tuple[int, int]], folded: str, start: int, end: int) -> None:
    body = folded[start:end].lstrip()
    if body:
        first = end - len(body)
        found.append((first, first + len(body.rstrip())))


def _quotes(raw: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _QUOTE.finditer(raw):
        mark, at = match[0], match.start()
        if mark == "\n":
            opened = None
        elif opened is None or mark in "“„«":
            opened = at + 1
        else:
            if at - opened <= MAX_QUOTE_CHARS:
                found.append((opened, at))
            opened = None
    return found
