"""OPML subscription lists."""

from dataclasses import dataclass

import listparser


class OpmlError(ValueError):
    """A document that is no subscription list."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list: its address, title and the folders it lies in."""

    url: str
    title: str
    folders: tuple[str, ...]


def read_opml(text: str) -> list[Subscription]:
    """Return the feeds of an OPML document, each address once, in the order of the document.

    Raises:
        OpmlError: it is no OPML, names no feed, or declares XML entities.

    """
    if "<!ENTITY" in text:
        raise OpmlError("declares XML entities, which are refused")
    parsed = listparser.parse(text)
    if parsed.bozo or not parsed.feeds:
        raise OpmlError(f"names no feeds: {parsed.bozo_exception or 'no outline with an xmlUrl'}")
    found: dict[str, Subscription] = {}
    for feed in parsed.feeds:
        folders = tuple(dict.fromkeys(name for path in feed.categories for name in path))
        found.setdefault(feed.url, Subscription(feed.url, feed.title or feed.url, folders))
    return list(found.values())
