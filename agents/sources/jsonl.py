"""Posts written as JSON, one a line."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec
import orjson

from agents.sources.errors import SourceError
from agents.sources.pages import MAX_BODY_BYTES, event_time
from agents.sources.post_ids import post_id, told_apart
from schemas.base import Count, Id, UtcTime
from schemas.codec import DecodeError, from_plain, in_utc
from schemas.posts import Origin, PostKind, RawPost

MAX_LINE_BYTES = 16 * MAX_BODY_BYTES
"""No line of JSON that holds a post of the largest size is longer."""
_TIMES = ("published_at", "updated_at", "fetched_at", "event_time")

Warn = Callable[[str], None]


class PostLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is accepted: a RawPost of which only source and body must be there."""

    source: Id
    body: str
    post_id: Id | None = None
    lane: Id | None = None
    native_id: str | None = None
    revision: Count | None = None
    url: str | None = None
    headline: str | None = None
    authors: list[str] = []
    language: str | None = None
    published_at: UtcTime | None = None
    published_on: date | None = None
    updated_at: UtcTime | None = None
    fetched_at: UtcTime | None = None
    event_time: UtcTime | None = None
    origin: Origin | None = None
    kind: PostKind = "post"


_FIELDS = PostLine.__struct_fields__
_KNOWN = frozenset(_FIELDS)


@dataclass(slots=True)
class Sightings:
    """What a file has said of each post so far: the latest revision and text by post_id."""

    latest: dict[str, tuple[int, str]] = field(default_factory=dict)

    def revision(self, post_id: str, text: str, given: int | None) -> int:
        """Return the revision of a post, one up when its text is another than last time, and remember it."""
        number, last = self.latest.get(post_id, (0, text))
        if given is not None:
            number = given
        elif text != last:
            number += 1
        self.latest[post_id] = (number, text)
        return number

    def own_id(self, post_id: str, headline: str | None, body: str) -> str:
        """Return an id under which no other text of the file stands."""
        text = f"{headline or ''}\n{body}"
        known = self.latest.get(post_id)
        return post_id if known is None or known[1] == text else told_apart(post_id, headline, body, 0)


