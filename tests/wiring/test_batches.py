"""The batch loop without a broker: what is delivered when, and what is acknowledged."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from agents.metrics import Metrics
from agents.wiring.batches import Acknowledge, BatchLoop, Inbound, runs_without_rewind
from agents.wiring.failures import FailureWindow, TooManyFailuresError
from agents.wiring.messages import Message
from agents.wiring.stage import Failure, Output, Record, Result, process_each
from schemas.codec import decode
from schemas.dead_letters import DeadLetter
from schemas.topics import topic_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Journal:
    """An outbox that writes down what it delivers."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.messages: list[Message] = []
        self.deliveries = 0
        self.refusing = False

    async def deliver(self, messages: Sequence[Message], on_retry: Callable[[], None]) -> None:
        if self.refusing:
            raise OSError("refused")
        self.deliveries += 1
        self.messages += messages
        self.entries += [f"deliver {message.topic} {(message.key or b'').decode()}" for message in messages]


class NoLog:
    async def read(self, topic: str, partitions: Sequence[int] | None = None) -> AsyncIterator[Record]:
        for record in ():
            yield record


def output(topic: str, key: str) -> Output:
    return Output(topic, key, None, id=key, source="s", time=NOW)


class EchoStage:
    name = "echo"
    inputs = ("posts.raw",)

    def __init__(self) -> None:
        self.restored: list[tuple[str, int, int]] = []

    async def restore(self, topic: str, partition: int, offset: int, log: object) -> None:
        self.restored.append((topic, partition, offset))

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        return process_each(batch, self.one)

    def one(self, record: Record) -> Result:
        if record.value == b"bad":
            raise ValueError("no good")
        key = f"{record.partition}/{record.offset}"
        return Result(record, [output("alerts", key)], [output("alerting.state", key)])


def inbound(
    journal: Journal, offset: int, *, partition: int = 0, generation: int = 1, value: bytes = b"x"
) -> Inbound:
    record = Record("posts.raw", partition, offset, b"k", value, {"h": b"1"})
    return Inbound(record, generation)


def acknowledging(journal: Journal) -> Acknowledge:
    return lambda last: journal.entries.append(f"ack {last.record.partition}/{last.record.offset}")


def loop_of(stage: object, journal: Journal, **window: float) -> BatchLoop:
    failures = FailureWindow(**{"size": 100, "count": 50, "share": 0.5, **window})  # type: ignore[arg-type]
    metrics = Metrics(CollectorRegistry())
    return BatchLoop(
        stage, journal, NoLog(), metrics, failures, prefix="p.", clock=lambda: NOW  # type: ignore[arg-type]
    )  # fmt: skip


async def settled(stage: object, batch: Sequence[Inbound], journal: Journal) -> None:
    loop = loop_of(stage, journal)
    await loop.run(batch, acknowledging(journal))
    await loop.settle()


async def test_outputs_are_delivered_before_state_and_both_before_acknowledging() -> None:
    journal = Journal()
    await settled(EchoStage(), [inbound(journal, 0), inbound(journal, 1)], journal)
    assert journal.entries == [
        "deliver p.alerts 0/0",
        "deliver p.alerts 0/1",
        "deliver p.alerting.state 0/0",
        "deliver p.alerting.state 0/1",
        "ack 0/1",
    ]


async def test_the_state_of_a_batch_goes_out_with_the_outputs_of_the_next_one() -> None:
    journal = Journal()
    loop = loop_of(EchoStage(), journal)
    for offset in (0, 1):
        await loop.run([inbound(journal, offset)], acknowledging(journal))
    assert journal.entries == [
        "deliver p.alerts 0/0",
        "deliver p.alerts 0/1",
        "deliver p.alerting.state 0/0",
        "ack 0/0",
    ]
    assert journal.deliveries == 2


async def test_state_that_is_settled_is_delivered_and_acknowledged_once() -> None:
    journal = Journal()
    loop = loop_of(EchoStage(), journal)
    await loop.run([inbound(journal, 0)], acknowledging(journal))
    await loop.settle()
    before = list(journal.entries)
    await loop.settle()
    assert journal.entries == before
    assert before.count("ack 0/0") == 1


async def test_what_is_owed_is_settled_before_state_is_restored() -> None:
    journal = Journal()

    class Restoring(EchoStage):
        async def restore(self, topic: str, partition: int, offset: int, log: object) -> None:
            journal.entries.append("restore")

    loop = loop_of(Restoring(), journal)
    await loop.run([inbound(journal, 0)], acknowledging(journal))
    await loop.run([inbound(journal, 0, generation=2)], acknowledging(journal))
    assert journal.entries == [
        "restore", "deliver p.alerts 0/0", "deliver p.alerting.state 0/0", "ack 0/0", "restore",
        "deliver p.alerts 0/0",
    ]  # fmt: skip


async def test_state_that_could_not_be_delivered_is_delivered_later_and_acknowledged_only_then() -> None:
    journal = Journal()
    loop = loop_of(EchoStage(), journal)
    await loop.run([inbound(journal, 0)], acknowledging(journal))
    journal.refusing = True
    with pytest.raises(OSError, match="refused"):
        await loop.run([inbound(journal, 1)], acknowledging(journal))
    journal.refusing = False
    await loop.settle()
    assert journal.entries == ["deliver p.alerts 0/0", "deliver p.alerting.state 0/0", "ack 0/0"]


