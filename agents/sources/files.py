"""Documents on disk to posts: the one module of the sources that opens files."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO

from agents.sources.errors import SourceError
from agents.sources.jsonl import MAX_LINE_BYTES, Defaults, Warn, read_jsonl
from agents.sources.pages import Page, read_page
from agents.sources.profiles import Profiles, load_profiles
from agents.sources.web.document import Document, FeedError, is_json_feed, is_markup, read_document
from schemas.posts import RawPost

MAX_PAGE_BYTES = 64 * 1024 * 1024
_JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
_HEAD_BYTES = 4096


def read_posts(
    path: Path,
    *,
    source: str | None = None,
    lane: str = "default",
    day: date | None = None,
    fetched_at: datetime | None = None,
    profiles: Profiles | None = None,
    warn: Warn | None = None,
) -> Iterator[RawPost]:
    """Yield the posts of a document: JSONL in the order of its lines, pages and feeds the oldest first.

    Args:
        path: the document; what it is shows from its suffix (.jsonl, .ndjson, .json) or how it begins.
        source: id of the outlet of a page, and of JSON lines that name none. Without it a page's outlet is
            recognised, and a page of an unknown outlet is its own source by its file name.
        lane: lane of posts that name none.
        day: date of a page, or of JSON lines, that give none.
        fetched_at: when the document was fetched, in UTC. Without it posts take their event_time, and
            ``pages.EPOCH`` where no date is known, so that a run is repeatable.
        profiles: outlet profiles; the bundled ones when left out.
        warn: called with a sentence once for each unknown field of JSON lines, and for each part of a page
            or feed that was left out.

    Raises:
        SourceError: the document cannot be read, or not any further; the good posts before have been yielded.

    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            stream.seek(0)
            opening = head.decode("utf-8", "replace")
            if is_markup(opening) or is_json_feed(opening):
                document = Document(_whole(path, stream), source, path.stem, lane=lane, fetched_at=fetched_at)
                yield from _web_posts(path, document, profiles or _bundled(), warn)
            elif _is_json(path, head):
                defaults = Defaults(str(path), source, lane, day, fetched_at, warn)
                yield from read_jsonl(_lines(stream), defaults)
            else:
                page = Page(path.name, path.stem or path.name, source, lane, day, fetched_at)
                yield from read_page(_page_text(path, stream), page, profiles or _bundled())
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror or error}") from error


def read_files(
    paths: Iterable[Path],
    *,
    source: str | None = None,
    lane: str = "default",
    day: date | None = None,
    fetched_at: datetime | None = None,
    profiles: Profiles | None = None,
    warn: Warn | None = None,
) -> Iterator[RawPost]:
    """Yield the posts of several documents, the oldest first by event_time.

    Each document keeps its own order; where times are equal, the document named first goes first. The
    arguments are those of ``read_posts``.

    Raises:
        SourceError: the first document that could not be read to its end, after all good posts.

    """
    faults: dict[int, SourceError] = {}
    streams = [
        _until_fault(
            read_posts(
                path, source=source, lane=lane, day=day, fetched_at=fetched_at, profiles=profiles, warn=warn
            ),
            partial(faults.__setitem__, number),
        )
        for number, path in enumerate(paths)
    ]
    yield from heapq.merge(*streams, key=lambda post: post.event_time)
    if faults:
        raise faults[min(faults)]


def _until_fault(posts: Iterator[RawPost], report: Callable[[SourceError], None]) -> Iterator[RawPost]:
    try:
        yield from posts
    except SourceError as fault:
        report(fault)


@cache
def _bundled() -> Profiles:
    return load_profiles()


def _is_json(path: Path, head: bytes) -> bool:
    return path.suffix.lower() in _JSON_SUFFIXES or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines, the part read of one that is too long included."""
    return iter(lambda: stream.readline(MAX_LINE_BYTES + 1), b"")


def _web_posts(path: Path, document: Document, profiles: Profiles, warn: Warn | None) -> Iterator[RawPost]:
    try:
        found = read_document(document, profiles)
    except FeedError as error:
        raise SourceError(str(path), str(error)) from error
    if warn:
        for fault in found.faults:
            warn(f"{path}: {fault}")
    yield from found.posts


def _page_text(path: Path, stream: BinaryIO) -> str:
    data = _whole(path, stream)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(str(path), "not UTF-8; convert the file to UTF-8", line) from error


def _whole(path: Path, stream: BinaryIO) -> bytes:
    data = stream.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise SourceError(str(path), f"page is larger than {MAX_PAGE_BYTES} bytes")
    return data
