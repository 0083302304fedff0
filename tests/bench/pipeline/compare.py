"""The whole pipeline, and plain transport, by Wiredesk and by its peers with the same stages.

Each contender, warm, works off the same backlog in one process on the first core; broker and measuring
process are on the last one. The limit is the same functions in a tight loop on that core, with one decode and
one encode a hop and no broker. Kept is the share of the contender's CPU that the functions get; the rest is
transport, with what the measuring takes. Peers keep their state in memory and give weaker guarantees than
Wiredesk. Latency is Wiredesk's own, with all cores for all processes: with all agents in one process, and
with a process for each, as docker-compose.yml has them; both at a quarter, half and four fifths of what the
one process does with all cores.

The functions are those of ``make compile`` where that is on the path, as in the container image.

Usage: python -m tests.bench.pipeline.compare [--kafka HOST:PORT] [--rounds 3] [--json FILE] [--chart FILE]
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median_low
from typing import Any

import orjson

from tests.bench.made_news import News
from tests.bench.pipeline.chart import draw
from tests.bench.pipeline.command import IS_COMPILED, PYTHON, at_least_one, options, run_to_end
from tests.bench.pipeline.desk import throughput
from tests.bench.pipeline.loads import latency_on
from tests.bench.pipeline.processes import ALL, LAST, MODULES, limit_of
from tests.bench.pipeline.throughput import WARM, Throughput
from tests.bench.pipeline.work import RULES

_PACKAGES = ("faust-streaming", "aiokafka", "quixstreams", "bytewax", "confluent-kafka")


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


async def run(given: argparse.Namespace) -> dict[str, Any]:
    """Measure all contenders in turn, round after round; of each the round in the middle counts."""
    os.sched_setaffinity(0, LAST)
    posts = News(1).take(WARM + max(given.posts, given.relayed))
    counts = {"relay": given.relayed, "pipeline": given.posts}
    limits = await _limits(counts, given.rounds)
    found: list[dict[str, Any]] = []
    waited: list[dict[str, Any]] = []
    peaks: dict[str, dict[int, float]] = {}
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
            os.sched_setaffinity(0, ALL)
            peaks[broker], some = await latency_on(
                broker, address, posts[: WARM + given.posts], given.seconds
            )
            waited += some
            os.sched_setaffinity(0, LAST)
    versions = {name: version(name) for name in _PACKAGES}
    return {
        "at": datetime.now(UTC).date().isoformat(), "machine": f"{os.cpu_count()} cores",
        "python": PYTHON, "compiled": IS_COMPILED, "versions": versions, "rules": RULES,
        "limits": {kind: round(limit, 1) for kind, limit in limits.items()},
        "throughput": found, "peaks_on_all_cores": peaks, "latency": waited,
    }  # fmt: skip


async def _limits(counts: Mapping[str, int], rounds: int) -> dict[str, float]:
    limits = {}
    for kind, count in counts.items():
        limits[kind] = median_low([await limit_of(kind, count) for _ in range(rounds)])
        print(f"limit    {kind:8} {limits[kind]:19.0f} posts/s", flush=True)
    return limits


def main() -> None:
    """Run all."""
    arguments = options(__doc__, kafka="address of an Apache Kafka to measure on as well", posts=4_000)
    arguments.add_argument("--relayed", type=at_least_one, default=20_000)
    arguments.add_argument("--who", nargs="+", choices=list(MODULES), default=list(MODULES))
    arguments.add_argument("--seconds", type=float, default=60, help="of each load; 0: no latency")
    arguments.add_argument("--json", type=Path, help="file for the figures")
    arguments.add_argument("--chart", type=Path, help="SVG file for a chart of them")
    given = arguments.parse_args()
    figures = run_to_end(run(given))
    for path in filter(None, (given.json, given.chart)):
        path.parent.mkdir(parents=True, exist_ok=True)
    if given.json:
        given.json.write_bytes(
            orjson.dumps(figures, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"
        )
    if given.chart:
        draw(figures, given.chart)


if __name__ == "__main__":
    sys.exit(main())
