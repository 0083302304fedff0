"""The loop of all agents: a batch in, outputs delivered, state delivered, and only then acknowledged.

The state of a batch goes out with the outputs of the next one where that comes soon, for half as many
requests to the brokers, and by itself where none does.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from agents.metrics import Metrics
from agents.wiring import dead_letters
from agents.wiring.connection import retrying
from agents.wiring.failures import FailureWindow
from agents.wiring.messages import Message, message_of
from agents.wiring.outbox import Outbox
from agents.wiring.stage import Failure, LogReader, Output, Reached, Record, Result, Stage, TimedStage
from agents.wiring.turns import Turns
from schemas.topics import topic_of

log = logging.getLogger(__name__)

_RECORD_OVERHEAD = 16 * 1024
"""Room for key, headers and framing of a message."""


class Inbound(Struct, frozen=True):
    """A record as it was handed over."""

    record: Record
    generation: int
    """Counts the assignments of partitions; a change means that others may have worked on them."""


Acknowledge = Callable[[Inbound], object]
"""Takes the last record of a partition that is done, with all before it."""


class _Done(Struct, frozen=True):
    result: Result
    outputs: list[Message]
    state: list[Message]


class _Owed(Struct, frozen=True):
    """What is left to do for records whose outputs are delivered."""

    state: list[Message]
    last: list[Inbound]
    """By partition the last record."""
    acknowledge: Acknowledge


class _Position(Struct, frozen=True):
    generation: int
    next_offset: int


class BatchLoop:
    """Takes batches through one stage. Whatever breaks off leaves them unacknowledged, to be read again."""

    def __init__(
        self,
        stage: Stage,
        outbox: Outbox,
        topic_log: LogReader,
        metrics: Metrics,
        failures: FailureWindow,
        *,
        prefix: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._stage = stage
        self._is_timed = isinstance(stage, TimedStage)
        self._outbox = outbox
        self._log = topic_log
        self._metrics = metrics
        self._failures = failures
        self._prefix = prefix
        self._clock = clock
        self._positions: dict[tuple[str, int], _Position] = {}
        self._restored: dict[int, int] = {}
        """By partition the generation in which a timed stage took up its state."""
        self._owed: _Owed | None = None
        self._at_work = asyncio.Lock()

    async def run(self, batch: Sequence[Inbound], acknowledge: Acknowledge) -> None:
        """Process a batch and deliver its outputs; the rest is done with the next batch, or by `settle`.

        Raises:
            TooManyFailuresError: most of the recent messages failed; the batch is not acknowledged.

        """
        async with self._at_work:
            for part in runs_without_rewind(batch):
                await self._run_part(part, acknowledge)

    async def settle(self) -> None:
        """Deliver the state of the batch before and acknowledge it, partition by partition."""
        async with self._at_work:
            await self._settle()

    async def take_up(self, partition: int, generation: int) -> None:
        """Let a timed stage take up the state of a partition that it has got, though no record has come."""
        async with self._at_work:
            if self._restored.get(partition) != generation:
                await self._settle()
                await self._restore(self._stage.inputs[0], partition, 0)
                self._restored[partition] = generation

    async def fire(self, stage: TimedStage, partition: int, generation: int, reached: Reached) -> None:
        """Carry out what is due in a partition; what another assignment has is left to it."""
        async with self._at_work:
            if self._restored.get(partition) != generation:
                return
            await self._settle()
            del self._restored[partition]  # so that what is broken off is taken up anew
            fired, turns = [], Turns()
            for one in stage.fire(partition, reached):
                fired.append(one)
                await turns.pass_on()
            outputs = [output for one in fired for output in one.outputs]
            await self._deliver([message_of(output, self._prefix) for output in outputs])
            await self._deliver([message_of(output, self._prefix) for one in fired for output in one.state])
            self._restored[partition] = generation
            self._count_out(outputs)

    async def _run_part(self, batch: Sequence[Inbound], acknowledge: Acknowledge) -> None:
        name = self._stage.name
        await self._restore_where_needed(batch)
        started = time.perf_counter()
        done = await self._process([item.record for item in batch])
        processed = time.perf_counter()
        await self._settle([message for each in done for message in each.outputs])
        last = {(item.record.topic, item.record.partition): item for item in batch}
        state = [message for each in done for message in each.state]
        self._owed = _Owed(state, [*last.values()], acknowledge)
        self._metrics.process_seconds.labels(name).observe(processed - started)
        self._metrics.deliver_seconds.labels(name).observe(time.perf_counter() - processed)
        self._count([each.result for each in done])

    async def _settle(self, outputs: Sequence[Message] = ()) -> None:
        """Deliver what is owed together with the outputs of the batch after it."""
        owed = self._owed
        await self._deliver([*outputs, *(owed.state if owed else ())])
        self._owed = None
        if owed:
            for last in owed.last:
                owed.acknowledge(last)

    async def _deliver(self, messages: Sequence[Message]) -> None:
        if messages:
            on_retry = self._metrics.delivery_retries.labels(self._stage.name).inc
            await self._outbox.deliver(messages, on_retry)

    async def _restore_where_needed(self, batch: Sequence[Inbound]) -> None:
        """Let the stage take up its state for partitions that are new to it or do not go on where it was."""
        for item in batch:
            record = item.record
            if self._is_stale(item):
                await self._settle()
                await self._restore(record.topic, record.partition, record.offset)
                self._restored[record.partition] = item.generation
            self._positions[record.topic, record.partition] = _Position(item.generation, record.offset + 1)

    def _is_stale(self, item: Inbound) -> bool:
        """Say whether the state of a record's partition has to be taken up anew.

        That of a timed stage is of one assignment only, and of all its inputs alike.
        """
        record = item.record
        position = self._positions.get((record.topic, record.partition))
        if self._is_timed:
            if self._restored.get(record.partition) != item.generation:
                return True
            return position is not None and _breaks_off(position, item)
        return position is None or _breaks_off(position, item)

    async def _restore(self, topic: str, partition: int, offset: int) -> None:
        async for attempt in retrying(f"restoring the state of {self._stage.name}"):
            with attempt:
                await self._stage.restore(topic, partition, offset, self._log)
        self._metrics.restores.labels(self._stage.name).inc()

    async def _process(self, records: Sequence[Record]) -> list[_Done]:
        """Run the stage, letting other tasks have the event loop now and then.

        Raises:
            TooManyFailuresError: most of the recent messages failed.

        """
        done = []
        turns = Turns()
        for result in self._stage.process(records):
            done.append(self._prepare(result))
            self._note(done[-1].result)
            await turns.pass_on()
        return done

    def _prepare(self, result: Result) -> _Done:
        """Build the messages of a result; one that is larger than its topic takes makes it a failure."""
        if result.failure is None:
            outputs = [message_of(output, self._prefix) for output in result.outputs]
            state = [message_of(output, self._prefix) for output in result.state]
            failure = _too_large(result.outputs, outputs) or _too_large(result.state, state)
            if failure is None:
                return _Done(result, outputs, state)
            result = Result(result.record, failure=failure)
        assert result.failure is not None
        letter = dead_letters.build(
            self._stage.name, result.record, result.failure, self._prefix, self._clock()
        )
        return _Done(result, [letter], [])

    def _note(self, result: Result) -> None:
        self._failures.add(result.failure is not None)
        if result.failure is not None:
            record, failure = result.record, result.failure
            log.warning("%s: %s in %s[%d] at offset %d set aside: %s", self._stage.name, failure.reason,
                        record.topic, record.partition, record.offset, failure.error)  # fmt: skip
            self._failures.check(self._stage.name, failure.error)

    def _count(self, results: Sequence[Result]) -> None:
        name = self._stage.name
        self._metrics.batch_messages.labels(name).observe(len(results))
        for topic, count in Counter(result.record.topic for result in results).items():
            self._metrics.messages_in.labels(name, topic).inc(count)
        self._count_out([output for result in results for output in result.outputs])
        for result in results:
            if result.failure is not None:
                self._metrics.dead_letters.labels(name, result.failure.reason).inc()

    def _count_out(self, outputs: Sequence[Output]) -> None:
        for topic, count in Counter(output.topic for output in outputs).items():
            self._metrics.messages_out.labels(self._stage.name, topic).inc(count)


def _too_large(outputs: Sequence[Output], messages: Sequence[Message]) -> Failure | None:
    for output, message in zip(outputs, messages, strict=True):
        limit, size = topic_of(output.topic).max_bytes, len(message.value or b"")
        if size + _RECORD_OVERHEAD > limit:
            error = f"the message for {output.topic} has {size} bytes, the topic takes {limit}"
            return Failure("too_large", error)
    return None


def _breaks_off(position: _Position, item: Inbound) -> bool:
    """Say whether a record does not follow on what was processed here.

    A gap within one generation is no break: compaction and transaction markers leave such gaps.
    """
    offset = item.record.offset
    if item.generation == position.generation:
        return offset < position.next_offset
    return offset != position.next_offset


def runs_without_rewind(batch: Sequence[Inbound]) -> Iterator[list[Inbound]]:
    """Cut a batch before every record that goes back in its partition, as after a rebalance."""
    run: list[Inbound] = []
    last: dict[tuple[str, int], int] = {}
    for item in batch:
        place = item.record.topic, item.record.partition
        if item.record.offset <= last.get(place, -1):
            yield run
            run, last = [], {}
        run.append(item)
        last[place] = item.record.offset
    if run:
        yield run
