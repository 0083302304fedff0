"""Ids of posts: the same post read twice has the same id, two posts never share one."""

import re
import unicodedata
from datetime import date, datetime

from schemas.ids import stable_hash

_WORD = re.compile(r"[^\W_]+")
_FIRST_WORDS = 20


def post_id(
    source: str,
    native_id: str | None,
    url: str | None,
    *,
    published: datetime | date | None,
    headline: str | None,
    body: str,
) -> str:
    """Return the id of a post: by its native id or address, else by when it was published and how it begins.

    With neither a time nor a headline the beginning says too little, for reports from a template begin alike:
    the whole text is taken.
    """
    if native_id:
        return stable_hash("post", source, "id", native_id)
    if url:
        return stable_hash("post", source, "url", url)
    words = _words(body)
    if published or headline:
        words = words[:_FIRST_WORDS]
    when = published.isoformat() if published else ""
    return stable_hash("post", source, "text", when, " ".join(_words(headline or "")), " ".join(words))


def told_apart(post_id: str, headline: str | None, body: str, nth: int) -> str:
    """Return an id for a post that would share another's, by all of its text and its place among equals."""
    return stable_hash("post", post_id, headline or "", body, str(nth))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
