"""Where the posts of a page begin: times in front, signatures at the ends, or headings told by layout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from types import MappingProxyType

from agents.sources.lines import (
    DATE,
    ENDS_POST,
    MEDIA,
    NOT_BODY,
    SIGNATURE,
    SIGNED_FROM,
    TEXT,
    Line,
    ends_sentence,
)
from agents.sources.profiles import Cut, Headings, Profile, TimeForm
from agents.sources.recap import below_recap
from agents.sources.times import Calendar, Clock

_GAP = 2
_MIN_HEADED = 2
_DATELINE_CHARS = 60
_QUOTES = "\"'“‘«„"
_BULLETS = "•·*▪◦-–—"


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a post begins.

    Attributes:
        index: its first line, as an index into the lines of the page.
        heading: index of the line that holds the heading; None without one.
        headline: the heading without a time in front.
        clock: the time in front.
        time: index of the line that holds the time.
        body: what follows the time on its line where that is not a heading.

    """

    index: int
    heading: int | None = None
    headline: str | None = None
    clock: Clock | None = None
    time: int | None = None
    body: str | None = None


def find_openings(lines: Sequence[Line], profile: Profile, calendar: Calendar) -> list[Opening]:
    """Return where posts begin, by the first of the profile's cuts that finds enough."""
    for cut in profile.cuts:
        found = _CUTS[cut](lines, profile, calendar)
        if found:
            return found
    return []


def _timed(lines: Sequence[Line], profile: Profile, calendar: Calendar) -> list[Opening]:
    hits: dict[str, list[tuple[int, Clock, str]]] = {form.name: [] for form in profile.times}
    for index, line in enumerate(lines):
        hit = _time_in_front(line, profile.times, calendar)
        if hit is not None:
            hits[hit[0]].append((index, *hit[1:]))
    believed = [
        hit for form in profile.times if len(hits[form.name]) >= form.at_least for hit in hits[form.name]
    ]
    openings = [
        _timed_opening(lines, hit, profile.headings, calendar) for hit in sorted(believed, key=itemgetter(0))
    ]
    return _with_headings_above(lines, openings, profile.headings)


def _with_headings_above(lines: Sequence[Line], openings: list[Opening], headings: Headings) -> list[Opening]:
    """Return the openings of a page that prints each time below its heading; other pages' as they are."""
    above = {opening.index for opening in openings if _heading_is_above(lines, opening, headings)}
    if len(above) * 2 <= len(openings):
        return openings
    return [
        replace(
            opening,
            index=opening.index - 1,
            heading=opening.index - 1,
            headline=lines[opening.index - 1].text,
        )
        if opening.index in above
        else opening
        for opening in openings
    ]


def _heading_is_above(lines: Sequence[Line], opening: Opening, headings: Headings) -> bool:
    if opening.headline is not None or opening.body is not None or opening.index < 2:
        return False
    above = lines[opening.index - 1]
    return above.label == TEXT and _open_end(above.text, headings)


def _time_in_front(
    line: Line, forms: Sequence[TimeForm], calendar: Calendar
) -> tuple[str, Clock, str] | None:
    if line.label not in {TEXT, DATE, "clip"}:
        return None
    for form in forms:
        match = form.pattern.match(line.text)
        clock = calendar.clock(match) if match else None
        if match and clock:
            return form.name, clock, (match.groupdict().get("rest") or "").strip()
    return None


def _timed_opening(
    lines: Sequence[Line], hit: tuple[int, Clock, str], headings: Headings, calendar: Calendar
) -> Opening:
    index, clock, rest = hit
    day = calendar.date_line(rest) if rest else None
    if day:
        clock, rest = replace(clock, day=clock.day or day), ""
    if rest:
        if _open_end(rest, headings):
            return Opening(index, index, rest, clock, index)
        return Opening(index, None, None, clock, index, rest)
    below = _next_text(lines, index + 1)
    if below is not None and _open_end(lines[below].text, headings) and _has_text(lines, below + 1):
        return Opening(index, below, lines[below].text, clock, index)
    return Opening(index, None, None, clock, index)


