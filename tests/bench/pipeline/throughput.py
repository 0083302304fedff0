"""Throughput: a backlog of posts, worked off as fast as a contender can."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agents.wiring.connection import Cluster
from agents.wiring.replay import replay
from agents.wiring.tail import tail
from schemas.posts import RawPost
from tests.bench.pipeline.processes import Running

WARM = 200
"""Posts that a contender takes through before any is measured: all its stages are at work, and warm."""
_PATIENCE_SECONDS = 60.0
_SLOWEST_RATE = 20.0
"""Posts a second below which a contender counts as halted."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What working off a backlog took."""

    posts: int
    seconds: float
    cpu: float
    function_cpu: dict[str, float]
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds

    def cpu_by_part(self) -> dict[str, float]:
        """Return seconds of CPU for 1,000 posts: each stage, encoding, and transport, which is the rest."""
        parts = {**self.function_cpu, "transport": self.cpu - sum(self.function_cpu.values())}
        return {name: seconds / self.posts * 1000 for name, seconds in parts.items() if seconds}


async def taken_through(
    cluster: Cluster,
    contender: Running,
    posts: Sequence[RawPost],
    last_topic: str,
    before: int = 0,
    start_seconds: float = 0.0,
) -> None:
    """Publish posts and wait until the last topic has a message for each of them, and for those before them.

    A contender may take ``start_seconds`` more than others before it begins.

    Raises:
        RuntimeError: the contender ended, or came to a halt.

    """
    patience = start_seconds + _PATIENCE_SECONDS + len(posts) / _SLOWEST_RATE
    await replay(cluster, posts)
    await _messages_on(cluster, last_topic, before + len(posts), contender, patience)


async def worked_off(
    cluster: Cluster, contender: Running, posts: Sequence[RawPost], last_topic: str, before: int
) -> Throughput:
    """Let a contender that has taken some posts through work off others, and return what that took.

    Raises:
        RuntimeError: the contender ended, or came to a halt.

    """
    cpu, functions, started = contender.cpu(), contender.function_cpu(), time.time()
    await taken_through(cluster, contender, posts, last_topic, before)
    return Throughput(
        len(posts),
        time.time() - started,
        contender.cpu() - cpu,
        {name: seconds - functions[name] for name, seconds in contender.function_cpu().items()},
        contender.peak_bytes(),
    )


async def _messages_on(cluster: Cluster, topic: str, count: int, contender: Running, patience: float) -> None:
    async def counted() -> None:
        seen = 0
        async with aclosing(tail(cluster, topic, from_beginning=True)) as following:
            async for _ in following:
                seen += 1
                if seen >= count:
                    return

    counting = asyncio.ensure_future(counted())
    ended = asyncio.ensure_future(contender.ended())
    await asyncio.wait({counting, ended}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not counting.done():
        counting.cancel()
        raise RuntimeError(f"{topic} has not got {count} messages; see what the contender printed")
    counting.result()
