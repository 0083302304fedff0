"""What the benchmarks take for granted."""

from agents.wiring.messages import message_of
from agents.wiring.outbox import partition_of
from agents.wiring.outputs import output_of
from tests.bench.made_news import News
from tests.bench.pipeline.workers import LANES, in_lanes


def test_each_lane_of_bench_workers_has_a_partition_of_its_own() -> None:
    posts = in_lanes(News(1).take(10))
    found = [partition_of(message_of(output_of(post), ""), range(len(LANES))) for post in posts]
    assert found[:2] in ([0, 1], [1, 0])
    assert found == 5 * found[:2]
