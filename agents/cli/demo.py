"""wiredesk demo."""

import asyncio
import logging
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import typer
from prometheus_client import CollectorRegistry
from rich.console import Console

from agents.cli.demo_gateway import DemoGateway, demo_gateway
from agents.cli.demo_view import Seen, alert_text, summary
from agents.cli.inputs import posts_of
from agents.cli.rule_files import rules_of
from agents.cli.stages import Agent, build_stages
from agents.cli.worker import run_stages
from agents.gateway.cursors import encode_cursor
from agents.metrics import Metrics
from agents.settings import Settings, load_settings
from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.log import read_to_end
from agents.wiring.logs import configure_logging
from agents.wiring.replay import replay
from agents.wiring.signals import stopped_by_signals
from agents.wiring.stage import Record
from agents.wiring.tail import tail
from agents.wiring.topics import create_topics
from schemas.alerts import Alert, Decision
from schemas.codec import decode
from schemas.posts import JudgedPost, RawPost
from schemas.stories import Story

POSTS_A_SECOND = 15.0
"""Slow enough to watch, fast enough not to wait."""
PATIENCE_SECONDS = 120.0


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End when the sample is through; else stay up until Ctrl-C.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the gateway on 127.0.0.1; 0 takes a free one.")
    ] = 0,
) -> None:
    """Run everything on this machine and watch a fictional crisis go through.

    Starts an embedded broker, all agents and the gateway, replays the bundled sample pages of three invented
    outlets and a wire, and prints the alerts as they come. Nothing outside this machine is touched.
    """
    options = load_settings().model_copy(update={"broker": None, "metrics_port": 0})
    configure_logging("warning")
    logging.getLogger("agents").setLevel("ERROR")
    with as_file(files("agents") / "samples") as samples:
        posts = list(posts_of(sample_files(samples), None, None, live=False))
        asyncio.run(_demo(options, posts, samples / "rules.yaml", port, once, Console()))


def sample_files(samples: Path) -> list[Path]:
    """Return the bundled documents, in the order of their names."""
    return sorted([*samples.glob("*.txt"), *samples.glob("*.jsonl")])


async def _demo(
    options: Settings, posts: list[RawPost], rules: Path, port: int, once: bool, console: Console
) -> None:
    stop = asyncio.Event()
    metrics = Metrics(CollectorRegistry())
    with console.status("loading data files (the first time takes some seconds longer)"):
        stages = build_stages(list(Agent), options, rules_of(rules), metrics)
    seen = Seen(posts=len(posts))
    with stopped_by_signals(stop):
        async with embedded_broker(options) as cluster:
            await create_topics(cluster)
            async with demo_gateway(cluster, port) as gateway:
                console.print(_welcome(len(posts), cluster, gateway), soft_wrap=True)
                jobs: list[asyncio.Future[Any]] = [
                    asyncio.ensure_future(run_stages(cluster, stages, metrics, stop)),
                    *_watchers(cluster, seen, console),
                    asyncio.ensure_future(_feed(cluster, posts, seen)),
                ]
                try:
                    await _until_through(seen, stop, jobs)
                    await _show(cluster, seen, stop, console)
                    if not once and not stop.is_set():
                        console.print(_invitation(cluster, gateway), soft_wrap=True)
                        await stop.wait()
                finally:
                    stop.set()
                    await _end(jobs)


def _welcome(posts: int, cluster: Cluster, gateway: DemoGateway) -> str:
    return (
        f"[bold]{posts} posts[/] of a fictional crisis; broker at {cluster.address},"
        f" gateway at {gateway.address}, token {gateway.token}\n"
    )


def _invitation(cluster: Cluster, gateway: DemoGateway) -> str:
    bearer = f"curl -N -H 'Authorization: Bearer {gateway.token}'"
    beginning = encode_cursor("e", [0] * cluster.settings.partitions)
    return (
        "still up, until Ctrl-C; look with:\n"
        f"  WIREDESK_BROKER={cluster.address} wiredesk tail stories --from-beginning\n"
        f"  curl {gateway.address}/openapi.json\n"
        f"  {bearer} {gateway.address}/v1/alerts\n"
        f"  {bearer} -H 'Last-Event-ID: {beginning}' {gateway.address}/v1/events/stream"
    )


async def _feed(cluster: Cluster, posts: list[RawPost], seen: Seen) -> None:
    """Publish the posts; the first goes ahead until it is through: then all agents are at work."""
    await replay(cluster, posts[:1])
    await seen.until(lambda: seen.taken_in > 0)
    await replay(cluster, posts[1:], rate=POSTS_A_SECOND)


async def _show(cluster: Cluster, seen: Seen, stop: asyncio.Event, console: Console) -> None:
    """Wait until the last alert is shown and print the summary, unless the demo was stopped."""
    if stop.is_set():
        return
    alerts = [record async for record in read_to_end(cluster, "alerts")]
    decisions = [record async for record in read_to_end(cluster, "alerts.decisions")]
    async with asyncio.timeout(PATIENCE_SECONDS):
        await seen.until(lambda: seen.alerts.total() >= len(alerts) and seen.decisions >= len(decisions))
    console.print(summary(seen))


async def _until_through(seen: Seen, stop: asyncio.Event, jobs: list[asyncio.Future[Any]]) -> None:
    """Wait until every post is through or somebody stops the demo.

    Raises:
        TimeoutError: the posts did not come through.
        Exception: what ended one of the jobs.

    """
    ends: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(seen.until(seen.is_through)),
        asyncio.ensure_future(stop.wait()),
    ]
    waiting: set[asyncio.Future[Any]] = {*ends, *jobs}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(end.done() for end in ends):
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for job in done:
                    job.result()
    finally:
        for end in ends:
            end.cancel()


async def _end(jobs: list[asyncio.Future[Any]]) -> None:
    """Let the worker finish and end the rest."""
    worker, *others = jobs
    for job in others:
        job.cancel()
    await asyncio.gather(worker, *others, return_exceptions=True)


def _watchers(cluster: Cluster, seen: Seen, console: Console) -> list["asyncio.Future[None]"]:
    handlers: dict[str, Callable[[Record], None]] = {
        "posts.judged": lambda record: _count_judged(seen, record),
        "stories": lambda record: _count_story(seen, record),
        "alerts": lambda record: _show_alert(seen, console, record),
        "alerts.decisions": lambda record: _count_decision(seen, record),
    }
    return [asyncio.ensure_future(_watch(cluster, topic, take, seen)) for topic, take in handlers.items()]


async def _watch(cluster: Cluster, topic: str, take: Callable[[Record], None], seen: Seen) -> None:
    async for record in tail(cluster, topic, from_beginning=True):
        take(record)
        seen.changed.set()


def _count_judged(seen: Seen, record: Record) -> None:
    seen.relations[decode(record.value or b"", JudgedPost).relation] += 1


def _count_story(seen: Seen, record: Record) -> None:
    story = decode(record.value or b"", Story)
    seen.stories[story.story_id] = story
    seen.taken_in += 1


def _count_decision(seen: Seen, record: Record) -> None:
    decision = decode(record.value or b"", Decision)
    seen.decisions += 1
    if decision.outcome == "held":
        seen.held[decision.reason] += 1


def _show_alert(seen: Seen, console: Console, record: Record) -> None:
    alert = decode(record.value or b"", Alert)
    seen.alerts[alert.rule_id, alert.kind] += 1
    console.print(alert_text(alert))
