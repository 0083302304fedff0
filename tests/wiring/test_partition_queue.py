"""What one partition gets, in which order and in which batches."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner

from agents.wiring.messages import Message, MessageTooLargeError
from agents.wiring.outbox import partition_of
from agents.wiring.partition_queue import PartitionQueue


class Batch:
    def __init__(self, room: int) -> None:
        self.values: list[bytes] = []
        self._room = room

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: list[Any]) -> bool | None:
        if len(self.values) == self._room:
            return None
        self.values.append(value)
        return True

    def close(self) -> None:
        pass


class Producer:
    """Takes batches of three messages at most; fails as it is told to."""

    def __init__(
        self, *errors: Exception | None, refuses: Callable[[list[bytes]], bool] = lambda _: False
    ) -> None:
        self.tried: list[list[bytes]] = []
        self.taken: list[bytes] = []
        self._errors = list(errors)
        self._refuses = refuses

    def create_batch(self) -> Batch:
        return Batch(room=3)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[None]:
        self.tried.append(batch.values)
        answer = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self._answer, answer, batch.values)
        return answer

    def _answer(self, answer: asyncio.Future[None], values: list[bytes]) -> None:
        error = self._errors.pop(0) if self._errors else None
        if self._refuses(values):
            error = MessageSizeTooLargeError()
        if error is not None:
            answer.set_exception(error)
            return
        self.taken += values
        answer.set_result(None)


def messages(text: str) -> list[Message]:
    return [Message("t", b"k", letter.encode(), []) for letter in text]


def queue_of(producer: Producer) -> PartitionQueue:
    return PartitionQueue(producer, "t", 0)  # type: ignore[arg-type]


def nothing() -> None:
    pass


async def test_what_is_put_together_or_meanwhile_goes_out_in_full_batches_in_order() -> None:
    producer = Producer()
    queue = queue_of(producer)
    first = queue.put(messages("a"), nothing)
    await asyncio.sleep(0)  # the first batch is under way
    await asyncio.gather(first, queue.put(messages("bc"), nothing), queue.put(messages("de"), nothing))
    assert producer.tried == [[b"a"], [b"b", b"c", b"d"], [b"e"]]


async def test_nothing_overtakes_what_is_tried_again() -> None:
    producer = Producer(KafkaConnectionError(), KafkaConnectionError(), None, KafkaConnectionError())
    retries: list[str] = []
    queue = queue_of(producer)
    await asyncio.gather(
        queue.put(messages("abcd"), lambda: retries.append("first")),
        queue.put(messages("e"), lambda: retries.append("second")),
    )
    assert b"".join(producer.taken) == b"abcde"
    assert retries.count("first") == 3


async def test_an_acknowledgement_comes_only_when_all_messages_of_it_are_delivered() -> None:
    producer = Producer()
    queue = queue_of(producer)
    short, long = queue.put(messages("a"), nothing), queue.put(messages("bcde"), nothing)
    await short
    assert b"e" not in producer.taken
    assert not long.done()
    await long
    assert producer.taken[-1] == b"e"


async def test_a_topic_that_takes_smaller_batches_gets_them() -> None:
    producer = Producer(refuses=lambda values: len(values) > 1)
    await queue_of(producer).put(messages("abc"), nothing)
    assert producer.taken == [b"a", b"b", b"c"]


async def test_a_message_that_is_too_large_fails_alone() -> None:
    producer = Producer(refuses=lambda values: b"X" in values)
    queue = queue_of(producer)
    one, other = queue.put(messages("aX"), nothing), queue.put(messages("b"), nothing)
    with pytest.raises(MessageTooLargeError, match="t does not take a message of 1 bytes"):
        await one
    await other
    assert producer.taken == [b"a", b"b"]


async def test_what_is_withdrawn_is_not_tried_again() -> None:
    producer = Producer(KafkaConnectionError())
    queue = queue_of(producer)
    given_up, kept = queue.put(messages("a"), nothing), queue.put(messages("b"), nothing)
    await asyncio.sleep(0)
    given_up.cancel()
    await kept
    assert producer.taken == [b"b"]


async def test_an_error_that_is_not_the_brokers_reaches_who_waits() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        await queue_of(Producer(RuntimeError("a bug"))).put(messages("a"), nothing)


@pytest.mark.parametrize("key", [b"story-1", b"story-2", b"story-3", b""])
def test_a_message_goes_to_the_partition_that_all_clients_choose_by_its_key(key: bytes) -> None:
    chosen = DefaultPartitioner()(key, [0, 1, 2], [0, 1, 2])
    assert partition_of(Message("t", key, b"v", []), [0, 1, 2]) == chosen


def test_a_message_with_a_partition_goes_there_and_one_without_a_key_to_the_first() -> None:
    assert partition_of(Message("t", b"k", b"v", [], 2), [0, 1, 2]) == 2
    assert partition_of(Message("t", None, b"v", []), [0, 1, 2]) == 0
