"""wiredesk explain."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer

from agents.alerting.messages.explain import (
    KINDS,
    Message,
    explain_alert,
    explain_story,
    record_of,
    story_of_id,
)
from agents.cli.brokers import needs_broker
from agents.cli.errors import CommandError
from agents.wiring.history import messages_about
from schemas.codec import DecodeError, from_plain


def explain(
    any_id: Annotated[str, typer.Argument(metavar="STORY_ID|ALERT_ID", help="Id of a story or of an alert.")],
    file: Annotated[
        Path | None,
        typer.Option("--from", help="Output of wiredesk process, - for standard input, in place of topics."),
    ] = None,
) -> None:
    """Print the history of a story, or of one alert, in words.

    What was sent and what was held back, when, why, and with which figures; as far back as the topics go.

    Example: wiredesk process page.txt --rules rules.yaml | wiredesk explain STORY_ID --from -
    """
    if file is None:
        messages = asyncio.run(messages_about(needs_broker("explain"), any_id))
    else:
        messages = list(_read(file))
    found = story_of_id(any_id, messages)
    if found is None:
        raise CommandError(f"wiredesk explain: no story and no alert has the id {any_id!r}")
    story_id, rule_id = found
    record = record_of(story_id, messages)
    for line in explain_story(record) if rule_id is None else explain_alert(record, rule_id):
        typer.echo(line)


def _read(file: Path) -> Iterator[Message]:
    """Yield the stories, alerts and decisions of a file of messages.

    Raises:
        CommandError: the file cannot be read or a line of it is no message; named with line and field.

    """
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            plain = orjson.loads(line)
            if plain["topic"] in KINDS:
                yield from_plain(plain["value"], KINDS[plain["topic"]])
        except DecodeError as error:
            raise CommandError(f"{file}:{number}: value.{error.field or ''}: {error}") from error
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            message = 'not {"topic", "key", "value"} as wiredesk process prints it'
            raise CommandError(f"{file}:{number}: {message}") from error
