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
from schemas.posts import RawPost

MAX_PAGE_BYTES = 64 * 1024 * 1024
_JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<rss", b"<feed", b"<head", b"<body")
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
    """Yield the posts of a document: JSONL in the order of its lines, a live-blog page as text oldest first.

    Args:
        path: the document; what it is shows from its suffix (.jsonl, .ndjson, .json) or its first character.
        source: id of the outlet of a page, and of JSON lines that name none. Without it a page's outlet is
            recognised, and a page of an unknown outlet is its own source by its file name.
        lane: lane of posts that name none.
        day: date of a page, or of JSON lines, that give none.
        fetched_at: when the document was fetched, in UTC. Without it posts take their event_time, and
            ``pages.EPOCH`` where no date is known, so that a run is repeatable.
        profiles: outlet profiles; the bundled ones when left out.
        warn: called with a sentence once for each unknown field of JSON lines.

    Raises:
        SourceError: the document cannot be read, or not any further; the good posts before have been yielded.

    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            stream.seek(0)
            if _is_json(path, head):
                defaults = Defaults(str(path), source, lane, day, fetched_at, warn)
                yield from read_jsonl(_lines(stream), defaults)
            else:
                page = Page(path.name, path.stem or path.name, source, lane, day, fetched_at)
                yield from read_page(_page_text(path, stream, head), page, profiles or _bundled())
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


def _page_text(path: Path, stream: BinaryIO, head: bytes) -> str:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower().startswith(_MARKUP):
        raise SourceError(
            str(path), "is HTML or XML, which is not read; save the page as plain text or give JSON lines", 1
        )
    data = stream.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise SourceError(str(path), f"page is larger than {MAX_PAGE_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(str(path), "not UTF-8; convert the file to UTF-8", line) from error
