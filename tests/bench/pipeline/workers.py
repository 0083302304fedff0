"""The whole pipeline by one worker beside two: what a second one is worth.

All processes have all cores. The posts come in two lanes: of each lane one dedup agent is the owner, so that
with a single one the second worker can help with the rest only. The backlog is long, so that filling and
emptying the pipeline count for little. What the cores allow is what tight loops of the same functions do, one
on each core at once, beside one alone; broker and measuring take their part of it.

Usage: python -m tests.bench.pipeline.workers [--kafka HOST:PORT] [--posts 12000] [--rounds 1]
"""

import argparse
from collections.abc import Iterable
from itertools import cycle
from statistics import median_low

from msgspec import structs

from schemas.posts import RawPost
from tests.bench.made_news import News
from tests.bench.pipeline.command import options, run_to_end
from tests.bench.pipeline.desk import TOGETHER, throughput
from tests.bench.pipeline.processes import ALL, FIRST, LAST, limit_of
from tests.bench.pipeline.throughput import WARM

LANES = ("politics", "war")
"""Their keys fall to different partitions of two."""


def in_lanes(posts: Iterable[RawPost]) -> list[RawPost]:
    """Return posts that belong to the lanes in turn."""
    return [structs.replace(post, lane=lane) for post, lane in zip(posts, cycle(LANES), strict=False)]


async def run(given: argparse.Namespace) -> None:
    """Measure one and two in turn, round after round, and print what two do beside one."""
    posts = in_lanes(News(1).take(WARM + given.posts))
    gains: dict[str, list[float]] = {"loops": [], "workers": []}
    for _ in range(given.rounds):
        one, two = [await limit_of("pipeline", given.posts, cores) for cores in (FIRST, FIRST | LAST)]
        gains["loops"].append(_gain("loops", one, two))
        one, two = [
            (await throughput("wiredesk", "pipeline", posts, given.kafka, ALL, workers, len(LANES))).rate
            for workers in (TOGETHER, [*TOGETHER, *TOGETHER])
        ]
        gains["workers"].append(_gain("workers", one, two))
    for who, found in gains.items():
        print(f"{who:8} {median_low(found):.2f} times as much ({min(found):.2f} to {max(found):.2f})")


def _gain(who: str, one: float, two: float) -> float:
    print(f"{who:8} one {one:5.0f} posts/s, two {two:5.0f}: {two / one:.2f} times as much", flush=True)
    return two / one


def main() -> None:
    """Run all."""
    kafka = "address of an Apache Kafka; without it the embedded broker is used"
    run_to_end(run(options(__doc__, kafka=kafka, posts=12_000).parse_args()))


if __name__ == "__main__":
    main()
