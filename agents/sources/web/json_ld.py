"""schema.org in a page: LiveBlogPosting with its updates, else a news article (JSON-LD).

The vocabulary is that of schema.org/LiveBlogPosting: ``liveBlogUpdate`` holds BlogPosting objects with
``@id`` or ``url``, ``headline``, ``articleBody``, ``datePublished`` and ``dateModified``.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from agents.sources.web.addresses import web_address
from agents.sources.web.dates import day_of, moment_of
from agents.sources.web.html_text import text_of_html
from agents.sources.web.item import Item, Reading, item_of

_ARTICLES = frozenset(
    {"Article", "BlogPosting", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle"}
)
_MAX_DEPTH = 20


def read_json_ld(page: LexborHTMLParser, address: str | None) -> Reading | None:
    """Return the live blog or the article that a page describes as JSON-LD; None where it describes neither.

    An article without ``articleBody`` is None too: its text stands in the page alone.
    """
    faults: list[str] = []
    things = [thing for script in _scripts(page, faults) for thing in _things(script)]
    blogs = [thing for thing in things if "LiveBlogPosting" in _types(thing)]
    if blogs:
        updates = [update for blog in blogs for update in _updates(blog)]
        shared = _shared_ids(updates)
        found = [_item(update, address, blogs[0], shared) for update in updates]
        items = tuple(item for item in found if item is not None)
        return Reading("live_blog", items, not faults, len(found) - len(items), tuple(faults))
    articles = [thing for thing in things if _types(thing) & _ARTICLES and thing.get("articleBody")]
    items = tuple(filter(None, (_item(thing, address, thing, frozenset()) for thing in articles[:1])))
    return Reading("article", items, not faults, 0, tuple(faults)) if items else None


def _scripts(page: LexborHTMLParser, faults: list[str]) -> Iterator[Any]:
    for number, node in enumerate(page.css('script[type="application/ld+json"]'), 1):
        text = (node.text() or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        try:
            yield _load(text)
        except ValueError as error:
            faults.append(f"JSON-LD script {number} is not JSON: {error}")


def _load(text: str) -> Any:
    """Read JSON; line breaks inside strings, which many pages have, are let through."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, strict=False)


def _things(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects at the top and in graphs."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for one in node:
            yield from _things(one, depth + 1)
    elif isinstance(node, dict):
        yield node
        yield from _things(node.get("@graph"), depth + 1)
        yield from _things(node.get("mainEntity"), depth + 1)


def _types(thing: dict[str, Any]) -> frozenset[str]:
    kind = thing.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    return frozenset(str(name).rpartition("/")[2].rpartition(":")[2] for name in names if name)


def _updates(blog: dict[str, Any]) -> list[dict[str, Any]]:
    updates = blog.get("liveBlogUpdate")
    listed = updates if isinstance(updates, list) else [updates]
    return [update for update in listed if isinstance(update, dict)]


def _shared_ids(updates: list[dict[str, Any]]) -> frozenset[str]:
    """Return the ids that several updates bear, such as the page's: they name none of them."""
    counts = Counter(_text(update.get("@id")) for update in updates)
    return frozenset(own for own, count in counts.items() if count > 1)


def _item(
    thing: dict[str, Any], address: str | None, whole: dict[str, Any], shared: frozenset[str]
) -> Item | None:
    own = _text(thing.get("@id")) or None
    own = None if own in shared else own
    place = _text(thing.get("url")) or own
    url = None if place is None or _is_bare_id(place) else web_address(place, address)
    published = thing.get("datePublished")
    return item_of(
        text_of_html(_first(thing, "headline", "name")).replace("\n", " "),
        text_of_html(_first(thing, "articleBody", "text", "description")),
        native_id=own or url,
        url=url,
        authors=tuple(dict.fromkeys(_names(thing.get("author")))),
        language=_text(thing.get("inLanguage")) or _text(whole.get("inLanguage")) or None,
        published_at=moment_of(published),
        published_on=day_of(published),
        updated_at=moment_of(thing.get("dateModified")),
    )


def _is_bare_id(given: str) -> bool:
    """Tell whether a value of ``@id`` is no address, not even a relative one."""
    return ":" not in given and "/" not in given and not given.startswith(("#", "?"))


def _first(thing: dict[str, Any], *fields: str) -> str:
    return next(filter(None, (_text(thing.get(field)) for field in fields)), "")


def _text(value: Any) -> str:
    """Return a text, also of a language-tagged or listed value; anything else is empty."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = _text(one.get("name")) if isinstance(one, dict) else _text(one)
        if name:
            yield name
