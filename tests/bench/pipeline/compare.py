"""The whole pipeline, and plain transport, by Wiredesk and by its peers with the same stages.

Each contender, warm, works off the same backlog in one process on the first core; broker and measuring
process are on the last one. The limit is the same functions in a tight loop on that core, with one decode and
one encode a hop and no broker. Kept is the share of the contender's CPU that the functions get; the rest is
transport, with what the measuring takes. Peers keep their state in memory and give weaker guarantees than
Wiredesk. Latency is Wiredesk's own, at a quarter, half and four fifths of its throughput, with all cores for
all processes.

Usage: python -m tests.bench.pipeline.compare [--kafka HOST:PORT] [--rounds 3] [--json FILE] [--chart FILE]
"""

import argparse
import asyncio
import os
import platform
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median_low
from typing import Any

import orjson

from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.topics import scratch_topics
from schemas.posts import RawPost
from tests.bench.made_news import News
from tests.bench.pipeline.chart import draw
from tests.bench.pipeline.latency import Latencies, latencies
from tests.bench.pipeline.processes import ALL, FIRST, LAST, MODULES, limit_of, running
from tests.bench.pipeline.throughput import WARM, Throughput, taken_through, worked_off
from tests.bench.pipeline.work import RULES, settings_of

_SHARES = (0.25, 0.5, 0.8)
_PERCENTILES = (0.5, 0.99, 0.999)
_WARM_SECONDS = 4.0
LAST_TOPIC = {"pipeline": "stories", "relay": "posts.judged"}
_PACKAGES = ("faust-streaming", "aiokafka", "quixstreams", "bytewax", "confluent-kafka")


@asynccontextmanager
async def desk(kafka: str | None) -> AsyncIterator[Cluster]:
    """Make the topics of a new desk, on Kafka at an address or on the embedded broker."""
    settings = settings_of(f"bench-{uuid.uuid4().hex[:8]}.")
    async with AsyncExitStack() as stack:
        if kafka is None:
            cluster = await stack.enter_async_context(embedded_broker(settings))
        else:
            cluster = Cluster(f"kafka://{kafka}", settings)
        await stack.enter_async_context(scratch_topics(cluster))
        yield cluster


async def throughput(
    who: str, kind: str, posts: Sequence[RawPost], kafka: str | None, cores: frozenset[int] = FIRST
) -> Throughput:
    """Let a contender work off a backlog of posts on some cores, all but the first, which warm it up."""
    last = LAST_TOPIC[kind]
    async with desk(kafka) as cluster, running(who, cluster, kind, cores) as contender:
        await taken_through(cluster, contender, posts[:WARM], last)
        return await worked_off(cluster, contender, posts[WARM:], last, WARM)


async def latency(posts: Sequence[RawPost], load: float, kafka: str | None) -> Latencies:
    """Let Wiredesk take in posts at a load, once it has worked off some that warm it up."""
    warm = int(load * _WARM_SECONDS)
    async with desk(kafka) as cluster, running("wiredesk", cluster, "pipeline", ALL) as contender:
        await taken_through(cluster, contender, posts[:warm], LAST_TOPIC["pipeline"])
        return await latencies(cluster, posts[warm:], load, warm)


def figures_of(
    broker: str, kind: str, who: str, rounds: Sequence[Throughput], limit: float
) -> dict[str, Any]:
    """Return the figures of one contender: those of its round in the middle."""
    rates = [one.rate for one in rounds]
    measured = rounds[rates.index(median_low(rates))]
    parts = measured.cpu_by_part()
    return {
        "broker": broker, "kind": kind, "who": who, "posts": measured.posts,
        "posts_per_second": round(measured.rate, 1),
        "of_rounds": [round(rate, 1) for rate in rates],
        "of_limit": round(measured.rate / limit, 3),
        "cpu_seconds_per_1000": {name: round(seconds, 3) for name, seconds in parts.items()},
        "kept": round(1 - parts["transport"] / sum(parts.values()), 3),
        "cpu_share_of_core": round(measured.cpu / measured.seconds, 2),
        "peak_megabytes": measured.peak_bytes >> 20,
    }  # fmt: skip


def latency_figures(broker: str, share: float, found: Latencies) -> dict[str, Any]:
    """Return the figures of one measurement of latency."""
    percentiles = {f"p{100 * part:g}": round(found.percentile(part), 1) for part in _PERCENTILES}
    return {
        "broker": broker, "share_of_peak": share, "posts_per_second": round(found.load, 1),
        "alerts": len(found.milliseconds), "milliseconds": percentiles,
    }  # fmt: skip


