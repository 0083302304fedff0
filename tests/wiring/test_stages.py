"""The stages around the pure functions, without a broker."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import structs
from prometheus_client import CollectorRegistry

from agents.classification.enrich import load_extractors
from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.state import DedupState
from agents.metrics import Metrics
from agents.wiring.classification_stage import ClassificationStage
from agents.wiring.cloudevents import headers_of
from agents.wiring.dedup_stage import DedupStage
from agents.wiring.stage import Output, Record
from schemas.codec import decode, encode
from schemas.posts import RawPost

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
TEXTS = (
    "Fire crews reached the Adlerhof grain depot on Sunday after two silos fell, the mayor of Lindau said.",
    "The ferry Marisol ran aground off Punta Verde; all 84 passengers were taken ashore by the coast guard.",
    "Fire crews reached the Adlerhof grain depot on Sunday after two silos fell, the mayor of Lindau said.",
    "Three people died when the silos at the Adlerhof depot collapsed, Lindau's mayor Ruth Kessler said.",
)


class Log:
    """Topics in memory."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    async def read(self, topic: str, partitions: Sequence[int] | None = None) -> AsyncIterator[Record]:
        for record in self._records:
            if record.topic == topic:
                yield record


def raw(offset: int) -> Record:
    at = START + timedelta(minutes=offset)
    post = RawPost(
        post_id=f"p{offset}", source=f"s{offset % 2}", lane="default", revision=0, body=TEXTS[offset % 4],
        fetched_at=at, event_time=at, kind="post",
    )  # fmt: skip
    return Record("posts.raw", 0, offset, b"default", encode(post))


def dedup() -> DedupStage:
    config, data = DedupConfig(), load_data()
    return DedupStage(lambda: DedupState(config, data), Metrics(CollectorRegistry()))


def published(output: Output, partition: int, offset: int) -> Record:
    value = None if output.value is None else encode(output.value)
    return Record(output.topic, partition, offset, output.key.encode(), value, dict(headers_of(output)))


async def judged(stage: DedupStage, offsets: range, log: Log) -> list[Output]:
    await stage.restore("posts.raw", 0, offsets.start, log)
    return [
        output for result in stage.process([raw(offset) for offset in offsets]) for output in result.outputs
    ]


async def test_dedup_takes_up_its_state_at_any_offset_and_judges_as_before() -> None:
    whole = await judged(dedup(), range(8), Log([]))
    assert len(whole) == 8
    # Spread over partitions and partly repeated, as after a crash before the offsets were committed.
    log = Log([published(output, n % 3, n) for n, output in enumerate([*whole[5:], *whole, *whole[:3]])])
    for start in range(8):
        again = await judged(dedup(), range(start, 8), log)
        assert [published(output, 0, 0) for output in again] == [
            published(output, 0, 0) for output in whole[start:]
        ]


async def test_dedup_keeps_partitions_apart() -> None:
    stage = dedup()
    await judged(stage, range(4), Log([]))
    await stage.restore("posts.raw", 1, 0, Log([]))
    other = Record("posts.raw", 1, 0, b"default", raw(0).value)
    (result,) = stage.process([other])
    assert result.outputs[0].value.relation == "new"  # type: ignore[union-attr]


async def test_dedup_keeps_lanes_of_one_partition_apart() -> None:
    stage = dedup()
    await judged(stage, range(4), Log([]))
    post = structs.replace(decode(raw(0).value or b"", RawPost), post_id="other", lane="sport")
    (result,) = stage.process([Record("posts.raw", 0, 4, b"sport", encode(post))])
    assert result.outputs[0].value.relation == "new"  # type: ignore[union-attr]


async def test_classification_leaves_repeats_out() -> None:
    outputs = await judged(dedup(), range(4), Log([]))
    stage = ClassificationStage(load_extractors())
    results = list(stage.process([published(output, 0, n) for n, output in enumerate(outputs)]))
    relations = [output.value.relation for output in outputs]  # type: ignore[union-attr]
    assert "repost" in relations or "exact" in relations
    for relation, result in zip(relations, results, strict=True):
        assert result.failure is None
        assert len(result.outputs) == (0 if relation in {"exact", "repost"} else 1)


async def test_what_cannot_be_read_is_a_failure_with_its_field() -> None:
    stage = dedup()
    await stage.restore("posts.raw", 0, 0, Log([]))
    broken = [Record("posts.raw", 0, n, None, value) for n, value in enumerate([None, b"{", b"{}"])]
    failures = [result.failure for result in stage.process(broken)]
    assert [failure and failure.reason for failure in failures] == ["invalid", "not_json", "invalid"]
