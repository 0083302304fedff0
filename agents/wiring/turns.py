"""Turns in the event loop: what works for long lets other tasks go on, heartbeats of consumers among them."""

import asyncio
import time

TURN_SECONDS = 0.02
"""How long one task may keep the event loop from health checks, from other agents, and from the brokers, who
give the partitions of a silent worker away."""


class Turns:
    """The turns of one task."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    async def pass_on(self) -> None:
        """Let other tasks have the event loop, if this turn has been long enough."""
        if time.perf_counter() - self._began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
