"""Producing raw posts, as fast as the brokers take them or at a given rate."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from agents.wiring.connection import Cluster
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from schemas.posts import RawPost

_CHUNK = 500


async def replay(
    cluster: Cluster,
    posts: Iterable[RawPost],
    *,
    rate: float | None = None,
    speed: float | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Publish posts to posts.raw, in order, and return how many.

    Args:
        cluster: where to.
        posts: taken as they are needed.
        rate: posts a second; None: no limit.
        speed: so many times as fast as event time went by; None: no limit.
        on_progress: called with the number of posts delivered so far.

    Raises:
        MessageTooLargeError: a post is larger than the topic takes.

    """
    delivered = 0
    chunk_size = _CHUNK if rate is None else max(1, min(_CHUNK, int(rate / 10)))
    iterator = iter(posts)
    first: datetime | None = None
    if speed is not None:
        chunk_size = 1
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with cluster.producer() as producer:
        outbox = Outbox(producer)
        while chunk := list(islice(iterator, chunk_size)):
            if speed is not None:
                first = first or chunk[0].event_time
                due = started + (chunk[0].event_time - first).total_seconds() / speed
                await asyncio.sleep(max(0.0, due - loop.time()))
            await outbox.deliver(
                [message_of(output_of(post), cluster.settings.topic_prefix) for post in chunk]
            )
            delivered += len(chunk)
            on_progress(delivered)
            if rate is not None:
                await asyncio.sleep(max(0.0, started + delivered / rate - loop.time()))
    return delivered
