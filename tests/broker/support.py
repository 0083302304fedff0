"""Posts, stages and waiting, for tests against brokers."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from prometheus_client import CollectorRegistry

from agents.metrics import Metrics
from agents.wiring.cloudevents import identity
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from agents.wiring.messages import Message
from agents.wiring.outbox import Outbox
from agents.wiring.stage import LogReader, Output, Record, Result, Stage, process_each, value_of
from agents.wiring.tail import tail
from agents.wiring.worker import run_worker
from schemas.codec import decode
from schemas.posts import JudgedPost, RawPost

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def post(number: int, *, body: str | None = None) -> RawPost:
    at = START + timedelta(minutes=number)
    return RawPost(
        post_id=f"post-{number}",
        source=f"outlet-{number % 5}",
        lane="default",
        revision=0,
        headline=f"Report {number}",
        body=body if body is not None else text(number),
        fetched_at=at,
        event_time=at,
        published_at=at,
        kind="post",
    )


def text(number: int) -> str:
    """Return a text of invented words; every seventh repeats an earlier one, word for word."""
    told = number - 3 if number % 7 == 6 else number
    words = Random(told)
    names = ["".join(words.choices("aeioulmnrst", k=7)).capitalize() for _ in range(12)]
    return (
        f"A fire broke out at the {names[0]} depot near {names[1]} on Sunday, {names[2]} {names[3]} said, and"
        f" {told + 3} crews of {names[4]} came from {names[5]} and {names[6]}. {names[7]} and {names[8]} were"
        f" told to stay at home until {names[9]} {names[10]} had seen to {names[11]}."
    )


def posts(count: int) -> list[RawPost]:
    return [post(number) for number in range(count)]


def new_metrics() -> Metrics:
    return Metrics(CollectorRegistry())


class CountingStage:
    """A stage whose output depends on everything before: the nth post of its partition gets number n."""

    name = "dedup"
    inputs = ("posts.raw",)

    def __init__(self, poison: Callable[[RawPost], bool] = lambda _: False) -> None:
        self.counts: dict[int, int] = {}
        self.restored: list[tuple[int, int]] = []
        self.batches: list[int] = []
        self._poison = poison

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        assert topic == "posts.raw"
        self.counts[partition] = offset
        self.restored.append((partition, offset))

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        self.batches.append(len(batch))
        return process_each(batch, self._count)

    def _count(self, record: Record) -> Result:
        raw = decode(value_of(record), RawPost)
        self.counts[record.partition] = count = self.counts[record.partition] + 1
        if self._poison(raw):
            raise ValueError(f"{raw.post_id} is poison")
        fields = {name: getattr(raw, name) for name in RawPost.__struct_fields__}
        judged = JudgedPost(
            **fields, relation="new", reason="counted", story_id=f"story-{count % 17}", story_seq=count,
            watermark=raw.event_time,
        )  # fmt: skip
        return Result(
            record,
            [
                Output(
                    "posts.judged",
                    judged.story_id,
                    judged,
                    id=raw.post_id,
                    source=raw.source,
                    time=raw.event_time,
                )
            ],
        )


@asynccontextmanager
async def running(cluster: Cluster, *stages: Stage) -> AsyncIterator[asyncio.Future[None]]:
    """Run a worker while the context is open, then stop it as SIGTERM would."""
    stop = asyncio.Event()
    worker = asyncio.ensure_future(run_worker(cluster, stages, new_metrics(), stop))
    try:
        yield worker
    finally:
        stop.set()
        await asyncio.wait({worker})
        if not worker.cancelled():
            worker.exception()


async def read(cluster: Cluster, topic: str) -> list[Record]:
    return [record async for record in read_to_end(cluster, topic)]


async def until(what: str, condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Wait until an asynchronous condition holds."""
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.1)


async def until_read(cluster: Cluster, topic: str, count: int, seconds: float = 60.0) -> list[Record]:
    """Follow a topic until it holds as many different messages, and return all read so far."""
    records: list[Record] = []
    seen: set[tuple[str, str] | None] = set()
    try:
        async with asyncio.timeout(seconds), aclosing(tail(cluster, topic, from_beginning=True)) as following:
            while len(seen) < count:
                records.append(await anext(following))
                seen.add(identity(records[-1].headers))
    except TimeoutError:
        raise AssertionError(f"{len(seen)} of {count} messages on {topic} within {seconds} s") from None
    return records


def distinct(records: Iterable[Record]) -> dict[tuple[str, str], tuple[bytes | None, bytes | None]]:
    """Return key and value by identity: what a subscriber has after dropping repeats.

    Repeats must be equal to what they repeat.
    """
    seen: dict[tuple[str, str], tuple[bytes | None, bytes | None]] = {}
    for record in records:
        name = identity(record.headers)
        assert name is not None, f"no CloudEvent at {record.topic}[{record.partition}]@{record.offset}"
        content = record.key, record.value
        assert seen.setdefault(name, content) == content, f"{name} was repeated with other content"
    return seen


async def produce(cluster: Cluster, topic: str, values: Iterable[tuple[bytes | None, bytes | None]]) -> None:
    """Publish plain messages, without CloudEvents headers."""
    async with cluster.producer() as producer:
        await Outbox(producer).deliver(
            [Message(cluster.topic(topic), key, value, [("trace", b"1")]) for key, value in values]
        )
