"""Throughput: a backlog of posts, worked off as fast as a contender can."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass

from agents.wiring.connection import Cluster
from agents.wiring.tail import tail
from tests.bench.pipeline.processes import Running

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


async def worked_off(
    cluster: Cluster, contender: Running, posts: int, last_topic: str, start_seconds: float = 0.0
) -> Throughput:
    """Wait until the last topic has a message for every post, and return what that took.

    A contender may take ``start_seconds`` more than others before it begins.

    Raises:
        RuntimeError: the contender ended, or came to a halt.

    """
    patience = start_seconds + _PATIENCE_SECONDS + posts / _SLOWEST_RATE
    await _messages_on(cluster, last_topic, posts, contender, patience)
    end = time.time()
    return Throughput(
        posts,
        end - contender.meter["first_wall"],
        contender.cpu() - contender.meter["first_cpu"],
        contender.function_cpu(),
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
    ended = asyncio.ensure_future(contender.process.wait())
    await asyncio.wait({counting, ended}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not counting.done():
        counting.cancel()
        raise RuntimeError(f"{topic} has not got {count} messages; see what the contender printed")
    counting.result()
