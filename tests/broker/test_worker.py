"""A worker with a small stage, against real brokers."""

import asyncio
from dataclasses import replace

import pytest

from agents.cli.stages import Agent, build_stages
from agents.cli.worker import run_stages
from agents.wiring.connection import Cluster
from agents.wiring.dead_letters import list_letters, put_back
from agents.wiring.failures import TooManyFailuresError
from agents.wiring.replay import replay
from agents.wiring.stage import Record
from agents.wiring.topics import check_topics
from agents.wiring.worker import TopicsError, run_worker
from schemas.codec import decode, encode
from schemas.posts import JudgedPost
from tests.broker.support import (
    CountingStage,
    distinct,
    new_metrics,
    post,
    posts,
    produce,
    read,
    running,
    until,
    until_read,
)

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


async def test_every_post_comes_out_judged_once_and_in_order(cluster: Cluster) -> None:
    assert await replay(cluster, posts(300)) == 300
    stage = CountingStage()
    async with running(cluster, stage):
        records = await until_read(cluster, "posts.judged", 300)
    judged = [decode(record.value or b"", JudgedPost) for record in records]
    assert sorted(one.story_seq for one in judged) == list(range(1, 301))
    assert {one.story_seq: one.post_id for one in judged} == {n + 1: f"post-{n}" for n in range(300)}
    assert stage.restored == [(0, 0)]
    by_partition: dict[int, list[int]] = {}
    for record, one in zip(records, judged, strict=True):
        by_partition.setdefault(record.partition, []).append(one.story_seq)
    assert all(sequence == sorted(sequence) for sequence in by_partition.values())


async def test_messages_are_cloud_events_in_binary_mode(cluster: Cluster) -> None:
    await replay(cluster, [post(1)])
    raw = (await until_read(cluster, "posts.raw", 1))[0]
    assert raw.key == b"default"
    assert raw.headers["ce_specversion"] == b"1.0"
    assert raw.headers["ce_type"] == b"org.wiredesk.raw_post.v1"
    assert raw.headers["ce_time"] == b"2026-03-01T06:01:00+00:00"
    assert raw.headers["content-type"] == b"application/json"


def judged_by_counting(count: int, poison: int) -> dict[str, bytes]:
    """Return what the stage says, without broker or batches."""
    stage = CountingStage(poison=lambda one: one.post_id == f"post-{poison}")
    stage.counts = {0: 0}
    records = [
        Record("posts.raw", 0, number, b"default", encode(one)) for number, one in enumerate(posts(count))
    ]
    return {output.id: encode(output.value) for result in stage.process(records) for output in result.outputs}


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
async def test_batch_size_does_not_change_the_messages(cluster: Cluster, batch_size: int) -> None:
    small = replace(cluster, settings=cluster.settings.model_copy(update={"batch_size": batch_size}))
    await replay(small, posts(120))
    stage = CountingStage(poison=lambda one: one.post_id == "post-50")
    async with running(small, stage):
        records = await until_read(small, "posts.judged", 119)
    assert {record.headers["ce_id"].decode(): record.value for record in records} == judged_by_counting(
        120, 50
    )
    assert max(stage.batches) <= batch_size


async def test_a_second_worker_goes_on_where_the_first_stopped(cluster: Cluster) -> None:
    await replay(cluster, posts(100))
    async with running(cluster, CountingStage()):
        await until_read(cluster, "posts.judged", 100)
    await replay(cluster, [post(number) for number in range(100, 150)])
    second = CountingStage()
    async with running(cluster, second):
        records = await until_read(cluster, "posts.judged", 150)
    assert second.restored == [(0, 100)]
    assert len(records) == 150


async def test_poison_goes_aside_whole_and_comes_back_once(cluster: Cluster) -> None:
    good = [(b"default", encode(one)) for one in posts(5)]
    poison = [(b"default", b"{not json"), (b"default", b'{"post_id": "x"}'), (b"default", None)]
    await produce(cluster, "posts.raw", [*good[:2], *poison, *good[2:]])
    async with running(cluster, CountingStage()):
        await until_read(cluster, "posts.judged", 5)
        await until_read(cluster, "dead.letters", 3)

        letters = await list_letters(cluster)
        assert [letter.letter.reason for letter in letters] == ["not_json", "invalid", "invalid"]
        assert [letter.letter.offset for letter in letters] == [2, 3, 4]
        assert letters[0].letter.topic == "posts.raw"
        assert "source" in letters[1].letter.error

        returned, kept = await put_back(cluster, lambda letter: letter.letter.reason == "not_json")
        assert [letter.id for letter in returned] == [letters[0].id]
        assert kept == []
        assert letters[0].id not in {letter.id for letter in await list_letters(cluster)}
        assert (await put_back(cluster, lambda letter: letter.id == letters[0].id)) == ([], [])
        again = (await read(cluster, "posts.raw"))[8]
        assert (again.key, again.value, again.headers) == (b"default", b"{not json", {"trace": b"1"})
        # It is still poison, so it becomes a dead letter again, of another origin.

        async def aside_again() -> bool:
            return [letter.letter.offset for letter in await list_letters(cluster)] == [3, 4, 8]

        await until("the message is set aside again", aside_again)


async def test_a_worker_that_fails_on_most_messages_stops_and_keeps_them(cluster: Cluster) -> None:
    strict = replace(
        cluster, settings=cluster.settings.model_copy(update={"dead_letter_stop_count": 20, "batch_size": 10})
    )
    await replay(strict, posts(200))
    stop = asyncio.Event()
    with pytest.raises(TooManyFailuresError, match="20 of the last 20 messages failed"):
        await run_worker(strict, [CountingStage(poison=lambda _: True)], new_metrics(), stop)
    assert len(distinct(await read(strict, "dead.letters"))) < 20
    async with running(strict, CountingStage()):
        await until_read(strict, "posts.judged", 190)
    assert len(await list_letters(strict)) == 10


async def test_topics_that_do_not_fit_are_refused(cluster: Cluster) -> None:
    assert await check_topics(cluster) == []
    other = replace(cluster, settings=cluster.settings.model_copy(update={"partitions": 5}))
    with pytest.raises(TopicsError, match=r"posts\.judged has 3 partitions, WIREDESK_PARTITIONS says 5"):
        await run_worker(other, [CountingStage()], new_metrics(), asyncio.Event())


async def test_missing_topics_are_named_when_they_may_not_be_created(empty_cluster: Cluster) -> None:
    settings = empty_cluster.settings.model_copy(update={"create_topics": False})
    with pytest.raises(TopicsError, match="wiredesk topics create"):
        await run_worker(Cluster(empty_cluster.address, settings), [], new_metrics(), asyncio.Event())


async def test_a_worker_with_all_agents_creates_the_topics_before_anything_follows_one(
    empty_cluster: Cluster,
) -> None:
    metrics, stop = new_metrics(), asyncio.Event()
    stages = build_stages(list(Agent), empty_cluster.settings, [], metrics)
    working = asyncio.ensure_future(run_stages(empty_cluster, stages, metrics, stop))

    async def prepared() -> bool:
        return working.done() or not await check_topics(empty_cluster)

    try:
        await until("all topics are there", prepared)
        await replay(empty_cluster, posts(3))
        await until_read(empty_cluster, "posts.judged", 3)
    finally:
        stop.set()
        await working
