"""wiredesk replay."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agents.cli.errors import CommandError
from agents.cli.inputs import Day, Files, Live, Source, posts_of
from agents.settings import Settings, load_settings
from agents.wiring.connection import Cluster
from agents.wiring.replay import replay as produce
from agents.wiring.topics import create_topics
from schemas.posts import RawPost


def replay(
    files: Files,
    source: Source = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0.001, help="So many times as fast as it happened, by event time; unset: at once."),
    ] = None,
    date: Day = None,
    live: Live = False,
) -> None:
    """Cut documents into posts and publish them to posts.raw, oldest first.

    Needs WIREDESK_BROKER. The alerts that follow carry status exercise and page nobody, unless --live is
    given.

    Example: WIREDESK_BROKER=kafka://localhost:9092 wiredesk replay page.txt --speed 60
    """
    options = load_settings()
    if options.broker is None:
        raise CommandError(
            "wiredesk replay: set WIREDESK_BROKER=kafka://host:port; start a broker with: wiredesk broker"
        )
    posts = list(posts_of(files, source, date, live))
    asyncio.run(_replay(options, options.broker, posts, speed))


async def _replay(options: Settings, broker: str, posts: list[RawPost], speed: float | None) -> None:
    cluster = Cluster(broker, options)
    if options.create_topics:
        await create_topics(cluster)
    columns = (TextColumn("posts.raw"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("posts", total=len(posts))
        count = await produce(
            cluster, posts, speed=speed, on_progress=lambda done: progress.update(bar, completed=done)
        )
    typer.echo(f"{count} posts published to {cluster.topic('posts.raw')}", err=True)
