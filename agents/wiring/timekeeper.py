"""Timers of stages in partitions to which nothing comes: carried out once the lanes have passed their time.

A lane tells the time it has reached on dedup.watermarks once all its posts until then are delivered. When a
partition has been read to the end that it has after that, no post with an earlier time can come.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError

from agents.dedup.config import DedupConfig
from agents.metrics import Metrics
from agents.wiring.apps import StageApp
from agents.wiring.connection import Cluster, retrying
from agents.wiring.log import TopicMissingError, end_of
from agents.wiring.stage import Reached, TimedStage
from agents.wiring.state_records import state_of
from agents.wiring.tail import tail
from schemas.dedup_entries import LaneWatermark

log = logging.getLogger(__name__)

WATERMARKS = "dedup.watermarks"
_TICK_SECONDS = 1.0
_IDLE = timedelta(seconds=30)
"""A lane that has not gone on for so long, by the wall clock, is idle."""


@dataclass(slots=True)
class Lanes:
    """How far each lane has come, and when that was heard of.

    A post still on its way to an idle lane was fetched less than the allowed lateness and `_IDLE` ago.
    """

    clock: Callable[[], datetime]
    allowed_lateness: timedelta = DedupConfig().allowed_lateness
    watermarks: dict[str, datetime] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)

    def hear(self, told: LaneWatermark) -> None:
        """Take in that a lane has gone on."""
        if told.watermark > self.watermarks.get(told.lane, told.watermark - _IDLE):
            self.watermarks[told.lane] = told.watermark
            self.heard[told.lane] = self.clock()

    def reached(self) -> Reached:
        """Return how far time has come now."""
        now = self.clock()
        idle = now - self.allowed_lateness - _IDLE
        return Reached(
            dict(self.watermarks), {lane: idle for lane, heard in self.heard.items() if now - heard >= _IDLE}
        )


@asynccontextmanager
async def time_kept(
    app: StageApp, cluster: Cluster, metrics: Metrics, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Carry out the timers of an app's stage while the context is open, if it has any."""
    if not isinstance(app.stage, TimedStage):
        yield
        return
    lanes = Lanes(clock)
    tasks = [
        asyncio.ensure_future(_follow(cluster, lanes, metrics)),
        asyncio.ensure_future(_keep(app, app.stage, cluster, lanes)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _follow(cluster: Cluster, lanes: Lanes, metrics: Metrics) -> None:
    async for attempt in retrying("following the watermarks", also=(TopicMissingError,)):
        with attempt:
            async for record in tail(cluster, WATERMARKS, from_beginning=True, pause=_TICK_SECONDS):
                told = None if record.value is None else state_of(record, LaneWatermark, metrics)
                if told is not None:
                    lanes.hear(told)


async def _keep(app: StageApp, stage: TimedStage, cluster: Cluster, lanes: Lanes) -> None:
    """Look every second at what is due. What goes wrong ends the app, as in a batch."""
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        try:
            await _look(app, stage, cluster, lanes)
        except (KafkaError, OSError, TopicMissingError) as error:
            log.warning("%s: timers wait for the broker: %s", stage.name, error)
        except Exception as error:
            if not app.failed.done():
                app.failed.set_exception(error)
            return


async def _look(app: StageApp, stage: TimedStage, cluster: Cluster, lanes: Lanes) -> None:
    generation = app.generation
    for partition, _ in app.owned():
        await app.loop.take_up(partition, generation)
        reached = lanes.reached()
        if not stage.is_due(partition, reached):
            continue
        done = dict(app.owned()).get(partition)
        if done is not None and done >= await end_of(cluster, stage.inputs[0], partition, done):
            await app.loop.fire(stage, partition, generation, reached)
