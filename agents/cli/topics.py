"""wiredesk topics."""

import asyncio

import typer

from agents.cli.brokers import needs_broker
from agents.wiring.topics import check_topics, create_topics

app = typer.Typer(help="Create and check the topics.", no_args_is_help=True)


@app.command()
def create() -> None:
    """Create the topics that are missing; those that are there stay as they are."""
    created = asyncio.run(create_topics(needs_broker("topics create")))
    for name in created:
        typer.echo(name)
    typer.echo(f"{len(created)} topics created", err=True)


@app.command()
def check() -> None:
    """Hold the topics on the brokers against the topic table; exit code 1 when one does not fit."""
    findings = asyncio.run(check_topics(needs_broker("topics check")))
    for finding in findings:
        typer.echo(finding.message)
    if findings:
        raise typer.Exit(1)
    typer.echo("all topics fit", err=True)
