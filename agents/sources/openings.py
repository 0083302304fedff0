"""Where the posts of a page begin: times in front, signatures at the ends, or headings told by layout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from types import MappingProxyType

from agents.sources.headings import find_headings, next_text, open_end, sentence_below
from agents.sources.lines import (
    DATE,
    NOT_BODY,
    SIGNATURE,
    SIGNED_FROM,
    TEXT,
    Line,
)
from agents.sources.profiles import Cut, Headings, Profile, TimeForm
from agents.sources.recap import below_recap
from agents.sources.times import Calendar, Clock


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
    taken = {line for opening in openings for line in (opening.time, opening.heading)}
    above = {
        opening.index
        for opening in openings
        if opening.index - 1 not in taken and _heading_is_above(lines, opening, headings)
    }
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
    return above.label == TEXT and open_end(above.text, headings)


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
        if open_end(rest, headings):
            return Opening(index, index, rest, clock, index)
        return Opening(index, None, None, clock, index, rest)
    below = next_text(lines, index + 1)
    if below is not None and open_end(lines[below].text, headings) and _has_text(lines, below + 1):
        return Opening(index, below, lines[below].text, clock, index)
    return Opening(index, None, None, clock, index)


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
    headed = line.label == TEXT and open_end(line.text, profile.headings) and sentence_below(lines, start)
    return [*found, Opening(start, start, line.text) if headed else Opening(start)]


def _headed(lines: Sequence[Line], profile: Profile, _calendar: Calendar) -> list[Opening]:
    return [Opening(index, index, lines[index].text) for index in find_headings(lines, profile.headings)]


_CUTS: Mapping[Cut, Callable[[Sequence[Line], Profile, Calendar], list[Opening]]] = MappingProxyType(
    {"timed": _timed, "signed": _signed, "headed": _headed}
)
