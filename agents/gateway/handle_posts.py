"""POST /v1/posts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from agents.gateway.api import Accepted, AcceptedPost
from agents.gateway.http import Call, json_response
from agents.gateway.posts import MOST_MISTAKES, Reader, items_of
from agents.gateway.problems import Mistake, ProblemError, invalid, try_later
from agents.gateway.state import Gateway
from schemas.codec import encode
from schemas.ids import event_id
from schemas.posts import RawPost

BODIES_AT_ONCE = 8
"""So many bodies of the largest size are held at the same time."""
_BODY_SECONDS = 30.0
_YIELD_EVERY = 100
"""After so many posts others get their turn."""


async def send_posts(call: Call) -> web.Response:
    """Take posts in: all of them, or none when one has a mistake. Answers once Kafka has them."""
    async with read_body(call) as body:
        items = items_of(body, call.request.content_type)
        posts = await _posts_of(call.gateway, items)
    call.charge(len(posts) - 1)
    await call.gateway.writer.accept(posts)
    call.gateway.metrics.gateway_posts.labels("accepted").inc(len(posts))
    accepted = [
        AcceptedPost(
            post_id=post.post_id, revision=post.revision, event_id=event_id(post.post_id, post.revision)
        )
        for post in posts
    ]
    return json_response(encode(Accepted(accepted=len(posts), posts=accepted)), HTTPStatus.ACCEPTED)


async def _posts_of(gateway: Gateway, items: list[object]) -> list[RawPost]:
    reader = Reader(gateway.settings.body_limit, gateway.clock())
    posts: list[RawPost] = []
    mistakes: list[Mistake] = []
    for index, item in enumerate(items):
        found = reader.read(index, item)
        if isinstance(found, Mistake):
            mistakes.append(found)
        else:
            posts.append(found)
        if len(mistakes) == MOST_MISTAKES:
            break
        if index % _YIELD_EVERY == _YIELD_EVERY - 1:
            await asyncio.sleep(0)
    if mistakes:
        gateway.metrics.gateway_posts.labels("refused").inc(len(items))
        raise invalid("no post was accepted: mend those that have mistakes and send all again", mistakes)
    return posts


@asynccontextmanager
async def read_body(call: Call) -> AsyncIterator[bytes]:
    """Read the body of a request and count it among those held for as long as the context is open.

    Raises:
        ProblemError: it is too large, comes too slowly, or too many are held.

    """
    gateway = call.gateway
    limit = gateway.settings.gateway_body_limit
    size = min(call.request.content_length or limit, limit)
    if gateway.body_bytes + size > BODIES_AT_ONCE * limit:
        gateway.metrics.gateway_throttled.labels("bodies").inc()
        raise try_later(HTTPStatus.TOO_MANY_REQUESTS, "too many requests are being taken in", 1)
    gateway.body_bytes += size
    try:
        yield await _body(call.request, limit)
    finally:
        gateway.body_bytes -= size


async def _body(request: web.Request, limit: int) -> bytes:
    too_large = ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {limit} bytes at once")
    if (request.content_length or 0) > limit:
        raise too_large
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise ProblemError(
            HTTPStatus.REQUEST_TIMEOUT, f"the body did not come within {_BODY_SECONDS:g} seconds"
        ) from None
    except web.HTTPRequestEntityTooLarge:
        raise too_large from None
    except (web.RequestPayloadError, ValueError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the body cannot be read to its end") from error
