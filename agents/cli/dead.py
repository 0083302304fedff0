"""wiredesk dead."""

import asyncio
from typing import Annotated

import orjson
import typer

from agents.cli.brokers import needs_broker
from agents.wiring.dead_letters import Letter, list_letters
from agents.wiring.dead_letters import put_back as put_letters_back
from schemas.codec import to_plain

app = typer.Typer(help="Look at messages that were set aside, and put them back.", no_args_is_help=True)
Stage = Annotated[str | None, typer.Option(help="Only those that this stage set aside.")]
Reason = Annotated[str | None, typer.Option(help="Only those with this reason, such as failed.")]


@app.command(name="list")
def list_(stage: Stage = None, reason: Reason = None) -> None:
    """Print the dead letters, one JSON object a line, the oldest first."""
    for letter in asyncio.run(list_letters(needs_broker("dead list"))):
        if _is_chosen(letter, stage, reason):
            typer.echo(orjson.dumps({"id": letter.id, **to_plain(letter.letter)}))


@app.command(name="put-back")
def put_back(
    letter_id: Annotated[str | None, typer.Argument(help="Id of one dead letter; all when left out.")] = None,
    stage: Stage = None,
    reason: Reason = None,
) -> None:
    """Publish the original messages to their topics again, each once, and take them off the list."""

    def chosen(letter: Letter) -> bool:
        return letter_id in (None, letter.id) and _is_chosen(letter, stage, reason)

    back, left = asyncio.run(put_letters_back(needs_broker("dead put-back"), chosen))
    typer.echo(f"{len(back)} messages put back", err=True)
    for letter in left:
        origin = letter.letter
        place = f"{origin.topic}[{origin.partition}] offset {origin.offset}"
        typer.echo(f"{letter.id}: too large to be kept whole; it is still at {place}", err=True)
    if left:
        raise typer.Exit(1)


def _is_chosen(letter: Letter, stage: str | None, reason: str | None) -> bool:
    return stage in (None, letter.letter.stage) and reason in (None, letter.letter.reason)
