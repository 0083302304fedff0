"""A worker as a process of its own, with the real agents, slowed down so that it can be
killed in the middle: worker_process.py ADDRESS PREFIX."""

import asyncio
import sys
import time
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry

from agents.alerting.rules.files import parse_rules
from agents.cli.stages import Agent, build_stages
from agents.metrics import Metrics
from agents.settings import load_settings
from agents.wiring.connection import Cluster
from agents.wiring.logs import configure_logging
from agents.wiring.signals import stopped_by_signals
from agents.wiring.stage import Record, Result, Stage
from agents.wiring.worker import run_worker

SECONDS_A_RECORD = 0.0005

RULES = parse_rules(
    "id: every-story\nowner: desk\ntitle: T\nwhen: {outlets: {at_least: 1}}\nalert: {cooldown: 30m}\n",
    "rules",
)
"""Rules under which every story has alerts and decisions."""


def slowed_down(stage: Stage) -> Stage:
    """Let a stage take half a millisecond more for every record."""
    process = stage.process

    def slow(batch: Sequence[Record]) -> Iterable[Result]:
        for result in process(batch):
            time.sleep(SECONDS_A_RECORD)
            yield result

    stage.process = slow  # type: ignore[method-assign]
    return stage


async def main(address: str, prefix: str) -> None:
    configure_logging("info")
    settings = load_settings(
        topic_prefix=prefix,
        metrics_port=0,
        session_timeout=2,
        commit_interval=0.2,
        partitions=3,
        batch_size=50,
    )
    metrics = Metrics(CollectorRegistry())
    stages = [slowed_down(stage) for stage in build_stages(list(Agent), settings, RULES, metrics)]
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        await run_worker(Cluster(address, settings), stages, metrics, stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
