"""Headings without a time, told from short paragraphs by their layout."""

from collections.abc import Mapping, Sequence

from agents.sources.lines import DATE, ENDS_POST, MEDIA, TEXT, Line, ends_sentence
from agents.sources.profiles import Headings

_GAP = 2
_AT_LEAST = 2
_DATELINE_CHARS = 60
_QUOTES = "\"'“‘«„"
_BULLETS = "•·*▪◦-–—"


def find_headings(lines: Sequence[Line], headings: Headings) -> list[int]:
    """Return the lines that are headings of posts, none where fewer than two are found.

    Where the page prints how many posts it has, no more are returned: those with the clearest signs.
    """
    start, count = _start_marker(lines)
    if not start:
        start = _below_title(lines)
    strengths = {
        index: strength
        for index in range(start, len(lines))
        if (strength := _strength(lines, index, headings)) >= headings.at_least
    }
    one_each = _one_of_each_run(lines, sorted(strengths), strengths)
    chosen = [index for index in one_each if sentence_below(lines, index)]
    if count and len(chosen) > count:
        chosen = sorted(
            sorted(chosen, key=lambda index: (-strengths[index], -_likeness(lines, index), index))[:count]
        )
    enough = _AT_LEAST if count is None else min(_AT_LEAST, count)
    return chosen if len(chosen) >= enough else []


def open_end(text: str, headings: Headings) -> bool:
    """Tell whether a text is short and ends as a heading may: with no punctuation, or a question mark."""
    return len(text) <= headings.max_chars and (not ends_sentence(text) or text.endswith("?"))


def next_text(lines: Sequence[Line], start: int) -> int | None:
    """Return the first text at or shortly below a line, past pictures and bylines."""
    for index in range(start, min(start + 3, len(lines))):
        if lines[index].label == TEXT:
            return index
        if lines[index].label not in MEDIA and lines[index].label not in {"furniture", "byline", DATE}:
            return None
    return None


def sentence_below(lines: Sequence[Line], index: int) -> bool:
    """Tell whether running text follows before the page's furniture."""
    for line in lines[index + 1 : index + 8]:
        if line.label == "stop":
            return False
        if line.label in {TEXT, "clip"} and ends_sentence(line.text):
            return True
    return False


def _start_marker(lines: Sequence[Line]) -> tuple[int, int | None]:
    """Return the line below ``52 Posts`` and the 52; (0, None) without such a line."""
    for index, line in enumerate(lines):
        if line.label == "start":
            return index + 1, int("".join(char for char in line.text.split()[0] if char.isdecimal()) or 0)
    return 0, None


def _below_title(lines: Sequence[Line]) -> int:
    """Return the line below the title, its repeats and the lines that belong to it."""
    title = next((index for index, line in enumerate(lines) if line.label == TEXT), len(lines))
    start = title + 1
    while start < len(lines) and (
        lines[start].text == lines[title].text or lines[start].label in {"title", DATE}
    ):
        start += 1
    return start


def _strength(lines: Sequence[Line], index: int, headings: Headings) -> int:
    """Return the sum of the signs that a line is a heading, 0 when it cannot be one."""
    line = lines[index]
    first = line.text.split(maxsplit=1)[0].strip(_QUOTES + ",.").lower()
    if (
        line.label != TEXT
        or len(line.text) > headings.max_chars
        or line.text[0] in _BULLETS
        or " " not in line.text
    ):
        return 0
    closed = ends_sentence(line.text)
    if closed and (
        line.text[0] in _QUOTES or first in headings.never_first or line.text[-1:] in {":", ";", ","}
    ):
        return 0
    above = lines[index - 1] if index else None
    below = lines[index + 1] if index + 1 < len(lines) else None
    signs = {
        "open_end": not closed,
        "question": closed and line.text.endswith("?"),
        "after_gap": line.gap >= _GAP,
        "after_end": above is not None and above.label in ENDS_POST,
        "before_media": below is not None and below.label in MEDIA,
        "before_dateline": _begins_with_dateline(lines, index + 1),
    }
    return sum(headings.signs.get(name, 0) for name, holds in signs.items() if holds)


def _begins_with_dateline(lines: Sequence[Line], start: int) -> bool:
    """Tell whether the next text is ``LIMA, Peru — ...``."""
    below = next_text(lines, start)
    if below is None:
        return False
    place, dash, _ = lines[below].text[:_DATELINE_CHARS].partition(" — ")
    return bool(dash) and place.split(",")[0].isupper()


def _one_of_each_run(
    lines: Sequence[Line], candidates: Sequence[int], strengths: Mapping[int, int]
) -> list[int]:
    """Keep one of candidates that follow one another with no text between.

    Of a heading and a title below it the heading is kept; a longer run is a list of links, the heading last.
    """
    runs: list[list[int]] = []
    for index in candidates:
        if runs and not any(lines[i].label == TEXT for i in range(runs[-1][-1] + 1, index)):
            runs[-1].append(index)
        else:
            runs.append([index])
    return [run[-1] if len(run) > 2 else max(run, key=lambda i: (strengths[i], -i)) for run in runs]


def _likeness(lines: Sequence[Line], index: int) -> int:
    """Return how much a line looks like a heading next to others of the same strength."""
    below = lines[index + 1] if index + 1 < len(lines) else lines[index]
    return min(len(lines[index].text), 60) + 30 * (len(below.text) > len(lines[index].text))
