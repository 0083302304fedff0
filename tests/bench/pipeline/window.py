"""The whole pipeline with many posts in dedup's window beside one with few: the cost of a post must not grow.

Wiredesk works off the same backlog with windows of each size in turn, round after round, and of each size the
round in the middle counts. A window is filled with what posts before the backlog left in the state, over and
over under other ids and hashes, as in ``bench_dedup``.

Usage: python -m tests.bench.pipeline.window [--kafka HOST:PORT] [--held 10000 1000000] [--rounds 1]
"""

import argparse
import os
from statistics import median_low

from schemas.posts import RawPost
from tests.bench.made_news import News
from tests.bench.pipeline.command import options, run_to_end
from tests.bench.pipeline.desk import LAST_TOPIC, desk
from tests.bench.pipeline.held import BEFORE
from tests.bench.pipeline.processes import LAST, running
from tests.bench.pipeline.throughput import WARM, Throughput, taken_through, worked_off

_FILLED_PER_SECOND = 2_000
"""Posts a second that a window takes in at the very least."""


async def measure(posts: list[RawPost], held: int, kafka: str | None) -> Throughput:
    """Let Wiredesk work off posts with so many others in its window."""
    last = LAST_TOPIC["pipeline"]
    async with (
        desk(kafka) as cluster,
        running("wiredesk", cluster, "pipeline", arguments=[[str(held)]]) as contender,
    ):
        starting = held / _FILLED_PER_SECOND
        await taken_through(cluster, contender, posts[:WARM], last, start_seconds=starting)
        return await worked_off(cluster, contender, posts[WARM:], last, WARM)


async def run(given: argparse.Namespace) -> None:
    """Measure all sizes and print them, with the share of the first one's throughput that each has."""
    os.sched_setaffinity(0, LAST)
    posts = News(1).take(BEFORE + WARM + given.posts)[BEFORE:]
    found: dict[int, list[Throughput]] = {held: [] for held in given.held}
    for _ in range(given.rounds):
        for held in given.held:
            found[held].append(await measure(posts, held, given.kafka))
    first = None
    for held, rounds in found.items():
        rates = [one.rate for one in rounds]
        rate = median_low(rates)
        first = first or rate
        parts = rounds[rates.index(rate)].cpu_by_part()
        print(
            f"{held:>9} posts in the window  {rate:5.0f} posts/s ({min(rates):.0f} to {max(rates):.0f})"
            f"  of the first {rate / first:.2f}  {rounds[0].peak_bytes >> 20} MB  CPU s/1,000 posts: "
            + " ".join(f"{name} {seconds:.3f}" for name, seconds in parts.items()),
            flush=True,
        )


def main() -> None:
    """Run all."""
    kafka = "address of an Apache Kafka; without it the embedded broker is used"
    arguments = options(__doc__, kafka=kafka, posts=4_000)
    arguments.add_argument("--held", type=int, nargs="+", default=[10_000, 1_000_000])
    run_to_end(run(arguments.parse_args()))


if __name__ == "__main__":
    main()
