"""Posts that are sent: from the body of a request to raw posts, every mistake with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import orjson

from agents.gateway.problems import Mistake, ProblemError, bad_request
from agents.sources.errors import SourceError
from agents.sources.jsonl import Defaults, read_post
from schemas.codec import encode
from schemas.posts import RawPost
from schemas.topics import RAW_MESSAGE_BYTES

JSON_TYPE = "application/json"
LINES_TYPES = frozenset({"application/x-ndjson", "application/jsonl"})
MOST_POSTS = 10_000
"""Posts that one request may hold."""
MOST_MISTAKES = 100
"""Mistakes that are named; the rest is found once these are mended."""
_HEADER_BYTES = 16 * 1024
"""Room that a message needs beside the post."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns items of a request into posts.

    Attributes:
        body_limit: most bytes of a post's body, in UTF-8.
        now: when the request came: ``fetched_at`` of posts that do not give it.

    """

    body_limit: int
    now: datetime

    def read(self, index: int, item: object) -> RawPost | Mistake:
        """Return the post of an item, or what is wrong with it."""
        if not isinstance(item, dict):
            return Mistake(index=index, message="a JSON object is needed")
        try:
            post = read_post(item, Defaults("post", fetched_at=self.now))
        except SourceError as error:
            return Mistake(index=index, field=error.field, message=error.message)
        if len(post.body.encode()) > self.body_limit:
            return Mistake(index=index, field="body", message=f"is larger than {self.body_limit} bytes")
        if len(encode(post)) > RAW_MESSAGE_BYTES - _HEADER_BYTES:
            return Mistake(index=index, message=f"is larger than {RAW_MESSAGE_BYTES - _HEADER_BYTES} bytes")
        return post


def items_of(body: bytes, content_type: str) -> list[object]:
    """Return the items of a body: one JSON object, an array of them, or one a line.

    Raises:
        ProblemError: the body is not of its type, is empty or holds too many items.

    """
    if content_type == JSON_TYPE:
        items = _json(body)
    elif content_type in LINES_TYPES:
        items = list(_lines(body))
    else:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"send {JSON_TYPE} or {' or '.join(sorted(LINES_TYPES))}, not {content_type[:100]!r}",
        )
    if not items:
        raise bad_request("there is no post in the request")
    if len(items) > MOST_POSTS:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{len(items)} posts; send at most {MOST_POSTS} at once"
        )
    return items


def _json(body: bytes) -> list[object]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"the body is not JSON: {error}") from error
    return content if isinstance(content, list) else [content]


def _lines(body: bytes) -> Iterator[object]:
    for number, line in enumerate(filter(bytes.strip, body.split(b"\n"))):
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError as error:
            mistake = Mistake(index=number, message=f"is not JSON: {error}")
            raise bad_request("a line of the body is not JSON", [mistake]) from error
