"""Dedup as a stage: one ordered owner for each partition of posts.raw.

Its state is the judged posts themselves. Each of them says in its headers which raw record it came from, so
that after a restart the state at any raw offset is rebuilt exactly, and a record that comes again is judged
as it was the first time.
"""

from collections.abc import Callable, Iterable, Sequence

from agents.dedup.judge import judge
from agents.dedup.state import DedupState
from agents.metrics import Metrics
from agents.wiring.cloudevents import attribute
from agents.wiring.outputs import output_of
from agents.wiring.stage import LogReader, Record, Result, process_each, value_of
from schemas.codec import decode
from schemas.posts import JudgedPost, RawPost

SOURCE_PARTITION = "sourcepartition"
SOURCE_OFFSET = "sourceoffset"


class DedupStage:
    """Judges raw posts."""

    name = "dedup"
    inputs = ("posts.raw",)

    def __init__(self, new_state: Callable[[], DedupState], metrics: Metrics) -> None:
        self._new_state = new_state
        self._metrics = metrics
        self._lanes: dict[int, dict[str, DedupState]] = {}

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Apply the verdicts on the raw records before ``offset`` to a new state, in their order."""
        verdicts: dict[int, bytes] = {}
        async for record in log.read("posts.judged"):
            place = _raw_place(record)
            if place is not None and place[0] == partition and place[1] < offset and record.value:
                verdicts[place[1]] = record.value
        self._lanes[partition] = {}
        for raw_offset in sorted(verdicts):
            judged = decode(verdicts[raw_offset], JudgedPost)
            self._state(partition, judged.lane).apply(judged)

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        """Judge raw posts in order."""
        return process_each(batch, self._judge)

    def _judge(self, record: Record) -> Result:
        post = decode(value_of(record), RawPost)
        judged = judge(self._state(record.partition, post.lane), post)
        self._metrics.verdicts.labels(judged.relation).inc()
        self._metrics.source_last_seen.labels(post.source).set(post.fetched_at.timestamp())
        self._metrics.index_entries.labels(record.partition).set(self._entries(record.partition))
        place = {SOURCE_PARTITION: str(record.partition), SOURCE_OFFSET: str(record.offset)}
        return Result(record, [output_of(judged, place)])

    def _state(self, partition: int, lane: str) -> DedupState:
        """Return the state of a lane: lanes that share a partition are judged apart all the same."""
        lanes = self._lanes[partition]
        if lane not in lanes:
            lanes[lane] = self._new_state()
        return lanes[lane]

    def _entries(self, partition: int) -> int:
        return sum(len(state.rows) for state in self._lanes[partition].values())


def _raw_place(judged: Record) -> tuple[int, int] | None:
    """Return partition and offset of the raw record behind a judged one; None when it does not say."""
    partition = attribute(judged.headers, SOURCE_PARTITION)
    offset = attribute(judged.headers, SOURCE_OFFSET)
    return None if partition is None or offset is None else (int(partition), int(offset))
