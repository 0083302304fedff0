"""wiredesk rules test."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agents.alerting.messages.words import utc
from agents.cli.inputs import Day, Source, posts_of
from agents.cli.rule_files import rules_of
from agents.dedup.config import DedupConfig
from agents.pipeline import load_pipeline
from agents.settings import load_settings
from agents.trial import Row, Trial
from schemas.rules import Rule

WIDTH_OF_FILES = 160
"""Columns of a table that is not written to a terminal."""
_STYLES = {"alert": "bold red", "update": "bold yellow", "cancel": "bold blue"}


def test(
    rules: Annotated[Path, typer.Argument(help="YAML file or directory of rules.")],
    against: Annotated[
        list[Path],
        typer.Option(help="Live-blog page as text, or JSON lines of raw posts.", metavar="FILE..."),
    ],
    more: Annotated[list[Path] | None, typer.Argument(help="Further files of posts.")] = None,
    misses: Annotated[
        bool,
        typer.Option(
            "--misses", help="Show posts too that a rule just missed: some of its conditions hold, not all."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, not a table.")
    ] = False,
    source: Source = None,
    date: Day = None,
) -> None:
    """Show which posts would have led to an alert or been held back under some rules, and why; no broker.

    Exit code 0 whatever the rules make of the posts, 2 when a rule or a post cannot be used.

    Example: wiredesk rules test rules.yaml --against page.txt --misses
    """
    found = rules_of(rules)
    options = load_settings()
    pipeline = load_pipeline(
        found, config=DedupConfig(window=options.dedup_window), directory=options.data_directory
    )
    trial = Trial(pipeline, {rule.id: rule for rule in found}, misses)
    rows = trial.run(posts_of([*against, *(more or [])], source, date, live=True))
    counts = _print_lines(rows) if as_json else _print_table(rows)
    for rule in found:
        typer.echo(_summary(rule, counts, trial.far.get(rule.id, 0)), err=True)


def _print_lines(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row.rule_id, row.outcome] += 1
        sys.stdout.buffer.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
    return counts


def _print_table(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    """Print the rows; those before a mistake in the posts are printed too."""
    counts: Counter[tuple[str, str]] = Counter()
    table = Table("time", "rule", "outcome", "post", "why", box=box.SIMPLE_HEAD, pad_edge=False)
    try:
        for row in rows:
            counts[row.rule_id, row.outcome] += 1
            table.add_row(*_cells(row))
    finally:
        if counts:
            Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES).print(table)
    return counts


def _cells(row: Row) -> tuple[str, str, Text, Text, Text]:
    done = Text(f"{row.outcome}\n{row.reason}", style=_STYLES.get(row.outcome, ""))
    post = Text(f"{row.source}: {row.headline}" if row.source else row.post_id)
    why = Text("\n".join([row.words, *(one.words for one in row.conditions)]))
    return utc(row.at).removesuffix(" UTC"), row.rule_id, done, post, why


def _summary(rule: Rule, counts: Counter[tuple[str, str]], far: int) -> str:
    sent = {outcome: counts[rule.id, outcome] for outcome in ("alert", "update", "cancel")}
    parts = [f"{count} {outcome}{'' if count == 1 else 's'}" for outcome, count in sent.items() if count]
    others = {"held": "held back", "missed": "missed"}
    parts += [f"{counts[rule.id, name]} {words}" for name, words in others.items() if counts[rule.id, name]]
    parts += [f"{far} posts far from it"] if far else []
    return f"{rule.id}: {', '.join(parts) or 'no post matched'}"
