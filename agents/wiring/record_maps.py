"""Faust's consumer, handing over whole record maps instead of single events.

Faust makes two asyncio tasks, an event and an acknowledgement of every message, about 100 µs of CPU. Here
what one fetch gave goes to the stage at once, at a few µs a message. Faust keeps the membership, the
assignment, seeking, the commits and their timing; replaced are the loop that drains the fetcher and the
bookkeeping of what may be committed: one offset a partition, for a stage has its records done in order.

Faust consumes in a thread of its own, which at half load doubles the time from post to alert: each fetch
waits for Python's lock, and wakes a thread twice. Here it runs in the event loop of the stages, which none of
them keeps for long.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any

from aiokafka.errors import KafkaError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from mode.threads import ServiceThread
from mode.utils.futures import maybe_async

from agents.wiring.connection import is_clients_own_cancellation

RecordMap = Mapping[Any, Sequence[Any]]
"""Records of one fetch by partition, as aiokafka gives them."""
Take = Callable[[RecordMap, int], Coroutine[Any, Any, None]]
Settle = Callable[[], Coroutine[Any, Any, None]]
_SETTLE_SECONDS = 0.02
"""What a batch has left to do waits so long for the next batch: one request to the brokers does for both."""
_FETCH_SECONDS = 1.0
_NO_PREFETCH_SECONDS = 5.0


class RecordMapConsumer(Consumer):
    """Gives each record map, with the generation of its assignment, to ``app.take_records``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._done: dict[Any, int] = {}
        """By partition the offset after the last record that is done."""
        self._batch: asyncio.Future[None] | None = None

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _LoopConsumer(
            self, loop=self.loop, thread_loop=self.loop, Worker=_TaskWorker, beacon=self.beacon
        )

    async def end(self, patience: float) -> bool:
        """End what consumes, whatever it waits for; tell whether that took no more than ``patience`` seconds.

        Faust's ``stop`` may be cut off while no broker answers, and would leave a member of the group behind.
        """
        worker: _TaskWorker | None = self._thread._thread
        return worker is None or await worker.end(patience)

    def mark_done(self, partition: Any, next_offset: int, generation: int) -> None:
        """Let everything before an offset be committed, unless the partition was assigned anew since."""
        if generation == self.app.consumer_generation_id:
            self._done[partition] = next_offset

    async def _drain_messages(self, fetcher: Any) -> None:
        """Fetch and hand over until stopped. A batch under way outlives the fetcher, which rebalances end.

        Raises:
            KafkaError: aiokafka's consumer has failed. Faust would take the cancellation that says so for its
                own, and the app would go on without ever fetching again.

        """
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                await self._batch_done()
                await self._hand_over()
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError as error:
            if is_clients_own_cancellation(error):
                raise KafkaError("the consumer has ended its own tasks") from error
            if not self.app.should_stop:
                raise

    async def _hand_over(self) -> None:
        records, active = await self._wait_next_records(_SETTLE_SECONDS)
        if not records:
            await self._through(self.app.settle())
            records, active = await self._wait_next_records(_FETCH_SECONDS)
        generation = self.app.consumer_generation_id
        if self.should_stop:
            return
        if not self.flow_active:  # a rebalance began meanwhile: what was fetched is fetched again after it
            await self.perform_seek()
            return
        fetched = {
            partition: found
            for partition, found in (records or {}).items()
            if active is None or partition in active
        }
        if not fetched:
            await asyncio.sleep(0)
            return
        for partition in fetched:
            self.app.monitor.track_tp_end_offset(partition, self.highwater(partition))
        await self._through(self.app.take_records(fetched, generation))
        for partition, found in fetched.items():
            self._read_offset[partition] = found[-1].offset

    async def _through(self, work: Coroutine[Any, Any, None]) -> None:
        self._batch = asyncio.ensure_future(work)
        await self._batch_done()

    async def _batch_done(self) -> None:
        if self._batch is not None:
            await asyncio.shield(self._batch)

    async def wait_empty(self) -> None:
        """Wait for the batch under way and commit: no partition is given up in the middle of one.

        Faust's ``commit`` does nothing but wait where another commit is under way, which may be of older
        offsets: what was done since would be done again by the next owner.
        """
        await self._batch_done()
        await self._through(self.app.settle())
        while await self.maybe_wait_for_commit_to_finish():
            pass
        await self.commit_and_end_transactions()

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Go back to the record after the last that is committed, in new partitions to their beginning.

        aiokafka leaves a partition of which nothing is committed where reading has come to: what was fetched
        of it while a rebalance was under way, and dropped, would never be processed.
        """
        committed: Mapping[Any, int] = await super().seek_to_committed()
        new = [partition for partition, offset in committed.items() if not offset]
        if new:
            await self._thread.seek_to_beginning(*new)
        return committed

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """Forget what is done in partitions that others own from now on; it was committed before."""
        await super().on_partitions_revoked(revoked)
        for partition in revoked:
            self._done.pop(partition, None)

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Do nothing: Faust looks at events here, which there are none of. Consumer lag is a metric."""

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[Any]:
        return (tp for tp in self._done if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: Any) -> int | None:
        return self._done.get(tp)


class _TaskWorker:
    """Stands in for the thread that Faust starts for a service: a task of its event loop."""

    def __init__(self, service: ServiceThread) -> None:
        self._service = service
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to serve."""
        self._task = self._service.parent_loop.create_task(self._service._serve())
        self._task.add_done_callback(_note_end)

    def stop(self) -> None:
        """Do nothing: Faust joins the thread here, once the service has told that it is through."""

    async def end(self, patience: float) -> bool:
        """Break off what is left, and tell whether it has ended after ``patience`` seconds."""
        if self._task is None or self._task.done():
            return True
        self._task.cancel()
        await asyncio.wait([self._task], timeout=patience)
        return self._task.done()


def _note_end(task: asyncio.Task[None]) -> None:
    """Take note of an error, which has made the service crash, so that asyncio does not report it again."""
    if not task.cancelled():
        task.exception()


async def _abandon(consumer: Any) -> None:
    """End the tasks and connections of an aiokafka consumer without a word to the brokers."""
    await consumer._coordinator._stop_heartbeat_task()
    await consumer._coordinator._stop_commit_offsets_refresh_task()
    await consumer._fetcher.close()
    await consumer._client.close()


class _LoopConsumer(AIOKafkaConsumerThread):
    """Faust's thread of aiokafka in the event loop of its app, with two options for which Faust has no
    setting."""

    async def on_start(self) -> None:
        """Start aiokafka so that every fetch asks for all partitions.

        Otherwise, where a batch takes longer than 0.1 s, it asks for those that the batch has nothing of, and
        what comes in the others waits until that fetch is over.
        """
        await super().on_start()
        self._consumer._fetcher._prefetch_backoff = _NO_PREFETCH_SECONDS

    async def on_thread_stop(self) -> None:
        """Leave the group; where that is broken off, end what would go on by itself."""
        try:
            await super().on_thread_stop()
        except asyncio.CancelledError:
            if self._consumer is not None:
                await _abandon(self._consumer)
            raise

    async def call_thread(self, fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function where Faust hands it to another thread."""
        return await maybe_async(fun(*args, **kwargs))

    async def _gather_remaining_tasks(self) -> None:
        """Leave other tasks alone: the loop is not only this service's."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = transport.fetch_wait_ms
        return consumer


class RecordMapTransport(Transport):
    """The transport of an app whose consumer hands over record maps."""

    Consumer = RecordMapConsumer

    def __init__(self, *args: Any, fetch_wait_ms: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fetch_wait_ms = fetch_wait_ms
