"""Faust: one app for each stage, handing batches to the loop that all stages share.

What goes wrong is handed to the worker, which stops the app with the batch unacknowledged.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import faust
from aiokafka import TopicPartition
from faust.app.base import BootStrategy
from faust.tables import TableManager

from agents.metrics import Metrics
from agents.wiring.batches import BatchLoop, Inbound
from agents.wiring.connection import REQUEST_TIMEOUT_MS, Cluster
from agents.wiring.log import to_record
from agents.wiring.record_maps import RecordMap, RecordMapTransport, Settle, Take
from agents.wiring.stage import Stage
from schemas.topics import MESSAGE_BYTES

log = logging.getLogger(__name__)

_HEARTBEATS_PER_SESSION = 5
_END_SECONDS = 5.0
"""What a consumer has for ending once it is broken off."""


class _Boot(BootStrategy):
    """Starts no web server: the worker serves /metrics and /healthz itself."""

    enable_web = False


class _NoTables(TableManager):
    """Has no tables: Faust waits a second at every start for some to be declared."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class _App(faust.App):
    """An app that keeps nothing on disk: the stages hold their state in topics."""

    BootStrategy = _Boot
    take_records: Take
    settle: Settle
    fetch_wait_ms: int

    def _create_directories(self) -> None:
        pass

    def _new_transport(self) -> RecordMapTransport:
        return RecordMapTransport(self.conf.broker_consumer, self, fetch_wait_ms=self.fetch_wait_ms)


_App.logger = logging.getLogger("faust.app")  # else it logs as this module


class StageApp:
    """One stage as a member of its consumer group."""

    def __init__(self, stage: Stage, loop: BatchLoop, cluster: Cluster, metrics: Metrics) -> None:
        self.stage = stage
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with the error after which the app must be stopped."""
        self.loop = loop
        self._cluster = cluster
        self._metrics = metrics
        self._app = _new_app(stage, cluster)
        self._stopping = False
        self._next_offsets: dict[Any, int] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._declare()

    async def run(self) -> None:
        """Start the app and return when it ended by itself.

        Raises:
            Exception: what made it end.

        """
        await self._app.start()
        ended = asyncio.ensure_future(self._app.wait_until_stopped())
        try:
            await asyncio.wait({ended, self.failed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if self.failed.done():
            self.failed.result()
        if self._app.crash_reason is not None:
            raise self._app.crash_reason

    async def stop(self, patience: float) -> None:
        """Finish the batch at hand, commit what is acknowledged, leave the group.

        What does not end within ``patience`` seconds is given up: it is not acknowledged, so it comes again.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(patience):
                if not self.failed.done() and self._app.crash_reason is None:
                    await self._idle.wait()
                await self._app.stop()
        except TimeoutError:
            log.warning("%s: not stopped within %.0f s; its last batch will be read again",
                        self.stage.name, patience)  # fmt: skip
        finally:
            if not await asyncio.shield(self._app.consumer.end(_END_SECONDS)):
                log.warning("%s: its consumer does not end", self.stage.name)

    def owned(self) -> list[tuple[int, int]]:
        """Return the partitions of the first input that are assigned to this app, each with the offset up to
        which all is done."""
        consumer = self._app.consumer
        name = self._cluster.topic(self.stage.inputs[0])
        return [
            (each.partition, max(self._next_offsets.get(each, 0), consumer._committed_offset.get(each) or 0))
            for each in sorted(consumer.assignment())
            if each.topic == name
        ]

    @property
    def generation(self) -> int:
        """Number of the present assignment of partitions."""
        return int(self._app.consumer_generation_id)

    def report_lag(self) -> None:
        """Set the lag of every partition that this app has read from and still owns."""
        consumer = self._app.consumer
        for partition in consumer.assignment() & self._next_offsets.keys():
            highwater = consumer.highwater(partition)
            if highwater is not None:
                self._metrics.consumer_lag.labels(self.stage.name, partition.topic, partition.partition).set(
                    max(0, highwater - self._next_offsets[partition])
                )

    def _declare(self) -> None:
        self._app.take_records = self._take
        self._app.settle = self._settle
        names = [self._cluster.topic(name) for name in self.stage.inputs]
        self._app.topics.add(self._app.topic(*names, key_serializer="raw", value_serializer="raw"))
        self._app.on_partitions_assigned.connect(self._count_rebalance, weak=False)

    async def _count_rebalance(self, *_: Any, **__: Any) -> None:
        self._metrics.rebalances.labels(self.stage.name).inc()

    async def _take(self, records: RecordMap, generation: int) -> None:
        """Run what one fetch gave as a batch."""
        if self._stopping or self.failed.done():
            return
        prefix = self._cluster.settings.topic_prefix
        batch = [
            Inbound(to_record(message, prefix), generation)
            for messages in records.values()
            for message in messages
        ]

        def acknowledge(last: Inbound) -> None:
            record = last.record
            partition = TopicPartition(self._cluster.topic(record.topic), record.partition)
            self._app.consumer.mark_done(partition, record.offset + 1, generation)

        self._idle.clear()
        with self._failures_kept():
            await self.loop.run(batch, acknowledge)
            self._next_offsets.update(
                (partition, found[-1].offset + 1) for partition, found in records.items()
            )
        self._idle.set()

    async def _settle(self) -> None:
        with self._failures_kept():
            await self.loop.settle()

    @contextmanager
    def _failures_kept(self) -> Iterator[None]:
        """Let nothing that is raised reach Faust: the worker stops the app for it."""
        try:
            yield
        except Exception as error:
            if not self.failed.done():
                self.failed.set_exception(error)


def _new_app(stage: Stage, cluster: Cluster) -> faust.App:
    settings = cluster.settings
    app = _App(
        f"{settings.topic_prefix}wiredesk-{stage.name}",
        broker=";".join(f"kafka://{server}" for server in cluster.servers),
        broker_credentials=_credentials(cluster),
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=True,
        store="memory://",
        TableManager=_NoTables,
        broker_commit_interval=settings.commit_interval,
        broker_session_timeout=cluster.session_timeout,
        broker_heartbeat_interval=cluster.session_timeout / _HEARTBEATS_PER_SESSION,
        broker_request_timeout=max(cluster.session_timeout * 2, REQUEST_TIMEOUT_MS / 1000),
        consumer_max_fetch_size=MESSAGE_BYTES,
        broker_max_poll_records=settings.batch_size,
    )
    app.fetch_wait_ms = cluster.fetch_wait_ms
    return app


def _credentials(cluster: Cluster) -> Any:
    """Return the login of the settings as Faust takes it, None without one."""
    settings = cluster.settings
    context = cluster.tls_context()
    if settings.sasl_mechanism and settings.sasl_password:
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value(),
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context)
