"""wiredesk process."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from agents.cli.inputs import Day, Files, Live, Source, posts_of
from agents.cli.rule_files import rules_of
from agents.dedup.config import DedupConfig
from agents.pipeline import load_pipeline
from agents.settings import load_settings
from schemas.base import Message
from schemas.codec import to_plain
from schemas.topics import topic_for


def process(
    files: Files,
    source: Source = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="YAML file or directory of rules: prints stories, alerts and decisions too."),
    ] = None,
    date: Day = None,
    live: Live = False,
) -> None:
    """Run the whole pipeline in this process, without a broker.

    Prints every message it would publish, in order, as one JSON object a line: {"topic", "key", "value"}.
    Several documents are merged by event time. Wrong input ends with exit code 2, after the messages of the
    good posts.

    Example: wiredesk process page.txt | jq 'select(.topic == "events.enriched").value.summary'
    """
    options = load_settings()
    pipeline = load_pipeline(
        rules_of(rules) if rules else None,
        config=DedupConfig(window=options.dedup_window),
        directory=options.data_directory,
    )
    write = sys.stdout.buffer.write
    for message in pipeline.run(posts_of(files, source, date, live)):
        write(line_of(message))
    sys.stdout.buffer.flush()


def line_of(message: Message) -> bytes:
    """Return a message as a line of NDJSON."""
    topic = topic_for(type(message))
    line = {"topic": topic.name, "key": str(getattr(message, topic.key)), "value": message}
    return orjson.dumps(line, default=to_plain, option=orjson.OPT_APPEND_NEWLINE)
