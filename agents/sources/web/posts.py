"""Items of a document as posts of a source."""

from collections.abc import Sequence
from datetime import datetime

from agents.sources.pages import EPOCH, MAX_BODY_BYTES, event_time
from agents.sources.post_ids import post_id, told_apart
from agents.sources.web.item import Item
from schemas.posts import RawPost

MAX_ITEMS = 5_000
"""A document gives so many posts at most, its newest: the rest is history."""


def posts_of(
    items: Sequence[Item], source: str, lane: str, fetched_at: datetime | None
) -> tuple[list[RawPost], tuple[str, ...]]:
    """Return the posts, the oldest first, and a sentence for each thing that was left out.

    An item that stands twice is one post; two texts under one id, as broken feeds have, are two.
    """
    faults: list[str] = []
    known: dict[str, RawPost] = {}
    for item in _oldest_first(items):
        if len(item.body.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
            faults.append(f"post {item.native_id!r} is larger than {MAX_BODY_BYTES} bytes and is left out")
            continue
        post = _post(item, source, lane, fetched_at)
        if post.post_id in known and _text(known[post.post_id]) != _text(post):
            post = _post(item, source, lane, fetched_at, apart=True)
        known.setdefault(post.post_id, post)
    posts = sorted(known.values(), key=lambda post: post.event_time)
    if len(posts) > MAX_ITEMS:
        faults.append(f"{len(posts) - MAX_ITEMS} of {len(posts)} posts are left out, the oldest ones")
    return posts[-MAX_ITEMS:], tuple(faults)


def _oldest_first(items: Sequence[Item]) -> Sequence[Item]:
    """Return the items in the order of time; documents without times are taken to print the newest first."""
    times = [item.published_at for item in items if item.published_at is not None]
    return items if times and times[0] < times[-1] else items[::-1]


def _text(post: RawPost) -> tuple[str | None, str]:
    return post.headline, post.body


def _post(item: Item, source: str, lane: str, fetched_at: datetime | None, *, apart: bool = False) -> RawPost:
    published = item.published_at or item.published_on
    own = post_id(
        source, item.native_id, item.url, published=published, headline=item.headline, body=item.body
    )
    moment = event_time(item.published_at, item.published_on, fetched_at)
    return RawPost(
        post_id=told_apart(own, item.headline, item.body, 0) if apart else own,
        source=source,
        lane=lane,
        native_id=item.native_id,
        revision=0,
        url=item.url,
        headline=item.headline,
        body=item.body,
        authors=list(item.authors),
        language=item.language,
        published_at=item.published_at,
        published_on=item.published_on,
        updated_at=item.updated_at,
        fetched_at=fetched_at or (EPOCH if published is None else moment),
        event_time=moment,
        kind="post",
    )
