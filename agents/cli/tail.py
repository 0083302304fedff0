"""wiredesk tail."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer

from agents.cli.brokers import needs_broker
from agents.cli.errors import CommandError
from agents.wiring.connection import Cluster
from agents.wiring.stage import Record
from agents.wiring.tail import tail as follow
from schemas.topics import TOPICS, topic_of

NAMES = ", ".join(topic.name for topic in TOPICS)


def tail(
    topic: Annotated[str, typer.Argument(help=f"One of {NAMES}.")],
    from_beginning: Annotated[
        bool,
        typer.Option("--from-beginning", help="Start with the oldest message kept, not with the next one."),
    ] = False,
) -> None:
    """Print the messages of a topic as they come, one JSON object a line.

    Ends with Ctrl-C.

    Example: WIREDESK_BROKER=kafka://localhost:9092 wiredesk tail alerts | jq .value.headline
    """
    try:
        name = topic_of(topic).name
    except KeyError as error:
        raise CommandError(f"wiredesk tail: {error.args[0]}") from error
    asyncio.run(_print(needs_broker("tail"), name, from_beginning))


async def _print(cluster: Cluster, topic: str, from_beginning: bool) -> None:
    async for record in follow(cluster, topic, from_beginning=from_beginning):
        sys.stdout.buffer.write(line_of(record))
        sys.stdout.buffer.flush()


def line_of(record: Record) -> bytes:
    """Return a record as a line of NDJSON; a value that is not JSON is shown as text."""
    line = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": None if record.key is None else record.key.decode("utf-8", "replace"),
        "value": _value(record.value),
    }
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _value(value: bytes | None) -> object:
    if value is None:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode("utf-8", "replace")
