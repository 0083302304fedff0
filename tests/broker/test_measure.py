"""Measuring agents at work: every post counts once, and nothing stays behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agents.cli.stages import Agent, build_stages
from agents.wiring import measure
from agents.wiring.connection import Cluster
from agents.wiring.topics import scratch_topics
from tests.broker.support import new_metrics, posts, running

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def agents_at_work(cluster: Cluster) -> AsyncIterator[None]:
    chosen = [Agent.DEDUP, Agent.CLASSIFICATION, Agent.ALERTING]
    async with running(cluster, *build_stages(chosen, cluster.settings, [], new_metrics())):
        yield


async def test_all_posts_of_a_backlog_but_the_first_are_through_once(cluster: Cluster) -> None:
    async with agents_at_work(cluster):
        measured = await measure.measure(cluster, posts(40))
    assert len(measured.each) == 39
    assert 0 < measured.percentile(0.5) <= measured.percentile(0.99) <= measured.seconds
    assert measured.rate == pytest.approx(39 / measured.seconds)


async def test_posts_at_a_load_come_as_fast_as_it_says(cluster: Cluster) -> None:
    async with agents_at_work(cluster):
        measured = await measure.measure(cluster, posts(41), load=20.0)
    assert len(measured.each) == 40
    assert measured.rate == pytest.approx(20.0, rel=0.5)


async def test_posts_that_do_not_come_through_are_said(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(measure.StalledError, match="0 of 1 posts came through"):
        await measure.measure(cluster, posts(3))


async def test_topics_to_measure_on_are_deleted_in_the_end(empty_cluster: Cluster) -> None:
    async with scratch_topics(empty_cluster):
        assert empty_cluster.topic("alerts") in await _topics(empty_cluster)
    for _ in range(50):  # brokers take a moment
        if not any(
            name.startswith(empty_cluster.settings.topic_prefix) for name in await _topics(empty_cluster)
        ):
            return
        await asyncio.sleep(0.1)
    pytest.fail("topics are still there")


async def _topics(cluster: Cluster) -> list[str]:
    async with cluster.admin() as client:
        return list(await client.list_topics())
