"""Latency: from the moment a post is due on posts.raw until its alert has come, at a given load.

Posts come at random moments, whether or not those before them are done (an open loop), and the clock of each
starts when it is due: what waits because the desk is slow counts.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from agents.wiring.connection import Cluster
from agents.wiring.measure import percentile, send_at_random
from agents.wiring.tail import tail
from schemas.alerts import Alert
from schemas.codec import decode
from schemas.posts import RawPost
from tests.bench.pipeline.work import BROAD

_SETTLE_SECONDS = 3.0
"""After which an alert that has not come is missing: there may be none, so it cannot be waited for."""


@dataclass(frozen=True, slots=True)
class Latencies:
    """What a load took.

    Attributes:
        load: posts a second.
        milliseconds: from each post that led to an alert to that alert, in rising order.

    """

    load: float
    milliseconds: list[float]

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which a share of the alerts came."""
        return percentile(self.milliseconds, share)


async def latencies(cluster: Cluster, posts: Sequence[RawPost], load: float, warm: int) -> Latencies:
    """Send posts, so many a second, and return how long their alerts took.

    Only rules that speak at once count: those that hold an alert back do not say how fast the desk is. The
    first ``warm`` posts do not count either: clients connect, and caches are empty.

    Raises:
        RuntimeError: no alert came.

    """
    due: dict[datetime, float] = {}
    taken: list[float] = []
    uncounted = {post.event_time for post in posts[:warm]}

    def expect(post: RawPost, at: float) -> None:
        if post.event_time not in uncounted:
            due[post.event_time] = at

    listening = asyncio.ensure_future(_listen(cluster, due, taken))
    await send_at_random(cluster, posts, load, expect)
    await asyncio.sleep(_SETTLE_SECONDS)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    if not taken:
        raise RuntimeError(f"{len(posts) - warm} posts led to no alert; measure for longer")
    return Latencies(load, sorted(1000 * seconds for seconds in taken))


async def _listen(cluster: Cluster, due: dict[datetime, float], taken: list[float]) -> None:
    async with aclosing(tail(cluster, "alerts", from_beginning=True)) as following:
        async for record in following:
            alert = decode(record.value or b"", Alert)
            if alert.at in due and alert.rule_id.startswith(BROAD):
                taken.append(time.monotonic() - due.pop(alert.at))
