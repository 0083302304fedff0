"""Dedup as a stage: one ordered owner for each partition of posts.raw.

What each post leaves in the state of its lane is kept on the topic dedup.state, with the offset of the raw
record it came from: after a restart the state at any raw offset is rebuilt exactly, and a record that comes
again is judged as it was the first time. How far each lane has come in time is told on dedup.watermarks, once
the posts that took it there are delivered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from agents.dedup.entry import Placed, pack, unpack
from agents.dedup.judge import judge_signed
from agents.dedup.runs import runs
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from agents.dedup.watermark import EARLIEST, moment_of
from agents.metrics import Metrics
from agents.wiring.outputs import output_of
from agents.wiring.stage import LogReader, Output, Record, Result, process_each, value_of
from agents.wiring.state_records import state_of
from schemas.codec import DecodeError, decode
from schemas.dedup_entries import DedupEntries, LaneWatermark
from schemas.posts import RawPost

STATE = "dedup.state"
_AT_ONCE = 128
"""Posts judged together: enough to share the cost of a batch, few enough not to keep the event loop long."""
_BYTES_AT_ONCE = 256 * 1024
"""Of posts judged together, some 0.1 s of work."""
_MOST_BYTES = 2 * 1024 * 1024
"""Packed entries of one message; in base64, far below what the topic takes."""

_Place = tuple[int, int]
"""Partition and offset of a raw record."""
_Lane = tuple[int, str]
"""Partition and lane."""


class DedupStage:
    """Judges raw posts."""

    name = "dedup"
    inputs = ("posts.raw",)

    def __init__(
        self, new_state: Callable[[], DedupState], metrics: Metrics, body_limit: int = 1024 * 1024
    ) -> None:
        self._new_state = new_state
        self._body_limit = body_limit
        self._metrics = metrics
        self._lanes: dict[int, dict[str, DedupState]] = {}

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Enter what the raw records before ``offset`` left into new states, in their order.

        All messages of a lane lie on one partition of the topic. Records that were judged again, after a
        crash before their offsets were committed, were judged the same: the first time counts.
        """
        self._lanes[partition] = {}
        last: dict[str, int] = {}
        async for record in log.read(STATE):
            if record.value is None:
                continue
            left = state_of(record, DedupEntries, self._metrics)
            if left is None or left.partition != partition or left.first_offset >= offset:
                continue
            state = self._state(partition, left.lane)
            known = last.get(left.lane, -1)
            some = [pair for pair in unpack(left.entries) if known < pair[0] < offset]
            if some:
                state.enter([entry for _, entry in some])
                last[left.lane] = some[-1][0]

    def process(self, batch: Sequence[Record]) -> Iterator[Result]:
        """Judge raw posts in order."""
        for records in runs(batch, _value_bytes, _BYTES_AT_ONCE, _AT_ONCE):
            yield from self._judge_all(records)

    def _judge_all(self, records: Sequence[Record]) -> Iterable[Result]:
        signed = self._signed(records)
        before = self._reached()
        left: dict[_Lane, list[Placed]] = {}
        results = list(process_each(records, lambda record: self._judge(record, signed, left)))
        state: dict[_Place, list[Output]] = {}
        for place, output in [*_messages(left), *_watermarks(before, left)]:
            state.setdefault(place, []).append(output)
        for result in results:
            kept = state.get((result.record.partition, result.record.offset), ())
            yield Result(result.record, result.outputs, kept, result.failure)

    def _read(self, record: Record) -> RawPost:
        """Return the post of a record.

        Raises:
            DecodeError: the value is no post, or its body is over the limit of the settings.

        """
        post = decode(value_of(record), RawPost)
        size = len(post.body.encode("utf-8", "surrogatepass"))
        if size > self._body_limit:
            raise DecodeError("too_large", f"{size} bytes; at most {self._body_limit} are taken", "body")
        return post

    def _signed(self, records: Sequence[Record]) -> dict[_Place, tuple[RawPost, Signature]]:
        """Return posts with their signatures, which cost less together; those that make trouble are left out,
        to fail one by one."""
        lanes: dict[_Lane, list[tuple[_Place, RawPost]]] = {}
        for record in records:
            try:
                post = self._read(record)
            except DecodeError:
                continue
            place = record.partition, record.offset
            lanes.setdefault((record.partition, post.lane), []).append((place, post))
        signed = {}
        for (partition, lane), posts in lanes.items():
            try:
                signatures = self._state(partition, lane).signatures([post for _, post in posts])
            except Exception:  # one of them; which one shows when they are judged
                continue
            for (place, post), signature in zip(posts, signatures, strict=True):
                signed[place] = post, signature
        return signed

    def _judge(
        self,
        record: Record,
        signed: dict[_Place, tuple[RawPost, Signature]],
        left: dict[_Lane, list[Placed]],
    ) -> Result:
        post, signature = signed.get((record.partition, record.offset)) or self._sign(record)
        judged, entry = judge_signed(self._state(record.partition, post.lane), post, signature)
        if entry is not None:
            left.setdefault((record.partition, post.lane), []).append((record.offset, entry))
        self._metrics.verdicts.labels(judged.relation).inc()
        self._metrics.source_last_seen.labels(post.source).set(post.fetched_at.timestamp())
        self._metrics.index_entries.labels(record.partition).set(self._entries(record.partition))
        return Result(record, [output_of(judged)])

    def _sign(self, record: Record) -> tuple[RawPost, Signature]:
        post = self._read(record)
        return post, self._state(record.partition, post.lane).signatures([post])[0]

    def _state(self, partition: int, lane: str) -> DedupState:
        """Return the state of a lane: lanes that share a partition are judged apart all the same."""
        lanes = self._lanes[partition]
        if lane not in lanes:
            lanes[lane] = self._new_state()
        return lanes[lane]

    def _reached(self) -> dict[_Lane, int]:
        return {
            (partition, lane): state.watermark
            for partition, lanes in self._lanes.items()
            for lane, state in lanes.items()
        }

    def _entries(self, partition: int) -> int:
        return sum(len(state.rows) for state in self._lanes[partition].values())


def _messages(left: dict[_Lane, list[Placed]]) -> Iterator[tuple[_Place, Output]]:
    """Pack what posts left, each message with the place of the raw record that it goes out with."""
    for (partition, lane), pairs in left.items():
        for some in runs(pairs, _packed_bytes, _MOST_BYTES):
            message = DedupEntries(
                lane=lane,
                partition=partition,
                first_offset=some[0][0],
                time=datetime.fromtimestamp(some[-1][1].time, UTC),
                entries=pack(some),
            )
            yield (partition, some[-1][0]), output_of(message)


def _watermarks(before: dict[_Lane, int], left: dict[_Lane, list[Placed]]) -> Iterator[tuple[_Place, Output]]:
    """Tell of the lanes that went on in time, each with the place of the raw record that it goes out with."""
    for (partition, lane), pairs in left.items():
        offset, latest = pairs[-1]
        if latest.watermark > before.get((partition, lane), EARLIEST):
            reached = LaneWatermark(lane=lane, watermark=moment_of(latest.watermark))
            yield (partition, offset), output_of(reached)


def _value_bytes(record: Record) -> int:
    return len(record.value or b"")


def _packed_bytes(placed: Placed) -> int:
    _, entry = placed
    return sum(map(len, (entry.sets, entry.fingerprints, entry.terms, entry.weights)))
