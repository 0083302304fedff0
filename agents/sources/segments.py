"""A page cut into its posts, its summary and its notices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agents.sources.lines import DATE, ENDS_POST, MEDIA, NOT_BODY, TEXT, Line, ends_sentence
from agents.sources.openings import Opening, find_openings
from agents.sources.profiles import Profile
from agents.sources.times import Calendar
from schemas.posts import PostKind

_TRIMMED = frozenset({"furniture", "notice", "start", "stop", "title", DATE})
"""Lines of the page that are no part of the post that they stand below."""
_CLOSES_SUMMARY = _TRIMMED | {"correction"}
_STOP_SHARE = 0.25
"""'Related articles' ends the posts when no more than this share of the page's text stands below."""
_SUBTITLE_CHARS = 200
_HEADER_CHARS = 600


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of lines that belong together.

    Attributes:
        kind: what becomes of it.
        first: its first line, as an index into the lines of the page; ``last`` is included.
        opening: heading and time, for a post.

    """

    kind: PostKind
    first: int
    last: int
    opening: Opening | None = None

    def body(self, lines: Sequence[Line]) -> str:
        """Return the running text: no heading, time, signature, credit or link."""
        opening = self.opening
        heading = opening.heading if opening else None
        kept: list[str] = []
        for index in _body_indexes(lines, self.first, self.last):
            text = lines[index].text
            if opening and index == opening.time:
                text = opening.body or ""
            elif index == heading:
                continue
            if text:
                kept.append(text)
        return "\n".join(kept)


def cut_page(lines: Sequence[Line], profile: Profile, calendar: Calendar) -> list[Segment]:
    """Return the segments of a page in its order. Titles and furniture are in none of them."""
    content = lines[: _end_of_posts(lines)]
    if not content:
        return []
    openings = find_openings(content, profile, calendar)
    if not openings:
        return _whole(content)
    ends = [opening.index for opening in openings[1:]] + [len(content)]
    segments = list(_preamble(content, openings[0].index, profile))
    for opening, end in zip(openings, ends, strict=True):
        segments += _post(content, opening, end, final=end == len(content))
    return segments


def page_date(lines: Sequence[Line], first: int) -> date | None:
    """Return the date that a page prints above its first post, on a line of its own or in its title."""
    return next((line.day for line in lines[:first] if line.day), None)


def _end_of_posts(lines: Sequence[Line]) -> int:
    """Return the index from which only furniture stands, the number of lines when there is none."""
    total = sum(len(line.text) for line in lines)
    below = total
    for index, line in enumerate(lines):
        if line.label == "stop" and below <= total * _STOP_SHARE:
            return index
        below -= len(line.text)
    return len(lines)


def _post(lines: Sequence[Line], opening: Opening, end: int, *, final: bool) -> Iterator[Segment]:
    """Yield the post between an opening and the next, and the notices below its text."""
    last = end - 1
    if final:
        last = _before_tail(lines, opening.index, last)
    while last > opening.index and lines[last].label in _TRIMMED:
        last -= 1
    named = opening.heading is not None or opening.clock is not None
    if named or any(
        lines[index].label not in NOT_BODY and ends_sentence(lines[index].text)
        for index in range(opening.index, last + 1)
    ):
        yield Segment("post", opening.index, last, opening)
    yield from (
        Segment("notice", index, index) for index in range(last + 1, end) if lines[index].label == "notice"
    )


def _before_tail(lines: Sequence[Line], first: int, last: int) -> int:
    """Return the last line of the last post: lines below furniture that hold no sentence are furniture."""
    tail = last
    for index in range(last, first, -1):
        line = lines[index]
        if line.label in _TRIMMED:
            tail = index - 1
        elif line.label != TEXT or ends_sentence(line.text):
            break
    return tail


def _preamble(lines: Sequence[Line], end: int, profile: Profile) -> Iterator[Segment]:
    """Yield the summary, the notices and the lead above the first post."""
    index = _below_header(lines, end)
    while index < end:
        label = lines[index].label
        last = index
        if label == "summary":
            last = _run(lines, index + 1, end, _CLOSES_SUMMARY)
            if last > index:
                yield Segment("summary", index, last, Opening(index, index, lines[index].text))
        elif label in {"notice", "correction"}:
            if label == "correction" and not ends_sentence(lines[index].text):
                last = min(index + 1, end - 1)
            yield Segment("notice", index, last)
        elif label not in NOT_BODY:
            last = _run(lines, index + 1, end, _CLOSES_SUMMARY | {"summary"})
            yield from _lead(lines, index, last, profile.lead)
        index = last + 1


def _below_header(lines: Sequence[Line], end: int) -> int:
    """Return the first line below the title, its repeats and what stands above the date of the page."""
    title = next((index for index in range(end) if lines[index].label == TEXT), None)
    dated = next((index for index in range(end) if lines[index].label == DATE), None)
    if title is None:
        return 0
    if (
        dated is not None
        and dated > title
        and sum(len(line.text) for line in lines[title + 1 : dated]) <= _HEADER_CHARS
    ):
        return dated + 1
    below = title + 1
    while below < end and lines[below].text == lines[title].text:
        below += 1
    titled = not ends_sentence(lines[title].text) or lines[title].text.endswith("?")
    return below if titled else title


def _lead(lines: Sequence[Line], first: int, last: int, kind: PostKind) -> Iterator[Segment]:
    """Yield the lead where it is more than a subtitle or the caption of a picture."""
    while last > first and lines[last].label in _TRIMMED:
        last -= 1
    texts = [lines[index].text for index in _body_indexes(lines, first, last)]
    sentences = [text for text in texts if ends_sentence(text)]
    if sentences and (len(sentences) > 1 or len(sentences[0]) > _SUBTITLE_CHARS):
        yield Segment(kind, first, last)


def _run(lines: Sequence[Line], start: int, end: int, closing: frozenset[str]) -> int:
    """Return the last line before the first with a closing label, or before the end."""
    return next((index for index in range(start, end) if lines[index].label in closing), end) - 1


def _whole(lines: Sequence[Line]) -> list[Segment]:
    """Return the page as one post, its title the headline."""
    texts = [index for index, line in enumerate(lines) if line.label not in NOT_BODY]
    if not texts:
        return []
    first, last = texts[0], texts[-1]
    while last + 1 < len(lines) and lines[last + 1].label in ENDS_POST:
        last += 1
    headed = (
        len(texts) > 1 and not ends_sentence(lines[first].text) and len(lines[first].text) <= _SUBTITLE_CHARS
    )
    opening = Opening(first, first, lines[first].text) if headed else Opening(first)
    return [Segment("post", first, last, opening)]


def _body_indexes(lines: Sequence[Line], first: int, last: int) -> list[int]:
    """Return the lines of running text; what stands above a player is its title, blurb and transcript."""
    player = next((index for index in range(first, last + 1) if lines[index].label == "player"), None)
    above = set()
    if player is not None and not any(lines[index].label in MEDIA for index in range(first, player)):
        above = _title_of_player(lines, first, player)
    return [
        index for index in range(first, last + 1) if lines[index].label not in NOT_BODY and index not in above
    ]


def _title_of_player(lines: Sequence[Line], first: int, player: int) -> set[int]:
    """Return the lines between a heading and a player, where the first of them is a title itself."""
    if player - first < 2 or ends_sentence(lines[first + 1].text):
        return set()
    return set(range(first + 1, player))
