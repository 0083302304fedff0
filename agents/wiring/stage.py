"""What a stage is to the wiring: a plain object that turns records into outputs.

What is made for every message is a msgspec struct: a frozen dataclass of six fields takes 2.2 µs to make, a
struct 0.2 µs.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from schemas.base import Message
from schemas.codec import DecodeError
from schemas.dead_letters import DeadLetterReason


class Record(Struct, frozen=True):
    """One message as it lies on a topic."""

    topic: str
    """Name in the topic table, without prefix."""
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes] = {}


class Output(Struct, frozen=True):
    """One message to publish, with what its CloudEvents headers say."""

    topic: str
    """Name in the topic table, without prefix."""
    key: str
    value: Message | None
    """None deletes the key on a compacted topic."""
    id: str
    """Same id, same message: what subscribers drop repeats by, together with the source."""
    source: str
    time: datetime
    """Event time."""
    subject: str | None = None
    sequence: int | None = None
    extensions: Mapping[str, str] = {}
    """Further CloudEvents attributes; names in lower-case letters and digits."""
    partition: int | None = None
    """None: by the hash of the key."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a record cannot be processed."""

    reason: DeadLetterReason
    error: str


class Result(Struct, frozen=True):
    """What one record led to."""

    record: Record
    outputs: Sequence[Output] = ()
    state: Sequence[Output] = ()
    """What the stage must find again after a restart; published once the outputs are delivered."""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """What a timer of a stage led to."""

    outputs: Sequence[Output]
    state: Sequence[Output]
    """As in a result: published once the outputs are delivered."""


class LogReader(Protocol):
    """Reads topics from their beginning to where they end now."""

    def read(self, topic: str, partitions: Sequence[int] | None = None) -> AsyncIterator[Record]:
        """Yield the records of the partitions, all of them when None, in order within each partition."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far time has come.

    Attributes:
        lanes: watermark of each lane, told once all its posts until then were delivered.
        idle: where the wall clock has brought the lanes in which nothing happens; nothing marked as an
            exercise goes by it.

    """

    lanes: Mapping[str, datetime]
    idle: Mapping[str, datetime]


class Stage(Protocol):
    """One step of the pipeline. It knows neither broker nor consumer."""

    @property
    def name(self) -> str:
        """Name of the stage, in metrics, dead letters and its consumer group."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Topics it reads, by their names in the topic table."""

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Take up the state before ``offset`` of a partition, dropping what is held of it.

        Called before the first record of a partition, and again whenever the partition may have been
        processed elsewhere or goes back. All outputs and state of earlier records are on their topics.
        """

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        """Return one result a record, in order. Must not raise: what fails is a result with a failure."""


@runtime_checkable
class TimedStage(Stage, Protocol):
    """A stage whose state also changes when a time is over, which records of its first input tell.

    What it sends then does not depend on when it is carried out, as long as no record with an earlier time
    can come any more. Its state is restored at every assignment of a partition: timers change it without a
    record.
    """

    def is_due(self, partition: int, reached: Reached) -> bool:
        """Tell whether anything of a partition is due."""

    def fire(self, partition: int, reached: Reached) -> Iterable[Fired]:
        """Carry out what is due. Must not raise."""


def process_each(batch: Sequence[Record], handle: Callable[[Record], Result]) -> Iterator[Result]:
    """Handle records one by one; one that raises becomes a failure and the others are not touched."""
    for record in batch:
        try:
            yield handle(record)
        except DecodeError as error:
            where = f"{error.field}: " if error.field else ""
            yield Result(record, failure=Failure(error.reason, f"{where}{error}"))
        except Exception as error:  # a bug on one post must not stop the others
            yield Result(record, failure=Failure("failed", f"{type(error).__name__}: {error}"))


def value_of(record: Record) -> bytes:
    """Return the value of a record.

    Raises:
        DecodeError: the record has none.

    """
    if record.value is None:
        raise DecodeError("invalid", "the message has no value")
    return record.value
