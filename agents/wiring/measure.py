"""How fast agents at work are: posts of a backlog a second, and how long posts take at a given load.

A post is through once the state of its story takes it in, which is the last thing that is published of it, in
one go with its alerts.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.errors import FailedRunningError
from agents.wiring.connection import Cluster
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from agents.wiring.replay import replay
from agents.wiring.tail import tail
from schemas.codec import decode
from schemas.posts import JudgedPost, RawPost
from schemas.stories import Story

PATIENCE_SECONDS = 60.0


class StalledError(FailedRunningError):
    """Nothing came through any more."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What some posts took.

    Attributes:
        seconds: from the first of them until all were through.
        each: seconds of each, from when it was due on posts.raw until it was through, in rising order.

    """

    seconds: float
    each: list[float]

    @property
    def rate(self) -> float:
        """Posts a second."""
        return len(self.each) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the seconds within which a share of the posts was through."""
        return percentile(self.each, share)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value of some in rising order that a share of them does not exceed."""
    return values[min(int(share * len(values)), len(values) - 1)]


def once_each(posts: Iterable[RawPost]) -> list[RawPost]:
    """Return posts without those that are sent again: what is through does not come through once more."""
    found: dict[tuple[str, int], RawPost] = {}
    for post in posts:
        found.setdefault(_key(post), post)
    return list(found.values())


async def measure(cluster: Cluster, posts: Sequence[RawPost], load: float | None = None) -> Measured:
    """Publish posts to agents that are at work, and wait until all are through.

    The first goes ahead and does not count: with it clients connect, and what is needed is loaded.

    Args:
        cluster: where the agents work, with nothing on its topics.
        posts: at least two, each once.
        load: posts a second, at random moments; None: all at once.

    Raises:
        StalledError: for a minute nothing came through.

    """
    through = _Through()
    following = [
        asyncio.ensure_future(_follow(cluster, "posts.judged", through.take_judged)),
        asyncio.ensure_future(_follow(cluster, "stories", through.take_story)),
    ]
    try:
        first, *rest = posts
        through.due[_key(first)] = time.monotonic()
        await replay(cluster, [first])
        await through.wait_for(1, following)
        through.each.clear()
        started = time.monotonic()
        if load is None:
            through.due |= {_key(post): started for post in rest}
            await replay(cluster, rest)
        else:
            await send_at_random(cluster, rest, load, through.expect)
        await through.wait_for(len(rest), following)
        return Measured(time.monotonic() - started, sorted(through.each))
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def send_at_random(
    cluster: Cluster,
    posts: Sequence[RawPost],
    load: float,
    expect: Callable[[RawPost, float], None],
) -> None:
    """Publish posts at random moments, the same each time, so many a second, whether or not those before are
    done.

    ``expect`` is told of each post, and when on the monotonic clock it is due, before it is published.
    """
    rng = random.Random(1)
    async with cluster.producer() as producer, asyncio.TaskGroup() as sending:
        outbox = Outbox(producer)
        at = time.monotonic()
        for post in posts:
            at += rng.expovariate(load)
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            expect(post, at)
            message = message_of(output_of(post), cluster.settings.topic_prefix)
            sending.create_task(outbox.deliver([message]))


@dataclass(slots=True)
class _Through:
    """Which posts are through."""

    due: dict[tuple[str, int], float] = field(default_factory=dict)
    each: list[float] = field(default_factory=list)
    _waiting: dict[str, dict[int, float]] = field(default_factory=dict)
    """By story, when its posts that are judged were due, by story_seq."""
    _reached: dict[str, int] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, post: RawPost, at: float) -> None:
        self.due[_key(post)] = at

    def take_judged(self, value: bytes) -> None:
        post = decode(value, JudgedPost)
        at = self.due.pop(_key(post), None)
        if at is None:  # read again, after a rebalance
            return
        self._waiting.setdefault(post.story_id, {})[post.story_seq] = at
        self._note(post.story_id)

    def take_story(self, value: bytes) -> None:
        story = decode(value, Story)
        self._reached[story.story_id] = max(story.story_seq, self._reached.get(story.story_id, 0))
        self._note(story.story_id)

    def _note(self, story_id: str) -> None:
        waiting, reached = self._waiting.get(story_id, {}), self._reached.get(story_id, 0)
        for seq in [seq for seq in waiting if seq <= reached]:
            self.each.append(time.monotonic() - waiting.pop(seq))
            self._changed.set()

    async def wait_for(self, count: int, following: Sequence[asyncio.Future[None]]) -> None:
        while len(self.each) < count:
            self._changed.clear()
            changed = asyncio.ensure_future(self._changed.wait())
            either: set[asyncio.Future[Any]] = {changed, *following}
            done, _ = await asyncio.wait(
                either, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            changed.cancel()
            for task in done - {changed}:
                task.result()
            if not done:
                raise StalledError(
                    f"{len(self.each)} of {count} posts came through, and none for {PATIENCE_SECONDS:g} s;"
                    " see the log for what was set aside"
                )


def _key(post: RawPost) -> tuple[str, int]:
    return post.post_id, post.revision


async def _follow(cluster: Cluster, topic: str, take: Callable[[bytes], None]) -> None:
    async for record in tail(cluster, topic, from_beginning=True):
        if record.value is not None:
            take(record.value)
