"""Faust's consumer with record maps: what is committed at the end of an assignment, and clients that fail."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from mode.threads import ServiceThread

from agents.wiring.record_maps import RecordMapConsumer, _LoopConsumer, _TaskWorker


async def _nothing_owed() -> None:
    pass


async def test_what_was_done_while_a_commit_was_under_way_is_committed_before_partitions_are_given_up() -> (
    None
):
    consumer: Any = RecordMapConsumer.__new__(RecordMapConsumer)
    consumer.app = SimpleNamespace(client_only=False, consumer_generation_id=1, settle=_nothing_owed)
    consumer.loop = asyncio.get_running_loop()
    consumer._done, consumer._batch, consumer._commit_fut = {}, None, None
    slow, committed = asyncio.Event(), []

    async def force_commit(*_: Any, **__: Any) -> bool:
        offsets = dict(consumer._done)
        await slow.wait()
        committed.append(offsets)
        return True

    consumer.force_commit = force_commit
    consumer.mark_done("alerts-0", 1, generation=1)
    periodic = asyncio.ensure_future(consumer.commit())
    await asyncio.sleep(0)
    consumer.mark_done("alerts-0", 2, generation=1)
    given_up = asyncio.ensure_future(consumer.wait_empty())
    await asyncio.sleep(0)
    slow.set()
    await asyncio.gather(periodic, given_up)
    assert committed == [{"alerts-0": 1}, {"alerts-0": 2}]


def _consumer_of(settle: Callable[[], Awaitable[None]], fetched: list[dict[str, list[Any]]]) -> Any:
    """Return a consumer for which these record maps are there, one a look, and nothing after them."""
    consumer: Any = RecordMapConsumer.__new__(RecordMapConsumer)
    consumer._batch, consumer.flow_active, consumer._read_offset = None, True, {}
    consumer._stopped, consumer._crashed = asyncio.Event(), asyncio.Event()
    consumer.highwater = lambda _: 1

    async def take_records(records: Any, _: int) -> None:
        taken.append(records)

    async def wait_next_records(_: float) -> Any:
        return (fetched.pop(0) if fetched else {}), None

    taken: list[Any] = []
    consumer.app = SimpleNamespace(
        settle=settle, take_records=take_records, consumer_generation_id=1, should_stop=False,
        monitor=SimpleNamespace(track_tp_end_offset=lambda *_: None), taken=taken,
    )  # fmt: skip
    consumer._wait_next_records = wait_next_records
    return consumer


@pytest.mark.parametrize(
    ("fetched", "settled"),
    [
        ([{"alerts-0": [SimpleNamespace(offset=0)]}], 0),  # the next batch is there: it takes the state along
        ([{}, {"alerts-0": [SimpleNamespace(offset=0)]}], 1),
        ([], 1),
    ],
)
async def test_what_is_owed_is_settled_where_no_records_are_waiting(
    fetched: list[dict[str, list[Any]]], settled: int
) -> None:
    times = []

    async def settle() -> None:
        times.append(1)

    consumer = _consumer_of(settle, fetched)
    await consumer._hand_over()
    assert len(times) == settled
    assert fetched == []


async def test_what_is_owed_is_settled_before_what_is_done_is_committed_at_the_end() -> None:
    order = []

    async def settle() -> None:
        order.append("settle")

    async def commit() -> None:
        order.append("commit")

    async def no_commit_under_way() -> bool:
        return False

    consumer = _consumer_of(settle, [])
    consumer.maybe_wait_for_commit_to_finish = no_commit_under_way
    consumer.commit_and_end_transactions = commit
    await consumer.wait_empty()
    assert order == ["settle", "commit"]


class _Positions:
    """What reads: where it has come to, and what is committed."""

    def __init__(self, read: dict[str, int], committed: dict[str, int | None]) -> None:
        self.read = read
        self._committed = committed

    async def seek_to_committed(self) -> dict[str, int | None]:
        self.read |= {partition: offset for partition, offset in self._committed.items() if offset}
        return self._committed

    async def seek_to_beginning(self, *partitions: str) -> None:
        self.read |= dict.fromkeys(partitions, 0)


async def test_what_was_fetched_during_a_rebalance_is_fetched_again_though_nothing_is_committed() -> None:
    consumer: Any = RecordMapConsumer.__new__(RecordMapConsumer)
    consumer._thread = _Positions(
        read={"alerts-0": 6, "alerts-1": 7}, committed={"alerts-0": None, "alerts-1": 4}
    )
    await consumer.seek_to_committed()
    assert consumer._thread.read == {"alerts-0": 0, "alerts-1": 4}


def _consumer_that_raises(error: BaseException) -> Any:
    consumer: Any = RecordMapConsumer.__new__(RecordMapConsumer)
    consumer.app = SimpleNamespace(should_stop=False)
    consumer._stopped, consumer._batch = asyncio.Event(), None

    async def wait_next_records(_: float) -> Any:
        await asyncio.sleep(0)
        raise error

    consumer._wait_next_records = wait_next_records
    return consumer


async def test_a_client_that_cancels_its_own_tasks_has_failed() -> None:
    consumer = _consumer_that_raises(asyncio.CancelledError())
    with pytest.raises(KafkaError):
        await consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event()))


async def test_a_fetcher_that_is_cancelled_ends_as_cancelled() -> None:
    consumer = _consumer_that_raises(RuntimeError("not reached"))
    draining = asyncio.ensure_future(consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event())))
    await asyncio.sleep(0)
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining


class _Service(ServiceThread):
    """What Faust means for a thread, told to stop only once it may."""

    def __init__(self, may_stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop=loop, thread_loop=loop, Worker=_TaskWorker)  # type: ignore[arg-type]
        self.may_stop = may_stop
        self.threads: list[threading.Thread] = []

    async def on_start(self) -> None:
        self.threads.append(threading.current_thread())

    async def on_thread_stop(self) -> None:
        await self.may_stop.wait()

    async def _gather_remaining_tasks(self) -> None:
        pass


async def test_what_faust_means_for_a_thread_runs_in_the_event_loop() -> None:
    may_stop = asyncio.Event()
    may_stop.set()
    service = _Service(may_stop)
    await service.start()
    await service.stop()
    assert service.threads == [threading.current_thread()]
    assert await service._thread.end(0.0)  # type: ignore[union-attr]


async def test_a_service_that_does_not_stop_is_broken_off() -> None:
    service = _Service(asyncio.Event())
    await service.start()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await service.stop()
    assert await service._thread.end(1.0)  # type: ignore[union-attr]


async def test_an_error_at_the_start_of_a_service_reaches_who_starts_it() -> None:
    service = _Service(asyncio.Event())

    async def fail() -> None:
        raise KafkaError("no broker")

    service.on_start = fail  # type: ignore[method-assign]
    service.may_stop.set()
    with pytest.raises(KafkaError, match="no broker"):
        await service.start()


class _Client:
    """An aiokafka consumer that cannot leave its group, and which of its parts have been ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self._coordinator = SimpleNamespace(
            _stop_heartbeat_task=self._end("heartbeats"),
            _stop_commit_offsets_refresh_task=self._end("offsets"),
        )
        self._fetcher = SimpleNamespace(close=self._end("fetches"))
        self._client = SimpleNamespace(close=self._end("connections"))

    def _end(self, part: str) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            self.ended.append(part)

        return end

    async def stop(self) -> None:
        await asyncio.Event().wait()


async def test_a_member_that_cannot_leave_its_group_does_not_stay_in_it() -> None:
    reading: Any = _LoopConsumer.__new__(_LoopConsumer)
    reading._method_queue, reading._consumer = None, _Client()
    stopping = asyncio.ensure_future(reading.on_thread_stop())
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert reading._consumer.ended == ["heartbeats", "offsets", "fetches", "connections"]