async def test_each_partition_is_acknowledged_once_with_its_last_record() -> None:
    journal = Journal()
    batch = [inbound(journal, offset, partition=partition) for partition, offset in ((0, 3), (1, 8), (0, 4))]
    await settled(EchoStage(), batch, journal)
    assert journal.entries[-2:] == ["ack 0/4", "ack 1/8"]


async def test_what_fails_becomes_a_dead_letter_and_leaves_the_others_alone() -> None:
    journal = Journal()
    await settled(EchoStage(), [inbound(journal, 0, value=b"bad"), inbound(journal, 1)], journal)
    assert journal.entries[-1] == "ack 0/1"
    letter = decode(journal.messages[0].value or b"", DeadLetter)
    assert (letter.stage, letter.reason, letter.error) == ("echo", "failed", "ValueError: no good")
    assert (letter.topic, letter.partition, letter.offset, letter.value) == ("posts.raw", 0, 0, "YmFk")
    assert ("original.h", b"1") in journal.messages[0].headers


async def test_a_batch_that_fails_too_much_is_neither_delivered_nor_acknowledged() -> None:
    journal = Journal()
    batch = [inbound(journal, offset, value=b"bad") for offset in range(5)]
    with pytest.raises(TooManyFailuresError, match="no good"):
        await loop_of(EchoStage(), journal, count=3).run(batch, acknowledging(journal))
    assert journal.entries == []


async def test_a_batch_that_fails_too_much_leaves_what_was_owed_before_it_to_be_settled() -> None:
    journal = Journal()
    loop = loop_of(EchoStage(), journal, count=3)
    await loop.run([inbound(journal, 0)], acknowledging(journal))
    with pytest.raises(TooManyFailuresError):
        await loop.run(
            [inbound(journal, offset, value=b"bad") for offset in range(1, 6)], acknowledging(journal)
        )
    await loop.settle()
    assert journal.entries == ["deliver p.alerts 0/0", "deliver p.alerting.state 0/0", "ack 0/0"]


async def test_a_message_larger_than_its_topic_is_set_aside() -> None:
    class Huge(EchoStage):
        def one(self, record: Record) -> Result:
            letter = DeadLetter(
                stage="x" * topic_of("alerts").max_bytes, reason="failed", error="", topic="t",
                partition=0, offset=0, failed_at=NOW,
            )  # fmt: skip
            return Result(record, [Output("alerts", "k", letter, id="i", source="s", time=NOW)])

    journal = Journal()
    await loop_of(Huge(), journal).run([inbound(journal, 0)], acknowledging(journal))
    assert [message.topic for message in journal.messages] == ["p.dead.letters"]
    assert decode(journal.messages[0].value or b"", DeadLetter).reason == "too_large"


@pytest.mark.parametrize(
    ("items", "restored"),
    [
        ([(1, 5), (1, 6)], [5]),
        ([(1, 5), (1, 9)], [5]),  # a gap within a generation
        ([(1, 5), (2, 6)], [5]),  # nobody else had the partition
        ([(1, 5), (2, 9)], [5, 9]),  # another worker had it
        ([(1, 5), (1, 4)], [5, 4]),
        ([(1, 5), (2, 5)], [5, 5]),
    ],
)
async def test_state_is_restored_where_a_partition_breaks_off(
    items: list[tuple[int, int]], restored: list[int]
) -> None:
    for together in (True, False):
        journal, stage = Journal(), EchoStage()
        batch = [inbound(journal, offset, generation=generation) for generation, offset in items]
        loop = loop_of(stage, journal)
        for part in [batch] if together else [[item] for item in batch]:
            await loop.run(part, acknowledging(journal))
        assert [offset for _, _, offset in stage.restored] == restored


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20))))
def test_runs_keep_all_records_in_order_and_never_go_back(places: list[tuple[int, int]]) -> None:
    journal = Journal()
    batch = [inbound(journal, offset, partition=partition) for partition, offset in places]
    runs = list(runs_without_rewind(batch))
    assert [item for run in runs for item in run] == batch
    for run in runs:
        for partition in range(3):
            offsets = [item.record.offset for item in run if item.record.partition == partition]
            assert offsets == sorted(set(offsets))


def test_failures_count_among_the_recent_messages_only() -> None:
    window = FailureWindow(size=10, count=4, share=0.4)
    for failed in [True, True, True, *[False] * 10, True]:
        window.add(failed)
        window.check("s", "e")
    for _ in range(3):
        window.add(True)
    with pytest.raises(TooManyFailuresError, match="4 of the last 10"):
        window.check("s", "e")


def test_a_failure_that_a_stage_names_keeps_its_reason() -> None:
    record = Record("posts.raw", 0, 0, None, None)
    results = list(process_each([record], lambda one: Result(one, failure=Failure("refused", "why"))))
    assert results == [Result(record, failure=Failure("refused", "why"))]