def show(figures: dict[str, Any]) -> None:
    """Print the figures of one measurement of throughput on a line."""
    parts = " ".join(f"{name} {seconds:.3f}" for name, seconds in figures["cpu_seconds_per_1000"].items())
    print(
        f"{figures['broker']:8} {figures['kind']:8} {figures['who']:11}"
        f" {figures['posts_per_second']:7.0f} posts/s ({min(figures['of_rounds']):.0f}"
        f" to {max(figures['of_rounds']):.0f})  of the limit {figures['of_limit']:.2f}"
        f"  kept {figures['kept']:.2f}  core used {figures['cpu_share_of_core']:.2f}"
        f"  {figures['peak_megabytes']} MB  CPU s/1,000 posts: {parts}",
        flush=True,
    )


def show_latency(figures: dict[str, Any]) -> None:
    """Print the figures of one measurement of latency on a line."""
    parts = "  ".join(f"{name} {value:.0f} ms" for name, value in figures["milliseconds"].items())
    print(
        f"{figures['broker']:8} latency at {100 * figures['share_of_peak']:.0f}% of peak"
        f" ({figures['posts_per_second']:.0f} posts/s): {parts}  ({figures['alerts']} alerts)",
        flush=True,
    )


async def run(given: argparse.Namespace) -> dict[str, Any]:
    """Measure all contenders in turn, round after round; of each the round in the middle counts."""
    os.sched_setaffinity(0, LAST)
    posts = News(1).take(WARM + max(given.posts, given.relayed))
    counts = {"relay": given.relayed, "pipeline": given.posts}
    limits = await _limits(counts, given.rounds)
    found: list[dict[str, Any]] = []
    waited: list[dict[str, Any]] = []
    brokers = {"embedded": None} | ({"kafka": given.kafka} if given.kafka else {})
    for broker, address in brokers.items():
        for kind, count in counts.items():
            rounds = [
                {who: await throughput(who, kind, posts[: WARM + count], address) for who in given.who}
                for _ in range(given.rounds)
            ]
            for who in given.who:
                found.append(figures_of(broker, kind, who, [one[who] for one in rounds], limits[kind]))
                show(found[-1])
        if given.seconds and "wiredesk" in given.who:
            waited += await _latency_on(broker, address, posts[: WARM + given.posts], given.seconds)
    versions = {name: version(name) for name in _PACKAGES}
    return {
        "at": datetime.now(UTC).date().isoformat(), "machine": f"{os.cpu_count()} cores",
        "python": platform.python_version(), "versions": versions, "rules": RULES,
        "limits": {kind: round(limit, 1) for kind, limit in limits.items()},
        "throughput": found, "latency": waited,
    }  # fmt: skip


async def _limits(counts: Mapping[str, int], rounds: int) -> dict[str, float]:
    limits = {}
    for kind, count in counts.items():
        limits[kind] = median_low([await limit_of(kind, count) for _ in range(rounds)])
        print(f"limit    {kind:8} {limits[kind]:19.0f} posts/s", flush=True)
    return limits


async def _latency_on(
    broker: str, address: str | None, backlog: Sequence[RawPost], seconds: float
) -> list[dict[str, Any]]:
    """Measure latency at shares of the peak, at which Wiredesk works off a backlog on all cores."""
    os.sched_setaffinity(0, ALL)
    peak = (await throughput("wiredesk", "pipeline", backlog, address, ALL)).rate
    waited = []
    for share in _SHARES:
        load = share * peak
        posts = News(2).take(2 * int(load * _WARM_SECONDS) + int(load * seconds))
        waited.append(latency_figures(broker, share, await latency(posts, load, address)))
        show_latency(waited[-1])
    os.sched_setaffinity(0, LAST)
    return waited


def main() -> None:
    """Run all."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--kafka", help="address of an Apache Kafka to measure on as well")
    arguments.add_argument("--posts", type=int, default=4_000)
    arguments.add_argument("--relayed", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=1, help="of each contender; the middle one counts")
    arguments.add_argument("--who", nargs="+", choices=list(MODULES), default=list(MODULES))
    arguments.add_argument("--seconds", type=float, default=60, help="of each load; 0: no latency")
    arguments.add_argument("--json", type=Path, help="file for the figures")
    arguments.add_argument("--chart", type=Path, help="SVG file for a chart of them")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all that was started is ended
    figures = asyncio.run(run(given))
    for path in filter(None, (given.json, given.chart)):
        path.parent.mkdir(parents=True, exist_ok=True)
    if given.json:
        given.json.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    if given.chart:
        draw(figures, given.chart)


if __name__ == "__main__":
    sys.exit(main())
