"""The worker: runs the agents of one process until it is told to stop or cannot go on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from aiokafka.errors import KafkaError

from agents.errors import FailedRunningError
from agents.metrics import Metrics
from agents.wiring.apps import StageApp
from agents.wiring.batches import BatchLoop
from agents.wiring.connection import Cluster, wait_for_broker
from agents.wiring.failures import FailureWindow
from agents.wiring.log import TopicLog
from agents.wiring.memory import rarely_searched
from agents.wiring.monitoring import Health, serve_metrics
from agents.wiring.outbox import Outbox
from agents.wiring.stage import Stage
from agents.wiring.timekeeper import time_kept
from agents.wiring.topics import check_topics, create_topics

log = logging.getLogger(__name__)

_LAG_SECONDS = 5.0
_GIVE_UP_SECONDS = 10.0
"""What agents that did not stop in time have for ending what they consume with."""


class TopicsError(FailedRunningError):
    """The topics on the brokers do not fit the settings."""


async def run_worker(
    cluster: Cluster,
    stages: Sequence[Stage],
    metrics: Metrics,
    stop: asyncio.Event,
    *,
    prepared: asyncio.Event | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Run stages as agents until ``stop`` is set.

    The batch at hand is finished first. Brokers that do not answer are waited for. ``prepared`` is set once
    all topics are there, as they should be.

    Raises:
        TopicsError: a topic is missing or has another number of partitions than the settings say.
        TooManyFailuresError: most of the recent messages of a stage failed.

    """
    settings = cluster.settings
    health = Health()
    async with serve_metrics(settings.metrics_host, settings.metrics_port, metrics.registry, health):
        prepared = prepared or asyncio.Event()
        agents = asyncio.ensure_future(_run_agents(cluster, stages, metrics, stop, health, prepared, clock))
        with rarely_searched():
            await _until_stopped(agents, stop, settings.stop_timeout + _GIVE_UP_SECONDS)


async def _until_stopped(agents: asyncio.Future[None], stop: asyncio.Event, patience: float) -> None:
    """Wait for the agents; after a stop, no longer than ``patience`` seconds, however the brokers fare."""
    stopped = asyncio.ensure_future(stop.wait())
    try:
        either: set[asyncio.Future[Any]] = {agents, stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not agents.done():
            await asyncio.wait({agents}, timeout=patience)
    finally:
        stopped.cancel()
        if not agents.done():
            agents.cancel()
            with suppress(asyncio.CancelledError):
                await agents
    if not agents.cancelled():
        agents.result()


async def _run_agents(
    cluster: Cluster,
    stages: Sequence[Stage],
    metrics: Metrics,
    stop: asyncio.Event,
    health: Health,
    prepared: asyncio.Event,
    clock: Callable[[], datetime],
) -> None:
    await wait_for_broker(cluster)
    await _prepare_topics(cluster)
    prepared.set()
    async with cluster.producer() as producer:
        outbox = Outbox(producer)

        def start(stage: Stage) -> StageApp:
            failures = FailureWindow(
                cluster.settings.dead_letter_window,
                cluster.settings.dead_letter_stop_count,
                cluster.settings.dead_letter_stop_share,
            )
            loop = BatchLoop(
                stage, outbox, TopicLog(cluster), metrics, failures,
                prefix=cluster.settings.topic_prefix, clock=clock,
            )  # fmt: skip
            return StageApp(stage, loop, cluster, metrics)

        health.ready = True
        try:
            async with asyncio.TaskGroup() as group:
                for stage in stages:
                    group.create_task(_keep_running(stage, start, cluster, metrics, stop, clock))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            health.ready = False


async def _prepare_topics(cluster: Cluster) -> None:
    """Create missing topics where the settings allow it, and refuse those that do not fit.

    Raises:
        TopicsError: names each topic that does not fit and what to do about it.

    """
    if cluster.settings.create_topics:
        for name in await create_topics(cluster):
            log.info("created topic %s", name)
    findings = await check_topics(cluster)
    if findings:
        raise TopicsError("\n".join(finding.message for finding in findings))


async def _keep_running(
    stage: Stage,
    start: Callable[[Stage], StageApp],
    cluster: Cluster,
    metrics: Metrics,
    stop: asyncio.Event,
    clock: Callable[[], datetime],
) -> None:
    """Run one stage; when the brokers fail its app, wait for them and start a new one."""
    while not stop.is_set():
        app = start(stage)
        async with _lag_reported(app), time_kept(app, cluster, metrics, clock):
            try:
                await _run_until(app, stop)
            except (KafkaError, OSError) as error:
                log.warning("%s: the broker failed it (%s), starting it again", stage.name, error)
                metrics.restarts.labels(stage.name).inc()
            finally:
                await app.stop(cluster.settings.stop_timeout)
        if not stop.is_set():
            await wait_for_broker(cluster)


async def _run_until(app: StageApp, stop: asyncio.Event) -> None:
    running = asyncio.ensure_future(app.run())
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        stopped.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await running


@asynccontextmanager
async def _lag_reported(app: StageApp) -> AsyncIterator[None]:
    async def report() -> None:
        while True:
            await asyncio.sleep(_LAG_SECONDS)
            app.report_lag()

    reporting = asyncio.ensure_future(report())
    try:
        yield
    finally:
        reporting.cancel()
