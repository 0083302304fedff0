"""Dead letters: setting messages aside whole, listing them, putting them back."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from agents.wiring import cloudevents
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from agents.wiring.messages import Message
from agents.wiring.outbox import Outbox
from agents.wiring.stage import Failure, Output, Record
from schemas.codec import decode, encode
from schemas.dead_letters import DeadLetter
from schemas.ids import stable_hash
from schemas.topics import topic_of

TOPIC = "dead.letters"
_ORIGINAL_HEADER = "original."
"""Put before the names of the original's headers."""
_PUT_BACK_HEADER = "put_back"
_ERROR_CHARACTERS = 2000
_ROOM_FOR_FIELDS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter on its topic."""

    id: str
    letter: DeadLetter
    key: bytes | None
    headers: dict[str, bytes]
    """Headers of the original."""


def build(stage: str, record: Record, failure: Failure, prefix: str, now: datetime) -> Message:
    """Return the message that sets a record aside.

    A value too large for the topic is left out; its origin tells where it still is.
    """
    value, error = record.value, failure.error[:_ERROR_CHARACTERS]
    if value is not None and len(value) * 4 // 3 + _ROOM_FOR_FIELDS > topic_of(TOPIC).max_bytes:
        value, error = None, f"{error} (value of {len(record.value or b'')} bytes left out)"
    letter = DeadLetter(
        stage=stage,
        reason=failure.reason,
        error=error,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=_to_base64(record.key),
        value=_to_base64(value),
        failed_at=now,
    )
    letter_id = stable_hash("dead", stage, record.topic, str(record.partition), str(record.offset))
    output = Output(TOPIC, letter_id, letter, id=letter_id, source=stage, time=now)
    original = [(_ORIGINAL_HEADER + name, value) for name, value in record.headers.items()]
    return Message(
        f"{prefix}{TOPIC}",
        record.key if record.key is not None else letter_id.encode(),
        encode(letter),
        [*cloudevents.headers_of(output), *original],
    )


async def list_letters(cluster: Cluster) -> list[Letter]:
    """Return the dead letters that were not put back, oldest first, each once.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    letters: dict[str, Letter] = {}
    async for record in read_to_end(cluster, TOPIC):
        if record.value is None:
            letters.pop(record.headers.get(_PUT_BACK_HEADER, b"").decode(), None)
        else:
            letter = _read(record)
            letters.setdefault(letter.id, letter)
    return list(letters.values())


async def put_back(
    cluster: Cluster, chosen: Callable[[Letter], bool] = lambda _: True
) -> tuple[list[Letter], list[Letter]]:
    """Publish the originals of dead letters to their topics again, each only once.

    Returns:
        The letters that were put back, and the chosen ones that cannot be: their value was left out.

    Raises:
        KafkaError: the broker does not answer.

    """
    letters = [letter for letter in await list_letters(cluster) if chosen(letter)]
    whole = [letter for letter in letters if letter.letter.value is not None]
    async with cluster.producer() as producer:
        outbox = Outbox(producer)
        await outbox.deliver([_original(cluster, letter) for letter in whole])
        await outbox.deliver([_marker(cluster, letter) for letter in whole])
    return whole, [letter for letter in letters if letter.letter.value is None]


def _read(record: Record) -> Letter:
    headers = _with_prefix_removed(record.headers.items())
    letter = decode(record.value or b"", DeadLetter)
    letter_id = cloudevents.attribute(record.headers, "id") or ""
    return Letter(letter_id, letter, record.key, headers)


def _with_prefix_removed(headers: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    return {
        name.removeprefix(_ORIGINAL_HEADER): value
        for name, value in headers
        if name.startswith(_ORIGINAL_HEADER)
    }


def _original(cluster: Cluster, letter: Letter) -> Message:
    origin = letter.letter
    key, value = _from_base64(origin.key), _from_base64(origin.value)
    return Message(
        cluster.topic(origin.topic),
        key,
        value,
        list(letter.headers.items()),
        partition=origin.partition if key is None else None,
    )


def _marker(cluster: Cluster, letter: Letter) -> Message:
    """Return the message that says that a letter was put back: no value, and the letter's id."""
    return Message(cluster.topic(TOPIC), letter.key, None, [(_PUT_BACK_HEADER, letter.id.encode())])


def _to_base64(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()


def _from_base64(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
