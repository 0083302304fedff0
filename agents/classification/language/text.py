"""One analysis of a post's text that all extractors share: words, sentences and quotations, with offsets."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from agents.classification.language.words import cut_words, fold
from agents.classification.remember import Remembered

_BREAK: Final = re.compile(r"[\n.!?…](?:(?<=\n)\n*+|(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"'”’)\]]*+(?=\s))")
"""Newlines, or marks that end a sentence."""
_OPENING: Final = "“„«"
"""Quotation marks that only open; the others close what is open."""
_ABBREVIATIONS: Final = frozenset(
    {
        "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "maj", "capt", "sgt",
        "adm", "cmdr", "brig", "rev", "hon", "st", "no", "vs", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.n", "u.k", "e.u", "e.p.c", "i.c.c", "d.c",
        "inc", "ltd", "co", "corp", "approx", "jr", "sr", "fr", "a.m", "p.m",
    }
)  # fmt: skip
MAX_QUOTE_CHARS: Final = 2000
"""A quotation mark that is not closed within so many characters opens nothing."""


def _breaks_in(gap: str) -> list[tuple[int, int]]:
    """Return [start, end) of the marks in the gap between two words that end a sentence."""
    return [match.span() for match in _BREAK.finditer(gap)]


_BREAKS: Final = Remembered(_breaks_in)


@dataclass(frozen=True, slots=True)
class Text:
    """A post's text with its parts. All offsets are characters of ``raw``.

    Attributes:
        raw: headline + newline + body.
        folded: ``raw`` in lower case with plain quotes; the same length, so offsets agree.
        headline_end: where the headline ends and the newline stands (0 without a headline).
        words: folded words in order; ``starts`` and ``ends`` are their offsets.
        gaps: what stands, folded, behind each word, up to the next one or the end.
        capitals: whether each word starts with a capital.
        sentences: [start, end) of each sentence, in order; the headline is one of its own.
        sentence_words: the same in words: the first one, and the one behind the last.
        quotes: [start, end) of each quotation, marks left out, in order.

    """

    raw: str
    folded: str
    headline_end: int
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    capitals: list[bool]
    sentences: list[tuple[int, int]]
    sentence_words: list[tuple[int, int]]
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


def analyse(headline: str | None, body: str) -> Text:
    """Cut a post's text into words, sentences and quotations in time linear in its length."""
    raw = f"{headline or ''}\n{body}"
    folded = fold(raw)
    words, starts, ends, gaps, capitals = cut_words(raw)
    sentences, sentence_words = _sentences(folded, starts, ends, gaps)
    return Text(
        raw=raw,
        folded=folded,
        headline_end=len(headline or ""),
        words=words,
        starts=starts,
        ends=ends,
        gaps=gaps,
        capitals=capitals,
        sentences=sentences,
        sentence_words=sentence_words,
        quotes=_quotes(raw, folded),
    )


def _sentences(
    folded: str, starts: list[int], ends: list[int], gaps: list[str]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the sentences in characters and in words; they end in the gaps between words."""
    found: list[tuple[int, int]] = []
    in_words: list[tuple[int, int]] = []
    start = first = 0
    lead = folded[: starts[0]] if starts else folded
    for after, gap in enumerate([lead, *gaps]):
        if gap == " ":
            continue
        for mark, behind in _BREAKS[gap]:
            offset = ends[after - 1] if after else 0
            if gap[mark] == "." and _is_abbreviation(folded, start, offset + mark):
                continue
            if _append_trimmed(found, folded, start, offset + behind):
                in_words.append((first, after))
            start, first = offset + behind, after
    if _append_trimmed(found, folded, start, len(folded)):
        in_words.append((first, len(starts)))
    return found, in_words


def _is_abbreviation(folded: str, start: int, stop: int) -> bool:
    word = folded[max(start, stop - 12) : stop].split()
    last = word[-1].lstrip("(\"'") if word else ""
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


def _append_trimmed(found: list[tuple[int, int]], folded: str, start: int, end: int) -> bool:
    """Append [start, end) without the spaces around; tell whether anything is left."""
    while start < end and folded[start].isspace():
        start += 1
    while start < end and folded[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
    return start < end


def _quotes(raw: str, folded: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    opened = -1
    at = folded.find('"')
    while at >= 0:
        if opened < 0 or raw[at] in _OPENING or folded.find("\n", opened, at) >= 0:
            opened = at + 1
        else:
            if at - opened <= MAX_QUOTE_CHARS:
                found.append((opened, at))
            opened = -1
        at = folded.find('"', at + 1)
    return found
