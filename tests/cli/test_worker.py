"""What runs beside the stages of a worker."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from agents.cli import worker
from agents.cli.stages import Agent, build_stages
from agents.metrics import Metrics
from agents.settings import load_settings
from agents.wiring.connection import Cluster


async def test_a_worker_whose_rules_can_no_longer_be_followed_stops_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("a rule that breaks the reader")

    async def until_stopped(
        _: Cluster, __: object, ___: Metrics, stop: asyncio.Event, *, prepared: asyncio.Event
    ) -> None:
        prepared.set()
        await stop.wait()

    monkeypatch.setattr(worker, "follow_rules", fail)
    monkeypatch.setattr(worker, "run_worker", until_stopped)
    settings, metrics = load_settings(broker=None), Metrics(CollectorRegistry())
    stages = build_stages([Agent.ALERTING], settings, [], metrics)
    running = worker.run_stages(Cluster("kafka://none:9092", settings), stages, metrics, asyncio.Event())
    with pytest.raises(ValueError, match="a rule that breaks the reader"):
        await asyncio.wait_for(running, 5)
