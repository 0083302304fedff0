"""wiredesk sources."""

import asyncio
import re
from pathlib import Path
from typing import Annotated

import typer
import yaml
from prometheus_client import CollectorRegistry

from agents.cli.clock import utc_now
from agents.cli.errors import CommandError
from agents.metrics import Metrics
from agents.polling.source_files import Source, parse_sources
from agents.settings import load_settings
from agents.sources.profiles import load_profiles
from agents.sources.web.opml import OpmlError, Subscription, read_opml
from agents.text_files import read_text
from agents.wiring.connection import Cluster
from agents.wiring.poll import Poller

app = typer.Typer(help="Check the sources that are polled, and import subscriptions.", no_args_is_help=True)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="YAML file; by default that of WIREDESK_SOURCES.")
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch each source once and say what is read.")
    ] = False,
) -> None:
    """Check sources; every mistake is named with file, line and field (exit code 2).

    With --fetch, nothing is published; exit code 1 when a source gives no posts.
    """
    options = load_settings()
    found = sources_of(path or options.sources)
    typer.echo(f"{len(found)} sources are good: {', '.join(source.id for source in found)}", err=True)
    if fetch and not asyncio.run(_fetch_all(found, Cluster(options.broker or "", options))):
        raise typer.Exit(1)


@app.command(name="import")
def import_(path: Annotated[Path, typer.Argument(help="OPML file.", exists=True, dir_okay=False)]) -> None:
    """Print the subscriptions of an OPML file as sources, for a file of WIREDESK_SOURCES."""
    try:
        subscriptions = read_opml(read_text(path, CommandError))
    except OpmlError as error:
        raise CommandError(f"{path}: {error}") from error
    entries: dict[str, dict[str, str]] = {}
    for subscription in subscriptions:
        own = _own_id(subscription, entries)
        entries[own] = {"id": own, "url": subscription.url}
    typer.echo(
        yaml.safe_dump({"sources": list(entries.values())}, sort_keys=False, allow_unicode=True), nl=False
    )


def sources_of(path: Path | None) -> list[Source]:
    """Return the sources of a file.

    Raises:
        CommandError: no file is given, or it cannot be read.
        ListFileError: the file is not good.

    """
    if path is None:
        raise CommandError("no sources: set WIREDESK_SOURCES to a YAML file of sources")
    return parse_sources(read_text(path, CommandError), str(path))


def _own_id(subscription: Subscription, taken: dict[str, dict[str, str]]) -> str:
    """Return an id made of the title, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", subscription.title.casefold()).strip("-")[:80] or "source"
    number, own = 1, base
    while own in taken:
        number += 1
        own = f"{base}-{number}"
    return own


async def _fetch_all(sources: list[Source], cluster: Cluster) -> bool:
    """Fetch every source once, print a line for each and return whether all gave posts."""
    options = cluster.settings
    poller = Poller(
        sources, cluster, load_profiles(options.data_directory), Metrics(CollectorRegistry()), utc_now
    )
    good = True
    async with poller.open_session() as session:
        for source in sources:
            turn = await poller.ask(source, None, session)
            dated = [post.published_at for post in turn.publish if post.published_at]
            newest = max(dated, default=None)
            age = f", newest {utc_now() - newest} old" if newest else ", no times of publishing"
            says = f"{turn.state.form}, {len(turn.publish)} posts{age}" if turn.publish else "no posts"
            typer.echo(f"{source.id}: {says}")
            for problem, sentence in turn.problems:
                typer.echo(f"{source.id}: {problem}: {sentence}")
            good = good and bool(turn.publish)
    return good
