"""RSS 2.0, RSS 1.0 (RDF) and Atom, by feedparser; JSON Feed 1.1."""

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser
import orjson

from agents.sources.web.addresses import web_address
from agents.sources.web.dates import EARLIEST, day_of, moment_of
from agents.sources.web.html_text import text_of_html
from agents.sources.web.item import Item, Reading, item_of

JSON_FEED = "jsonfeed.org/version/"
"""Part of the ``version`` that every JSON Feed names."""


MAX_ENTRIES = 20_000
"""A feed of more is refused: reading one takes 0.2 ms of CPU, while other sources wait."""


class FeedError(ValueError):
    """A document that is no feed, or none that should be read."""


def read_feed(text: str, address: str | None) -> Reading:
    """Return the entries of a feed in XML.

    Raises:
        FeedError: it is no feed, declares XML entities, which no feed needs, or has too many entries.

    """
    if "<!ENTITY" in text:
        raise FeedError("declares XML entities, which are refused")
    count = text.count("<item") + text.count("<entry")
    if count > MAX_ENTRIES:
        raise FeedError(f"has {count} entries, more than {MAX_ENTRIES}")
    headers = {"content-type": "text/xml; charset=utf-8", "content-location": address or ""}
    parsed = feedparser.parse(text.encode(), response_headers=headers)
    if not parsed.get("version"):
        raise FeedError(f"is no feed: {parsed.get('bozo_exception') or 'no known root element'}")
    language = parsed.feed.get("language")
    found = [
        _entry(entry, language, address, is_rss=parsed.version.startswith("rss")) for entry in parsed.entries
    ]
    items = tuple(item for item in found if item is not None)
    broken = isinstance(parsed.get("bozo_exception"), Exception)
    faults = (f"feed is not well-formed: {parsed.bozo_exception}",) if broken else ()
    return Reading("feed", items, not broken, len(found) - len(items), faults)


def _entry(
    entry: Mapping[str, Any], language: str | None, address: str | None, *, is_rss: bool
) -> Item | None:
    published, updated = (_moment(_own(entry, name)) for name in ("published_parsed", "updated_parsed"))
    if is_rss and published is None:  # its dc:date, which feedparser calls updated, is when it was published
        published, updated = updated, None
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    link = web_address(entry.get("link"), address)
    return item_of(
        text_of_html(entry.get("title") or "").replace("\n", " "),
        text_of_html(max([entry.get("summary") or "", *contents], key=len)),
        native_id=entry.get("id") or link,
        url=link,
        authors=tuple(dict.fromkeys(one["name"] for one in entry.get("authors", ()) if one.get("name"))),
        language=(entry.get("language") or language or None),
        published_at=published,
        updated_at=updated,
    )


def _own(entry: Mapping[str, Any], name: str) -> struct_time | None:
    """Return a value of the entry itself: feedparser answers for a missing date with another one."""
    return entry[name] if dict.__contains__(entry, name) else None


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if moment >= EARLIEST else None


def read_json_feed(text: str, address: str | None) -> Reading:
    """Return the items of a JSON Feed.

    Raises:
        FeedError: it is no JSON Feed.

    """
    try:
        feed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FeedError(f"is not JSON: {error}") from error
    if not isinstance(feed, dict) or JSON_FEED not in str(feed.get("version")):
        raise FeedError("is JSON, but no JSON Feed: its version does not name one")
    entries = feed.get("items")
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    found = [_json_item(entry, feed, address) for entry in listed]
    items = tuple(item for item in found if item is not None)
    return Reading("json_feed", items, isinstance(entries, list), len(found) - len(items))


def _json_item(entry: dict[str, Any], feed: dict[str, Any], address: str | None) -> Item | None:
    link = web_address(_string(entry.get("url")), address)
    native = entry.get("id")
    published = entry.get("date_published")
    authors = entry.get("authors") or feed.get("authors") or []
    return item_of(
        _string(entry.get("title")),
        _string(entry.get("content_text"))
        or text_of_html(_string(entry.get("content_html")) or _string(entry.get("summary"))),
        native_id=str(native) if native not in (None, "") else link,
        url=link,
        authors=tuple(filter(None, (_string(one.get("name")) for one in authors if isinstance(one, dict)))),
        language=_string(entry.get("language")) or _string(feed.get("language")) or None,
        published_at=moment_of(published),
        published_on=day_of(published),
        updated_at=moment_of(entry.get("date_modified")),
    )


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
