"""What several commands read: documents."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from agents.cli.errors import CommandError
from agents.settings import load_settings
from agents.sources.files import read_files
from agents.sources.profiles import load_profiles
from schemas.posts import RawPost

Files = Annotated[
    list[Path],
    typer.Argument(
        help="Live-blog pages (text or HTML), feeds, or JSON lines of raw posts.", metavar="FILE..."
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        help="Id of the outlet, for pages whose outlet is not recognised and JSON lines that name none."
    ),
]
Day = Annotated[
    str | None,
    typer.Option(help="Date of pages that print none, as YYYY-MM-DD; else their times stay unknown."),
]
Live = Annotated[
    bool,
    typer.Option(
        "--live", help="Treat the posts as live: alerts are actual ones, not exercises of a replay."
    ),
]


def posts_of(files: list[Path], source: str | None, day: str | None, live: bool) -> Iterator[RawPost]:
    """Yield the posts of documents, oldest first, marked as a replay unless they are live.

    Raises:
        SourceError: a document cannot be read any further; the good posts have been yielded.

    """
    known_day = _date(day)
    profiles = load_profiles(load_settings().data_directory)
    for post in read_files(
        files, source=source, day=known_day, profiles=profiles, warn=lambda text: typer.echo(text, err=True)
    ):
        yield post if live else msgspec.structs.replace(post, exercise=True)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--date: {text!r} is not a date such as 2026-03-10") from error