def _open_end(text: str, headings: Headings) -> bool:
    """Tell whether a text is short and ends as a heading may: with no punctuation, or a question mark."""
    return len(text) <= headings.max_chars and (not ends_sentence(text) or text.endswith("?"))


def _next_text(lines: Sequence[Line], start: int) -> int | None:
    for index in range(start, min(start + 3, len(lines))):
        if lines[index].label == TEXT:
            return index
        if lines[index].label not in MEDIA and lines[index].label not in {"furniture", "byline", DATE}:
            return None
    return None


def _has_text(lines: Sequence[Line], start: int) -> bool:
    return start < len(lines) and lines[start].label not in {"stop", "notice"}


def _signed(lines: Sequence[Line], profile: Profile, _calendar: Calendar) -> list[Opening]:
    ends = [index for index, line in enumerate(lines) if line.label == SIGNATURE]
    if len(ends) < SIGNED_FROM:
        return []
    first = _after_preamble(lines, ends[0])
    if profile.lead == "summary" and first and lines[first - 1].label != "correction":
        first = below_recap([line.text for line in lines], first, ends[0])
    starts = [first]
    starts += [end + 1 for end, after in zip(ends, [*ends[1:], len(lines)], strict=True) if after > end + 1]
    return [
        opening
        for start in starts
        if start < len(lines)
        for opening in _signed_openings(lines, start, profile)
    ]


def _after_preamble(lines: Sequence[Line], first_end: int) -> int:
    """Return the line after the last one above the first signature that speaks of the page."""
    of_page = [
        i for i in range(first_end) if lines[i].label in {"notice", "correction", "start", "title", DATE}
    ]
    start = of_page[-1] + 1 if of_page else 0
    titles = {lines[0].text}
    while start < first_end and (lines[start].text in titles or lines[start].label in NOT_BODY):
        start += 1
    return start


def _signed_openings(lines: Sequence[Line], start: int, profile: Profile) -> list[Opening]:
    """Return the openings below a signature: one, and one more for each blurb of a video above it."""
    found: list[Opening] = []
    while start < len(lines) and lines[start].label == "clip":
        found.append(Opening(start))
        start += 1
    if start == len(lines) or lines[start].label == SIGNATURE:
        return found
    line = lines[start]
    headed = line.label == TEXT and _open_end(line.text, profile.headings) and _sentence_below(lines, start)
    return [*found, Opening(start, start, line.text) if headed else Opening(start)]


def _headed(lines: Sequence[Line], profile: Profile, _calendar: Calendar) -> list[Opening]:
    start, count = _start_marker(lines)
    if not start:
        start = _below_title(lines)
    strengths = {
        index: strength
        for index in range(start, len(lines))
        if (strength := heading_strength(lines, index, profile.headings)) >= profile.headings.at_least
    }
    chosen = [
        index
        for index in _one_of_each_run(lines, sorted(strengths), strengths)
        if _sentence_below(lines, index)
    ]
    if count and len(chosen) > count:
        keep = sorted(chosen, key=lambda index: (-strengths[index], -_likeness(lines, index), index))[:count]
        chosen = sorted(keep)
    enough = len(chosen) >= (_MIN_HEADED if count is None else min(_MIN_HEADED, count))
    return [Opening(index, index, lines[index].text) for index in chosen] if enough else []


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


def heading_strength(lines: Sequence[Line], index: int, headings: Headings) -> int:
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
    below = _next_text(lines, start)
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


def _sentence_below(lines: Sequence[Line], index: int) -> bool:
    """Tell whether running text follows before the page's furniture."""
    for line in lines[index + 1 : index + 8]:
        if line.label == "stop":
            return False
        if line.label in {TEXT, "clip"} and ends_sentence(line.text):
            return True
    return False


def _likeness(lines: Sequence[Line], index: int) -> int:
    """Return how much a line looks like a heading next to others of the same strength."""
    below = lines[index + 1] if index + 1 < len(lines) else lines[index]
    return min(len(lines[index].text), 60) + 30 * (len(below.text) > len(lines[index].text))


_CUTS: Mapping[Cut, Callable[[Sequence[Line], Profile, Calendar], list[Opening]]] = MappingProxyType(
    {"timed": _timed, "signed": _signed, "headed": _headed}
)
