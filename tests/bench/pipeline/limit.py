"""The same functions in a tight loop, without broker, tasks or network: ``limit KIND POSTS METER_FILE``.

Prints posts a second. Every hop decodes and encodes as between brokers; batches are as large as a worker
takes them at most.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from agents.wiring.messages import Message, message_of
from agents.wiring.outbox import partition_of
from agents.wiring.outputs import output_of
from agents.wiring.stage import Record
from tests.bench.made_news import News
from tests.bench.pipeline.throughput import WARM
from tests.bench.pipeline.work import PARTITIONS, Work, settings_of


class Loop:
    """Hands what a stage made to the stages that read it."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._offsets: dict[tuple[str, int], int] = defaultdict(int)

    def run(self, batch: Sequence[Message]) -> None:
        """Take one batch of posts.raw through all stages."""
        arrived: dict[str, list[Record]] = defaultdict(list)
        self._lay_down(batch, arrived)
        for stage in self._work.stages:
            records = [record for topic in stage.inputs for record in arrived[topic]]
            self._lay_down(self._work.messages(stage, records), arrived)

    def _lay_down(self, messages: Sequence[Message], arrived: dict[str, list[Record]]) -> None:
        for one in messages:
            partition = partition_of(one, range(PARTITIONS))
            offset = self._offsets[one.topic, partition]
            self._offsets[one.topic, partition] = offset + 1
            arrived[one.topic].append(Record(one.topic, partition, offset, one.key, one.value))


def main(kind: str, count: str, meter_file: str) -> None:
    """Run posts through the stages and print how many a second."""
    posts = [message_of(output_of(post), "") for post in News(1).take(WARM + int(count))]
    size = settings_of("").batch_size
    loop = Loop(Work(kind, Path(meter_file)))
    loop.run(posts[:WARM])
    started = time.perf_counter()
    for start in range(WARM, len(posts), size):
        loop.run(posts[start : start + size])
    print(int(count) / (time.perf_counter() - started))


if __name__ == "__main__":
    main(*sys.argv[1:])
