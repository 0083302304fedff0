"""Live-blog pages, as text, to posts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from msgspec import structs

from agents.sources.errors import SourceError
from agents.sources.lines import Line, names_in, read_lines
from agents.sources.post_ids import post_id, told_apart
from agents.sources.profiles import GENERIC, Profile, Profiles
from agents.sources.segments import Segment, cut_page, page_date
from agents.sources.times import Stamp, days_of
from schemas.posts import Origin, RawPost

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""``event_time`` and ``fetched_at`` of posts of which nothing says when they were published or fetched."""
MAX_BODY_BYTES = 1024 * 1024
_STEP = timedelta(seconds=1)
_AUTHOR_LABELS = frozenset({"byline", "signature", "contributors"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is known about it beside its text.

    Attributes:
        document: name that goes to ``origin.document``.
        source: id of the outlet; None to take the recognised outlet, or ``fallback_source``.
        fallback_source: source of pages of unknown outlets.
        lane: lane of the posts.
        day: date of the page, where the page prints none.
        fetched_at: when the page was fetched; None when nobody knows.

    """

    document: str
    fallback_source: str
    source: str | None = None
    lane: str = "default"
    day: date | None = None
    fetched_at: datetime | None = None


def read_page(text: str, page: Page, profiles: Profiles) -> list[RawPost]:
    """Return the posts, summaries and notices of a page, the oldest first.

    A post without a printed time takes the page's date, and its place on the page keeps the order: its
    event_time is one second after that of the next older post, at the earliest midnight UTC of the date.
    Without a date it is ``fetched_at``, else the latest full date that the page's text names: a page that
    prints no date of its own still names the day it tells of. ``EPOCH`` stands where it names none.
    ``published_at`` is set only from a printed time whose date and zone are known.

    Raises:
        SourceError: a post is larger than ``MAX_BODY_BYTES``.

    """
    profile = profiles.by_id.get(page.source or "") or profiles.recognise(text)
    lines = read_lines(text, profile, profiles.calendar)
    segments = cut_page(lines, profile, profiles.calendar)
    if not segments:
        return []
    source = page.source or (page.fallback_source if profile.id == GENERIC else profile.id)
    dated = _dated(lines, segments, profile, profiles, page.day)
    drafts = [_draft(lines, segment, when, source, page) for segment, when in dated.in_order()]
    named = None if page.fetched_at else _latest_date(lines, profiles)
    timed = _with_event_times(drafts, page.fetched_at, named)
    return sorted(_with_own_ids(timed), key=lambda post: post.event_time)


def _latest_date(lines: Sequence[Line], profiles: Profiles) -> date | None:
    return max(filter(None, (profiles.calendar.find_date(line.text) for line in lines)), default=None)


@dataclass(frozen=True, slots=True)
class _When:
    published_at: datetime | None
    published_on: date | None


@dataclass(frozen=True, slots=True)
class _Dated:
    segments: Sequence[tuple[Segment, _When]]
    backwards: bool

    def in_order(self) -> Iterator[tuple[Segment, _When]]:
        """Yield the segments, the oldest first."""
        return iter(reversed(self.segments) if self.backwards else self.segments)


def _dated(
    lines: Sequence[Line], segments: Sequence[Segment], profile: Profile, profiles: Profiles, day: date | None
) -> _Dated:
    first_post = next((segment.first for segment in segments if segment.kind == "post"), segments[0].first)
    printed = page_date(lines, max(first_post, 1)) or profiles.calendar.find_date(lines[0].text)
    stamps = list(_stamps(lines, segments))
    days, backwards = days_of(stamps, printed or day)
    found = []
    for segment, stamp, on in zip(segments, stamps, days, strict=True):
        at = profiles.calendar.moment(on, stamp.clock, profile.zone) if on and stamp.clock else None
        found.append((segment, _When(at, None if at else on)))
    return _Dated(found, backwards)


def _stamps(lines: Sequence[Line], segments: Sequence[Segment]) -> Iterator[Stamp]:
    """Yield what is printed about the time of each segment; a first post without heading leads the page."""
    posts = [segment for segment in segments if segment.kind == "post"]
    titled = sum(segment.opening is not None and segment.opening.heading is not None for segment in posts)
    top = posts[0] if posts else None
    above: int | None = None
    for segment in segments:
        opening = segment.opening
        markers = (
            [line.day for line in lines[above + 1 : segment.first] if line.day] if above is not None else []
        )
        lead = segment is top and opening is not None and opening.heading is None and titled > 1
        yield Stamp(opening.clock if opening else None, markers[-1] if markers else None, lead)
        above = segment.last


def _draft(lines: Sequence[Line], segment: Segment, when: _When, source: str, page: Page) -> RawPost:
    headline = segment.opening.headline if segment.opening else None
    body = segment.body(lines)
    if not body:
        headline, body = None, headline or lines[segment.first].text
    first, last = lines[segment.first].number, lines[segment.last].number
    if len(body.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise SourceError(
            page.document, f"post is larger than {MAX_BODY_BYTES} bytes; cut the page", first, "body"
        )
    own = lines[segment.first : segment.last + 1]
    authors = [
        name for line in own if line.label in _AUTHOR_LABELS for name in names_in(line.text, line.label)
    ]
    return RawPost(
        post_id=post_id(
            source, None, None, published=when.published_at or when.published_on, headline=headline, body=body
        ),
        source=source,
        lane=page.lane,
        revision=0,
        headline=headline,
        body=body,
        authors=list(dict.fromkeys(authors)),
        published_at=when.published_at,
        published_on=when.published_on,
        fetched_at=page.fetched_at or EPOCH,
        event_time=EPOCH,
        origin=Origin(document=page.document, lines=(first, last)),
        kind=segment.kind,
    )


def _with_event_times(
    posts: Sequence[RawPost], fetched_at: datetime | None, named: date | None
) -> Iterator[RawPost]:
    """Yield posts in order with event times, and fetched_at from them where it is not known."""
    previous: datetime | None = None
    for post in posts:
        day = post.published_on or named
        moment = event_time(post.published_at, day, fetched_at)
        if post.published_at is None and day and previous is not None and previous >= moment:
            moment = previous + _STEP
        previous = moment
        yield structs.replace(post, event_time=moment, fetched_at=fetched_at or moment)


def event_time(
    published_at: datetime | None, published_on: date | None, fetched_at: datetime | None
) -> datetime:
    """Return the time, else midnight UTC of the date, else fetched_at, else ``EPOCH``."""
    if published_at is not None:
        return published_at
    return datetime.combine(published_on, time(), UTC) if published_on is not None else fetched_at or EPOCH


def _with_own_ids(posts: Iterator[RawPost]) -> Iterator[RawPost]:
    taken: set[str] = set()
    equal: Counter[tuple[str, str | None, str]] = Counter()
    for post in posts:
        own = post.post_id
        if own in taken:
            text = (own, post.headline, post.body)
            own = told_apart(*text, equal[text])
            equal[text] += 1
        taken.add(own)
        yield structs.replace(post, post_id=own)
