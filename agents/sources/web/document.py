"""A document of the web to the posts of a source, whatever form it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Headers

from msgspec import structs
from selectolax.lexbor import LexborHTMLParser

from agents.sources.pages import Page, read_page
from agents.sources.profiles import Profiles
from agents.sources.web.decode import decode_text
from agents.sources.web.feeds import JSON_FEED, FeedError, read_feed, read_json_feed
from agents.sources.web.html_text import text_of_html
from agents.sources.web.item import Form, Reading
from agents.sources.web.json_ld import read_json_ld
from agents.sources.web.posts import posts_of
from agents.sources.web.telegram import is_telegram, read_telegram
from schemas.posts import RawPost

_XML = ("<?xml", "<rss", "<feed", "<rdf:rdf")
_HTML = ("<!doctype html", "<html", "<head", "<body")
_HEAD_CHARS = 4096


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes of a document and what is known about them.

    Attributes:
        data: the document, decompressed.
        source: id of the outlet or channel; None to take the outlet that the page shows, or ``name``.
        name: what a page cut into posts is called in ``origin.document``; source of an unknown outlet.
        address: where it was fetched; None for a file.
        content_type: Content-Type of the transport; None for a file.
        lane: lane of the posts.
        fetched_at: when it was fetched; None when nobody knows.

    """

    data: bytes
    source: str | None
    name: str
    address: str | None = None
    content_type: str | None = None
    lane: str = "default"
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts of a document, the oldest first; the other fields are those of ``Reading``."""

    form: Form
    posts: Sequence[RawPost]
    whole: bool = True
    textless: int = 0
    faults: tuple[str, ...] = ()


def is_markup(head: str) -> bool:
    """Tell from the beginning of a document whether it is HTML or XML."""
    return head.lstrip("\ufeff \t\r\n").lower().startswith((*_XML, *_HTML, "<!--", "<!doctype"))


def is_json_feed(head: str) -> bool:
    """Tell from the beginning of a document whether it is a JSON Feed."""
    return head.lstrip("\ufeff \t\r\n").startswith("{") and JSON_FEED in head.replace("\\/", "/")


def read_document(document: Document, profiles: Profiles) -> Posts:
    """Read a document: JSON-LD of a live blog or an article, a feed, a Telegram preview, else a page of text.

    Raises:
        FeedError: it looks like a feed and cannot be read as one.
        SourceError: a post of a page is larger than ``pages.MAX_BODY_BYTES``.

    """
    text = decode_text(document.data, _charset(document.content_type)).lstrip("\ufeff \t\r\n")
    head = text[:_HEAD_CHARS]
    if is_json_feed(head):
        return _posts(read_json_feed(text, document.address), document)
    if _is_feed(head):
        return _posts(read_feed(text, document.address), document)
    if not is_markup(head):
        return Posts("page", _page_posts(text, document, profiles))
    html = LexborHTMLParser(text)
    if is_telegram(html):
        return _posts(read_telegram(html), document)
    reading = read_json_ld(html, document.address)
    if reading is not None and (reading.items or reading.form == "live_blog"):
        return _posts(reading, document)
    return Posts("page", _page_posts(_readable(text), document, profiles))


def _readable(html: str) -> str:
    """Return the main text of a page that says nothing of its structure, else all of its text."""
    from trafilatura import extract  # noqa: PLC0415 - half a second to import, and few documents need it

    return extract(html, include_comments=False, favor_recall=True) or text_of_html(html)


def _charset(content_type: str | None) -> str | None:
    headers = Headers()
    headers["content-type"] = content_type or ""
    return headers.get_content_charset()


def _is_feed(head: str) -> bool:
    lowered = head.lower()
    if not lowered.startswith((*_XML, "<!--", "<!doctype")):
        return False
    return any(root in lowered for root in ("<rss", "<feed", "<rdf:rdf")) or "<!entity" in lowered


def _posts(reading: Reading, document: Document) -> Posts:
    source = document.source or document.name
    posts, dropped = posts_of(reading.items, source, document.lane, document.fetched_at)
    return Posts(
        form=reading.form,
        posts=posts,
        whole=reading.whole and not dropped,
        textless=reading.textless,
        faults=(*reading.faults, *dropped),
    )


def _page_posts(text: str, document: Document, profiles: Profiles) -> list[RawPost]:
    page = Page(document.name, document.name, document.source, document.lane, fetched_at=document.fetched_at)
    posts = read_page(text, page, profiles)
    if document.address is None:
        return posts
    return [structs.replace(post, url=post.url or document.address) for post in posts]


__all__ = ["Document", "FeedError", "Posts", "is_json_feed", "is_markup", "read_document"]