class _NoSightings(Sightings):
    """Of a post that comes by itself: nothing is known of other posts, and nothing is remembered."""

    def revision(self, post_id: str, text: str, given: int | None) -> int:
        """Return the revision as it is given, 0 when it is not."""
        return given or 0

    def own_id(self, post_id: str, headline: str | None, body: str) -> str:
        """Return an id that rests on all of the text."""
        return told_apart(post_id, headline, body, 0)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What fills the fields that a line leaves out.

    Attributes:
        file: name for error messages.
        source: None when every line must name its own.
        lane: lane of posts without one.
        day: date of posts without any time.
        fetched_at: when the file was fetched; None to take each post's event_time.
        warn: called once for each unknown field with a sentence about it.

    """

    file: str
    source: str | None = None
    lane: str = "default"
    day: date | None = None
    fetched_at: datetime | None = None
    warn: Warn | None = None


def read_jsonl(lines: Iterable[bytes], defaults: Defaults) -> Iterator[RawPost]:
    """Yield the post of each line that is not empty, in the order given.

    A line without native_id and url is a post of its own, unless its text has been there before.

    Raises:
        SourceError: a line is not a post; those before it have been yielded.

    """
    sightings = Sightings()
    unknown: set[str] = set()
    for number, raw in enumerate(lines, 1):
        if len(raw) > MAX_LINE_BYTES:
            raise SourceError(defaults.file, f"line is longer than {MAX_LINE_BYTES} bytes", number)
        bare = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if not bare:
            continue
        plain = _object(bare, defaults.file, number)
        for name in sorted(set(plain) - _KNOWN - unknown):
            unknown.add(name)
            if defaults.warn:
                defaults.warn(
                    f"{defaults.file}:{number}: unknown field {name!r} is ignored, here and in later lines"
                )
        yield _post(_checked(plain, defaults, number), defaults, sightings)


def read_post(plain: dict[str, object], defaults: Defaults) -> RawPost:
    """Return a post that comes by itself, not among the lines of a file: the same object, the same post.

    Its revision is 0 unless it is given. Without post_id, native_id and url all of its text makes its id, so
    that no other post can be taken for it.

    Raises:
        SourceError: a field is unknown, missing or wrong; line is None.

    """
    for name in sorted(set(plain) - _KNOWN):
        raise SourceError(defaults.file, f"is no field of a post; known are {', '.join(_FIELDS)}", None, name)
    line = _checked(plain, defaults, None)
    if line.revision and not (line.post_id or line.native_id or line.url):
        raise SourceError(
            defaults.file, "needs post_id, native_id or url, by which the post is known", None, "revision"
        )
    return _post(line, defaults, _NoSightings())


def _object(raw: bytes, file: str, number: int) -> dict[str, object]:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            file, f"not UTF-8 at byte {error.start + 1}; convert the file to UTF-8", number
        ) from error
    try:
        plain = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise SourceError(file, f"not JSON: {error}", number) from error
    if not isinstance(plain, dict):
        raise SourceError(
            file, f"a JSON object is needed, one post a line; found {type(plain).__name__}", number
        )
    return plain


def _checked(plain: dict[str, object], defaults: Defaults, number: int | None) -> PostLine:
    if plain.get("source") is None and defaults.source is not None:
        plain = {**plain, "source": defaults.source}
    for name in ("source", "body"):
        if name not in plain:
            raise SourceError(defaults.file, "is missing; every post needs source and body", number, name)
    for name in _TIMES:
        _check_offset(plain.get(name), defaults.file, number, name)
    try:
        line = from_plain(plain, PostLine)
    except DecodeError as error:
        raise SourceError(defaults.file, str(error), number, error.field) from error
    if not line.body.strip():
        raise SourceError(defaults.file, "is empty; a post needs text", number, "body")
    if len(line.body.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise SourceError(
            defaults.file, f"is larger than {MAX_BODY_BYTES} bytes; cut the post", number, "body"
        )
    return line


def _check_offset(value: object, file: str, number: int | None, name: str) -> None:
    """Refuse a time without offset, or outside the years 1 to 9999 in UTC, by a sentence of its own.

    Other mistakes are the decoder's to name.
    """
    if not isinstance(value, str):
        return
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        return
    if moment.tzinfo is None:
        raise SourceError(
            file, f"{value} has no offset from UTC; write 2030-01-31T09:30:00+00:00", number, name
        )
    try:
        in_utc(moment)
    except OverflowError as error:
        raise SourceError(file, f"{value} is outside the years 1 to 9999 in UTC", number, name) from error


def _utc(moment: datetime | None) -> datetime | None:
    return in_utc(moment) if moment else None


def _post(line: PostLine, defaults: Defaults, sightings: Sightings) -> RawPost:
    headline = (line.headline or "").strip() or None
    published_at = _utc(line.published_at)
    published_on = line.published_on or (None if published_at else defaults.day)
    own = line.post_id or post_id(
        line.source,
        line.native_id,
        line.url,
        published=published_at or published_on,
        headline=headline,
        body=line.body,
    )
    if not (line.post_id or line.native_id or line.url or line.revision):
        own = sightings.own_id(own, headline, line.body)
    fetched_at = _utc(line.fetched_at) or defaults.fetched_at
    moment = _utc(line.event_time) or event_time(published_at, published_on, fetched_at)
    return RawPost(
        post_id=own,
        source=line.source,
        lane=line.lane or defaults.lane,
        native_id=line.native_id,
        revision=sightings.revision(own, f"{headline or ''}\n{line.body}", line.revision),
        url=line.url,
        headline=headline,
        body=line.body,
        authors=line.authors,
        language=line.language,
        published_at=published_at,
        published_on=published_on,
        updated_at=_utc(line.updated_at),
        fetched_at=fetched_at or moment,
        event_time=moment,
        origin=line.origin,
        kind=line.kind,
    )
