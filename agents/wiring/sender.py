"""The second half of delivery: sends what is pending until each endpoint has it or it is given up.

The topic delivery.state is the whole memory: whoever is given a partition reads it to its end and goes on.
The outcome of an attempt is written before the delivery is over, so a crash in between repeats an attempt,
under the same webhook-id, and loses none.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

import aiohttp
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from msgspec import structs

from agents.delivery.attempt import attempt
from agents.delivery.endpoint_files import Endpoint
from agents.delivery.pending import EndpointQueue
from agents.delivery.retries import Answer, after_attempt
from agents.metrics import Metrics
from agents.net.session import open_session
from agents.wiring import dead_letters
from agents.wiring.connection import Cluster, retrying, running
from agents.wiring.log import TopicLog, TopicMissingError, to_record
from agents.wiring.messages import Message, message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of, output_of_pending
from agents.wiring.stage import Failure, Record
from agents.wiring.state_records import state_of
from schemas.alerts import Delivery
from schemas.delivery_state import PendingDelivery

log = logging.getLogger(__name__)

STATE = "delivery.state"
_LONGEST_SLEEP = 1.0
_POLL_MS = 200
LAST_OUTCOMES_SECONDS = 5.0
"""What a stopping sender has, after its last attempts to deliver, for writing down how they ended."""


class Sender(ConsumerRebalanceListener):
    """Sends the pending deliveries of the partitions that it is given."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        cluster: Cluster,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._endpoints = endpoints
        self._cluster = cluster
        self._metrics = metrics
        self._clock = clock
        in_flight = cluster.settings.delivery_in_flight
        self._queues = {name: EndpointQueue(in_flight) for name in endpoints}
        self._records: dict[str, Record] = {}
        """Where each pending delivery was read, by delivery_id."""
        self._over: set[str] = set()
        """Deliveries that are over, until that is read back from the topic: older records of them are not."""
        self._wake = {name: asyncio.Event() for name in endpoints}
        self._attempts: set[asyncio.Task[None]] = set()
        self._consumer: AIOKafkaConsumer | None = None
        self._next: dict[int, int] = {}
        """By partition given, once it is read to its end, the offset of the record to take next."""

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set; attempts under way are then finished.

        Raises:
            KafkaError: the brokers refuse the login, or a topic is missing.

        """
        settings = self._cluster.settings
        session = open_session(
            settings.user_agent, settings.delivery_timeout, allow_private=settings.delivery_allow_private
        )
        async with self._cluster.producer() as producer, session:
            outbox = Outbox(producer)
            serving = [
                asyncio.ensure_future(self._serve(endpoint, session, outbox))
                for endpoint in self._endpoints.values()
            ]
            try:
                await self._follow(stop)
            finally:
                for task in serving:
                    task.cancel()
                await asyncio.gather(*serving, return_exceptions=True)
                if self._attempts:
                    last = settings.delivery_timeout + LAST_OUTCOMES_SECONDS
                    await asyncio.wait(self._attempts, timeout=last)

    async def _follow(self, stop: asyncio.Event) -> None:
        """Read what is pending, now and from now on, as a member of the consumer group."""
        settings = self._cluster.settings
        consumer = AIOKafkaConsumer(
            **self._cluster.client_options(),
            group_id=f"{settings.topic_prefix}wiredesk-sender",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=self._cluster.fetch_wait_ms,
            session_timeout_ms=int(self._cluster.session_timeout * 1000),
            heartbeat_interval_ms=int(self._cluster.session_timeout * 200),
        )
        self._consumer = consumer
        consumer.subscribe([self._cluster.topic(STATE)], listener=self)
        async with running(consumer):
            while not stop.is_set():
                for messages in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                    for message in messages:
                        self._take_next(to_record(message, settings.topic_prefix))

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        """Forget what others send from now on."""
        self._next.clear()
        partitions = {one.partition for one in revoked}
        for own, record in list(self._records.items()):
            if record.partition in partitions:
                self._forget(own)

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Read the partitions to their end: only then is it known which deliveries are over."""
        assert self._consumer is not None
        found: list[Record] = []
        positions: dict[TopicPartition, int] = {}
        for one in assigned:
            async for again in retrying("reading what is pending", also=(TopicMissingError,)):
                with again:
                    latest, positions[one] = await self._read(one.partition)
            found += latest
        # Nothing is awaited from here on, so that what is fetched meanwhile is taken once.
        for one, position in positions.items():
            self._consumer.seek(one, position)
            self._next[one.partition] = position
        for record in found:
            self._take(record)

    async def _read(self, partition: int) -> tuple[list[Record], int]:
        """Return the last record of each key in a partition, and the offset after the last of all."""
        latest: dict[bytes | None, Record] = {}
        position = 0
        async for record in TopicLog(self._cluster).read(STATE, [partition]):
            latest[record.key] = record
            position = record.offset + 1
        return list(latest.values()), position

    def _take_next(self, record: Record) -> None:
        """Take a record that was fetched, unless it is known from reading the partition, or will be."""
        following = self._next.get(record.partition)
        if following is not None and record.offset >= following:
            self._next[record.partition] = record.offset + 1
            self._take(record)

    def _take(self, record: Record) -> None:
        own = (record.key or b"").decode("utf-8", "replace")
        if record.value is None:
            self._over.discard(own)
            self._forget(own)
            return
        if own in self._over:
            return
        pending = state_of(record, PendingDelivery, self._metrics)
        if pending is None:
            return
        queue = self._queues.get(pending.endpoint)
        if queue is None:
            log.warning(
                "delivery %s waits for endpoint %s, which is not in WIREDESK_ENDPOINTS", own, pending.endpoint
            )
            return
        self._records[own] = record
        if pending.attempts == 0:  # due at once, however far ahead the clock is of the worker that wrote it
            pending = structs.replace(pending, next_at=min(pending.next_at, self._clock()))
        queue.put(pending)
        self._metrics.deliveries_pending.labels(pending.endpoint).set(len(queue))
        self._wake[pending.endpoint].set()

    def _forget(self, own: str) -> None:
        self._records.pop(own, None)
        for name, queue in self._queues.items():
            queue.remove(own)
            self._metrics.deliveries_pending.labels(name).set(len(queue))
            self._wake[name].set()

    async def _serve(self, endpoint: Endpoint, session: aiohttp.ClientSession, outbox: Outbox) -> None:
        """Send what is due to one endpoint; the others have their own."""
        queue, wake = self._queues[endpoint.id], self._wake[endpoint.id]
        while True:
            wake.clear()
            while (pending := queue.start(self._clock())) is not None:
                record = self._records[pending.delivery_id]
                task = asyncio.ensure_future(self._send(endpoint, pending, record, session, outbox))
                self._attempts.add(task)
                task.add_done_callback(self._attempts.discard)
            due = queue.next_due()
            pause = _LONGEST_SLEEP if due is None else (due - self._clock()).total_seconds()
            with suppress(TimeoutError):
                # Not wait_for: in Python 3.11 it takes no cancellation once the event is set.
                async with asyncio.timeout(min(max(pause, 0.001), _LONGEST_SLEEP)):
                    await wake.wait()

    async def _send(
        self,
        endpoint: Endpoint,
        pending: PendingDelivery,
        record: Record,
        session: aiohttp.ClientSession,
        outbox: Outbox,
    ) -> None:
        queue = self._queues[endpoint.id]
        settings = self._cluster.settings
        began = self._clock()
        try:
            answer = await attempt(
                session, endpoint, pending.alert, began,
                seconds=settings.delivery_timeout, allow_private=settings.delivery_allow_private,
            )  # fmt: skip
            now = self._clock()
            queue.breaker = queue.breaker.after(taken=answer.taken, now=now)
            await self._settle(pending, record, answer, now, outbox)
            self._metrics.delivery_attempt_seconds.labels(endpoint.id).observe((now - began).total_seconds())
        except Exception:
            log.exception("delivery %s to %s: will be tried again", pending.delivery_id, endpoint.id)
        finally:
            queue.finish(pending.delivery_id)
            self._wake[endpoint.id].set()

    async def _settle(
        self, pending: PendingDelivery, record: Record, answer: Answer, now: datetime, outbox: Outbox
    ) -> None:
        """Write down how an attempt ended and what it means for the delivery, where that was read."""
        following = after_attempt(pending, answer, now)
        attempts = pending.attempts + 1
        delivery = Delivery(
            alert_id=pending.alert.alert_id,
            endpoint=pending.endpoint,
            attempt=attempts,
            outcome=following.outcome,
            code=answer.code,
            reason=answer.reason,
            next_at=following.at,
            at=now,
        )
        later: PendingDelivery | None = None
        if following.at is not None:
            later = structs.replace(pending, attempts=attempts, next_at=following.at)
        prefix = self._cluster.settings.topic_prefix
        state = structs.replace(output_of_pending(later or pending, record.partition), value=later)
        messages = [message_of(output_of(delivery), prefix), message_of(state, prefix)]
        if following.outcome in ("failed", "refused"):
            messages.append(self._dead_letter(pending, record, attempts, answer, now))
        await outbox.deliver(messages)
        self._metrics.deliveries.labels(pending.endpoint, following.outcome).inc()
        if later is None:
            self._over.add(pending.delivery_id)
            self._forget(pending.delivery_id)
        elif pending.delivery_id in self._records:
            self._queues[pending.endpoint].put(later)

    def _dead_letter(
        self, pending: PendingDelivery, record: Record, attempts: int, answer: Answer, now: datetime
    ) -> Message:
        log.warning("alert %s is given up for %s after %d attempts: %s",
                    pending.alert.alert_id, pending.endpoint, attempts, answer.reason)  # fmt: skip
        failure = Failure("refused", f"not delivered to {pending.endpoint}: {answer.reason}")
        return dead_letters.build("delivery", record, failure, self._cluster.settings.topic_prefix, now)


async def keep_sending(sender: Sender, stop: asyncio.Event) -> None:
    """Run a sender until ``stop`` is set; brokers that fail are waited for."""
    async for again in retrying("sending alerts", also=(TopicMissingError,)):
        with again:
            await sender.run(stop)
