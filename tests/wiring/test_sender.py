"""The sender without a broker: what it sends first, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError
from prometheus_client import CollectorRegistry

from agents.delivery.endpoint_files import Endpoint
from agents.delivery.retries import Answer
from agents.metrics import Metrics
from agents.settings import load_settings
from agents.wiring import sender as sender_module
from agents.wiring.connection import Cluster
from agents.wiring.delivery_stage import DeliveryStage
from agents.wiring.messages import Message
from agents.wiring.sender import STATE, Sender
from agents.wiring.stage import Record
from schemas.codec import encode
from schemas.delivery_state import PendingDelivery
from tests.delivery.builders import NOW, alert, pending

EAST = Endpoint(id="desk-east", owner="desk-east", kind="webhook", url="http://127.0.0.1:1/", secret="unused")
UNUSED: Any = None


def new_sender() -> Sender:
    cluster = Cluster("kafka://127.0.0.1:1", load_settings(broker=None))
    return Sender({EAST.id: EAST}, cluster, Metrics(CollectorRegistry()), lambda: NOW)


@pytest.mark.parametrize("turns", range(6), ids=lambda turns: f"{turns}-turns-later")
async def test_sending_can_be_ended_at_any_moment_after_something_became_due(turns: int) -> None:
    sender = new_sender()
    serving = asyncio.ensure_future(sender._serve(EAST, session=UNUSED, outbox=UNUSED))
    await asyncio.sleep(0.01)
    sender._wake[EAST.id].set()
    for _ in range(turns):
        await asyncio.sleep(0)
    serving.cancel()
    done, _ = await asyncio.wait({serving}, timeout=5)
    assert done == {serving}
    assert serving.cancelled()


class SlowLog:
    """The topic of what is pending, which gives one record after the other, once its broker answers."""

    def __init__(self, *partitions: Sequence[tuple[PendingDelivery, bool]], failures: int = 0) -> None:
        self._partitions = partitions
        self._failures = failures

    async def read(self, topic: str, partitions: Sequence[int]) -> AsyncIterator[Record]:
        (partition,) = partitions
        if self._failures:
            self._failures -= 1
            raise KafkaConnectionError("no broker")
        for offset, (one, is_over) in enumerate(self._partitions[partition]):
            for _ in range(3):
                await asyncio.sleep(0)
            value = None if is_over else encode(one)
            yield Record(topic, partition, offset, one.delivery_id.encode(), value)


class Position:
    """A consumer that is told where to go on."""

    def __init__(self) -> None:
        self.sought: dict[int, int] = {}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.sought[partition.partition] = offset


async def test_nothing_is_sent_before_all_that_is_pending_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over at the end of the topic is not sent again, and no update before its alert.

    A broker that does not answer is waited for: the topic would else be sent again from its beginning.
    """
    over, first, second = (pending(alert(1, sequence=sequence)) for sequence in (1, 2, 3))
    log = SlowLog([(over, False), (second, False), (over, True)], [(first, False)], failures=2)
    monkeypatch.setattr(sender_module, "TopicLog", lambda _: log)
    sent: list[str] = []

    async def send(_: Endpoint, one: PendingDelivery, *__: object) -> None:
        sent.append(one.delivery_id)

    sender, position = new_sender(), Position()
    monkeypatch.setattr(sender, "_send", send)
    sender._consumer = position
    serving = asyncio.ensure_future(sender._serve(EAST, session=UNUSED, outbox=UNUSED))
    await sender.on_partitions_assigned([TopicPartition(STATE, 0), TopicPartition(STATE, 1)])
    await asyncio.sleep(0.05)
    serving.cancel()
    assert sent == [first.delivery_id]
    assert position.sought == {0: 3, 1: 1}


class JoiningConsumer(Position):
    """A consumer that is given a partition, and fetches from it before its listener is done."""

    def __init__(self, records: Sequence[PendingDelivery], stop: asyncio.Event) -> None:
        super().__init__()
        self._records = records
        self._stop = stop

    def subscribe(self, _: list[str], listener: Any) -> None:
        self._listener = listener

    async def start(self) -> None:
        self._joining = asyncio.ensure_future(
            self._listener.on_partitions_assigned([TopicPartition(STATE, 0)])
        )

    async def stop(self) -> None:
        await self._joining

    async def getmany(self, timeout_ms: int) -> dict[str, list[Any]]:
        await asyncio.sleep(0)
        if self._joining.done():
            self._stop.set()
        start = self.sought.get(0, 0)
        found = [
            ConsumerRecord(STATE, 0, offset, 0, 0, one.delivery_id.encode(), encode(one), None, 0, 0, ())
            for offset, one in enumerate(self._records)
        ]
        return {"state": found[start:]}


async def test_what_is_fetched_while_a_partition_is_read_to_its_end_is_not_taken_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was sent in between would else be sent again."""
    stop, known = asyncio.Event(), [pending(alert(1, sequence=sequence)) for sequence in (1, 2)]
    sender, taken = new_sender(), []
    monkeypatch.setattr(sender_module, "TopicLog", lambda _: SlowLog([(one, False) for one in known]))
    monkeypatch.setattr(sender_module, "AIOKafkaConsumer", lambda **_: JoiningConsumer(known, stop))
    monkeypatch.setattr(sender, "_take", lambda record: taken.append(record.offset))
    await asyncio.wait_for(sender._follow(stop), 5)
    assert taken == [0, 1]


def test_a_delivery_lies_in_the_partition_of_its_alert() -> None:
    """So one sender has all alerts of a rule, and in their order."""
    stage = DeliveryStage({EAST.id: EAST}, lambda: NOW)
    records = [
        Record("alerts", partition, 7, b"floods", encode(alert(partition, rule="floods")))
        for partition in (0, 2)
    ]
    outputs = [output for result in stage.process(records) for output in result.outputs]
    assert [(output.topic, output.partition) for output in outputs] == [(STATE, 0), (STATE, 2)]


class Journal:
    """An outbox that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def deliver(self, messages: Sequence[Message]) -> None:
        self.messages += messages


@pytest.mark.parametrize("code", [200, 503])
async def test_how_an_attempt_ended_is_written_where_the_delivery_lies(code: int) -> None:
    journal, one, record = Journal(), pending(), Record(STATE, 2, 0, b"key", b"value")
    await new_sender()._settle(one, record, Answer(code, taken=code == 200, reason=""), NOW, journal)
    state = [
        (message.partition, message.value is None) for message in journal.messages if STATE in message.topic
    ]
    assert state == [(2, code == 200)]
