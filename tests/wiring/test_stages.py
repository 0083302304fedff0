"""The stages around the pure functions, without a broker."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from prometheus_client import CollectorRegistry

from agents.alerting.rules.book import RuleBook
from agents.alerting.rules.files import parse_rules
from agents.classification.enrich import load_extractors
from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from agents.metrics import Metrics
from agents.wiring import dedup_stage
from agents.wiring.alerting_stage import AlertingStage
from agents.wiring.classification_stage import ClassificationStage
from agents.wiring.cloudevents import headers_of
from agents.wiring.dedup_stage import DedupStage
from agents.wiring.stage import Output, Record, Result
from schemas.codec import decode, encode
from schemas.dedup_entries import LaneWatermark
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


async def results(stage: DedupStage, offsets: range, log: Log) -> list[Result]:
    await stage.restore("posts.raw", 0, offsets.start, log)
    return list(stage.process([raw(offset) for offset in offsets]))


async def judged(stage: DedupStage, offsets: range, log: Log) -> list[Output]:
    return [output for result in await results(stage, offsets, log) for output in result.outputs]


def entries(found: Sequence[Result]) -> list[Output]:
    return [state for result in found for state in result.state if state.topic == "dedup.state"]


def watermarks(found: Sequence[Result]) -> list[Output]:
    return [state for result in found for state in result.state if state.topic == "dedup.watermarks"]


def kept(found: Sequence[Result]) -> list[Record]:
    states = entries(found)
    return [published(state, 0, number) for number, state in enumerate(states)]


@pytest.mark.parametrize("cut", [1, 3, 8])
async def test_dedup_takes_up_its_state_at_any_offset_and_judges_as_before(cut: int) -> None:
    first = dedup()
    before = await results(first, range(cut), Log([]))
    whole = [*before, *first.process([raw(offset) for offset in range(cut, 8)])]
    # The second batch again, as after a crash before its offsets were committed.
    log = Log([*kept(before), *kept(whole[cut:]), *kept(whole[cut:])])
    for start in range(8):
        again = await results(dedup(), range(start, 8), log)
        assert [result.outputs for result in again] == [result.outputs for result in whole[start:]]


async def test_dedup_does_not_take_up_what_another_partition_left() -> None:
    log = Log(kept(await results(dedup(), range(4), Log([]))))
    stage = dedup()
    await stage.restore("posts.raw", 1, 100, log)
    (result,) = stage.process([Record("posts.raw", 1, 100, b"default", raw(0).value)])
    assert result.outputs[0].value.reason == "nothing_alike"  # type: ignore[union-attr]


@pytest.mark.parametrize("poison", [b"{not json", b'{"post_id": "x"}', b"", b"\xff"])
async def test_what_is_no_state_is_passed_over_where_state_is_taken_up(poison: bytes) -> None:
    first = dedup()
    before = await results(first, range(4), Log([]))
    later = [result.outputs for result in first.process([raw(offset) for offset in range(4, 8)])]
    registry = CollectorRegistry()
    config, data = DedupConfig(), load_data()
    metrics = Metrics(registry)
    second = DedupStage(lambda: DedupState(config, data), metrics)
    log = Log([Record("dedup.state", 0, 0, b"default", poison), *kept(before)])
    assert [result.outputs for result in await results(second, range(4, 8), log)] == later

    alerting = AlertingStage(RuleBook([]), lambda source: source, metrics, lambda: START)
    await alerting.restore("posts.judged", 0, 0, Log([Record("alerting.state", 0, 0, b"story", poison)]))
    counted = {topic: registry.get_sample_value("wiredesk_state_unreadable_total", {"topic": topic})
               for topic in ("dedup.state", "alerting.state")}  # fmt: skip
    assert counted == {"dedup.state": 1, "alerting.state": 1}


async def test_what_posts_left_goes_out_in_messages_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await results(dedup(), range(4), Log([]))
    assert [len(entries([result])) for result in found] == [0, 0, 0, 1]
    monkeypatch.setattr(dedup_stage, "_MOST_BYTES", 100)
    parted = await results(dedup(), range(4), Log([]))
    assert [len(entries([result])) for result in parted] == [1, 1, 1, 1]
    again = await results(dedup(), range(2, 4), Log(kept(parted)))
    assert [result.outputs for result in again] == [result.outputs for result in found[2:]]


async def test_large_posts_are_judged_a_few_at_a_time_and_as_they_are_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = await results(dedup(), range(8), Log([]))
    monkeypatch.setattr(dedup_stage, "_BYTES_AT_ONCE", 2 * len(raw(0).value or b""))
    few = await results(dedup(), range(8), Log([]))
    assert [result.outputs for result in few] == [result.outputs for result in together]
    assert len(entries(few)) > len(entries(together)) == 1


async def test_a_post_that_makes_trouble_is_one_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = DedupState.signatures

    def troubled(state: DedupState, posts: Sequence[RawPost]) -> list[Signature]:
        if any(post.post_id == "p2" for post in posts):
            raise ValueError("trouble")
        return sign(state, posts)

    whole = await judged(dedup(), range(4), Log([]))
    monkeypatch.setattr(DedupState, "signatures", troubled)
    found = await results(dedup(), range(4), Log([]))
    assert [result.failure and result.failure.error for result in found] == [
        None, None, "ValueError: trouble", None,
    ]  # fmt: skip
    assert found[1].outputs[0].value == whole[1].value
    assert [len(entries([result])) for result in found] == [0, 0, 0, 1]


async def test_dedup_tells_how_far_a_lane_has_come_once_a_batch_and_only_when_it_went_on() -> None:
    stage = dedup()
    (told,) = watermarks(await results(stage, range(3), Log([])))
    assert told.value == LaneWatermark(lane="default", watermark=START + timedelta(minutes=2))
    assert (told.key, told.time) == ("default", START + timedelta(minutes=2))
    again = list(stage.process([raw(1), raw(2)]))
    late = decode(raw(3).value or b"", RawPost)
    late = structs.replace(late, post_id="late", event_time=START, fetched_at=START)
    once_more = list(stage.process([Record("posts.raw", 0, 3, b"default", encode(late))]))
    assert watermarks([*again, *once_more]) == []
    assert once_more[0].outputs[0].value.watermark == told.time  # type: ignore[union-attr]


async def test_dedup_tells_of_the_watermark_again_when_a_batch_is_done_again_after_a_crash() -> None:
    before = await results(dedup(), range(2), Log([]))
    lost = await results(dedup(), range(2, 4), Log(kept(before)))
    again = await results(dedup(), range(2, 4), Log([*kept(before), *kept(lost)]))
    assert watermarks(again) == watermarks(lost) != []


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
    stage = ClassificationStage(load_extractors(), Metrics(CollectorRegistry()))
    results = list(stage.process([published(output, 0, n) for n, output in enumerate(outputs)]))
    relations = [output.value.relation for output in outputs]  # type: ignore[union-attr]
    assert "repost" in relations or "exact" in relations
    for relation, result in zip(relations, results, strict=True):
        assert result.failure is None
        assert len(result.outputs) == (0 if relation in {"exact", "repost"} else 1)


async def test_a_post_of_which_only_the_beginning_is_read_is_counted() -> None:
    registry = CollectorRegistry()
    stage = ClassificationStage(load_extractors(), Metrics(registry))
    (output,) = await judged(dedup(), range(1), Log([]))
    assert output.value is not None
    long = structs.replace(output, value=structs.replace(output.value, body="Rain fell. " * 1000))
    list(stage.process([published(output, 0, 0), published(long, 0, 1)]))
    assert registry.get_sample_value("wiredesk_posts_read_in_part_total") == 1


async def test_what_cannot_be_read_is_a_failure_with_its_field() -> None:
    stage = dedup()
    await stage.restore("posts.raw", 0, 0, Log([]))
    broken = [Record("posts.raw", 0, n, None, value) for n, value in enumerate([None, b"{", b"{}"])]
    failures = [result.failure for result in stage.process(broken)]
    assert [failure and failure.reason for failure in failures] == ["invalid", "not_json", "invalid"]


async def test_a_body_over_the_limit_is_a_failure_and_the_posts_beside_it_are_judged() -> None:
    config, data = DedupConfig(), load_data()
    stage = DedupStage(lambda: DedupState(config, data), Metrics(CollectorRegistry()), body_limit=2000)
    await stage.restore("posts.raw", 0, 0, Log([]))
    large = structs.replace(decode(raw(1).value or b"", RawPost), body="ж" * 1001)
    batch = [raw(0), Record("posts.raw", 0, 1, b"default", encode(large)), raw(2)]
    failures = [result.failure for result in stage.process(batch)]
    assert [failure and failure.reason for failure in failures] == [None, "too_large", None]
    assert failures[1] is not None
    assert "body: 2002 bytes; at most 2000" in failures[1].error


async def test_alerting_counts_its_stories_and_the_rules_it_evaluates() -> None:
    registry = CollectorRegistry()
    rules = parse_rules("id: all\nowner: o\ntitle: T\nwhen: {outlets: {at_least: 1}}\n", "r.yaml")
    stage = AlertingStage(RuleBook(rules), lambda source: source, Metrics(registry), lambda: START)
    await stage.restore("posts.judged", 0, 0, Log([]))
    outputs = await judged(dedup(), range(2), Log([]))
    announced = [published(one, 0, 0) for one in outputs]
    events = ClassificationStage(load_extractors(), Metrics(CollectorRegistry())).process(announced)
    enriched = [published(one, 0, 0) for result in events for one in result.outputs]
    results = list(stage.process([*announced, *enriched]))
    assert [result.failure for result in results] == [None] * 4
    assert registry.get_sample_value("wiredesk_stories_open") == 2
    assert registry.get_sample_value("wiredesk_rule_evaluations_total") == 2
