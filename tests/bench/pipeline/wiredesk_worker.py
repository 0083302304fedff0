"""A Wiredesk worker under measurement.

Usage: wiredesk_worker ADDRESS PREFIX KIND METER_FILE [POSTS_HELD [AGENTS]]
"""

import asyncio
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry

from agents.metrics import Metrics
from agents.wiring import batches
from agents.wiring.connection import Cluster
from agents.wiring.dedup_stage import DedupStage
from agents.wiring.logs import configure_logging
from agents.wiring.signals import stopped_by_signals
from agents.wiring.worker import run_worker
from tests.bench.pipeline.held import fill
from tests.bench.pipeline.meter import STAGES, Meter
from tests.bench.pipeline.work import settings_of, stages_of


async def main(
    address: str, prefix: str, kind: str, meter_file: str, held: str = "0", agents: str = ",".join(STAGES)
) -> None:
    """Run the worker until it is told to stop, with so many posts in its window to begin with."""
    configure_logging("warning")
    meter = Meter(Path(meter_file))
    batches.message_of = meter.timed("encode_cpu", batches.message_of)
    stages = stages_of(kind, meter, agents.split(","))
    for stage in stages:
        if isinstance(stage, DedupStage) and int(held):
            fill(stage, int(held))
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        await run_worker(Cluster(address, settings_of(prefix)), stages, Metrics(CollectorRegistry()), stop)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
