"""The whole pipeline, and plain transport, by Wiredesk and by its peers with the same stages.

Each contender works off the same backlog in one process on the first core; broker and measuring process are
on the last one. The functions are the stages with one decode and one encode a hop; transport is all other CPU
of the process. Kept is the share of the CPU that the functions get: what is left of their own speed. Peers
keep their state in memory and give weaker guarantees than Wiredesk. The measuring itself counts as transport.

Usage: python -m tests.bench.pipeline.compare [--kafka HOST:PORT] [--posts 2000] [--json FILE]
"""

import argparse
import asyncio
import os
import platform
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.topics import create_topics
from schemas.posts import RawPost
from tests.bench.made_news import News
from tests.bench.pipeline.processes import MODULES, cores, running
from tests.bench.pipeline.throughput import Throughput, publish, worked_off
from tests.bench.pipeline.work import settings_of

_LAST_TOPIC = {"pipeline": "stories", "relay": "posts.judged"}
_PACKAGES = ("faust-streaming", "aiokafka", "quixstreams", "bytewax", "confluent-kafka")


async def measure(who: str, kind: str, posts: Sequence[RawPost], kafka: str | None) -> Throughput:
    """Let a contender work off posts on a broker: Kafka at an address, or the embedded one."""
    settings = settings_of(f"bench-{uuid.uuid4().hex[:8]}.")
    if kafka is not None:
        return await _measure_on(Cluster(f"kafka://{kafka}", settings), who, kind, posts)
    async with embedded_broker(settings) as cluster:
        return await _measure_on(cluster, who, kind, posts)


async def _measure_on(cluster: Cluster, who: str, kind: str, posts: Sequence[RawPost]) -> Throughput:
    await create_topics(cluster)
    await publish(cluster, posts)
    async with running(who, cluster, kind, cores()[0]) as contender:
        return await worked_off(cluster, contender, len(posts), _LAST_TOPIC[kind])


def figures_of(broker: str, kind: str, who: str, measured: Throughput) -> dict[str, Any]:
    """Return the figures of one measurement."""
    parts = measured.cpu_by_part()
    return {
        "broker": broker, "kind": kind, "who": who, "posts": measured.posts,
        "posts_per_second": round(measured.rate, 1),
        "cpu_seconds_per_1000": {name: round(seconds, 3) for name, seconds in parts.items()},
        "kept": round(1 - parts["transport"] / sum(parts.values()), 3),
        "cpu_share_of_core": round(measured.cpu / measured.seconds, 2),
        "peak_megabytes": measured.peak_bytes >> 20,
    }  # fmt: skip


def show(figures: dict[str, Any]) -> None:
    """Print the figures of one measurement on a line."""
    parts = " ".join(f"{name} {seconds:.3f}" for name, seconds in figures["cpu_seconds_per_1000"].items())
    print(
        f"{figures['broker']:8} {figures['kind']:8} {figures['who']:11}"
        f" {figures['posts_per_second']:7.0f} posts/s  kept {figures['kept']:.2f}"
        f"  core used {figures['cpu_share_of_core']:.2f}"
        f"  {figures['peak_megabytes']} MB  CPU s/1,000 posts: {parts}",
        flush=True,
    )


async def run(given: argparse.Namespace) -> dict[str, Any]:
    """Measure all contenders in turn."""
    os.sched_setaffinity(0, {cores()[1]})
    posts = News(1).take(max(given.posts, given.relayed))
    found = []
    brokers = {"embedded": None} | ({"kafka": given.kafka} if given.kafka else {})
    for broker, address in brokers.items():
        for kind, count in (("relay", given.relayed), ("pipeline", given.posts)):
            for who in given.who:
                measured = await measure(who, kind, posts[:count], address)
                found.append(figures_of(broker, kind, who, measured))
                show(found[-1])
    versions = {name: version(name) for name in _PACKAGES}
    return {
        "at": datetime.now(UTC).date().isoformat(), "machine": f"{os.cpu_count()} cores",
        "python": platform.python_version(), "versions": versions, "measured": found,
    }  # fmt: skip


def main() -> None:
    """Run all."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--kafka", help="address of an Apache Kafka to measure on as well")
    arguments.add_argument("--posts", type=int, default=2_000)
    arguments.add_argument("--relayed", type=int, default=10_000)
    arguments.add_argument("--who", nargs="+", choices=list(MODULES), default=list(MODULES))
    arguments.add_argument("--json", type=Path, help="file for the figures")
    given = arguments.parse_args()
    figures = asyncio.run(run(given))
    if given.json:
        given.json.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
