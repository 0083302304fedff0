"""wiredesk bench."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
import typer
from prometheus_client import CollectorRegistry

from agents.cli.errors import CommandError
from agents.cli.inputs import Day, Files, Source, posts_of
from agents.cli.rule_files import rules_of
from agents.cli.stages import Agent, build_stages
from agents.cli.worker import run_stages
from agents.metrics import Metrics
from agents.settings import Settings, load_settings
from agents.wiring.embedded import cluster_of
from agents.wiring.logs import configure_logging
from agents.wiring.measure import Measured, measure, once_each
from agents.wiring.signals import stopped_by_signals
from agents.wiring.topics import scratch_topics
from schemas.posts import RawPost
from schemas.rules import Rule

_AGENTS = (Agent.DEDUP, Agent.CLASSIFICATION, Agent.ALERTING)
_ENOUGH = 500
"""Posts below which starting and ending count for more than the posts."""
_PERCENTILES = (0.5, 0.99)


def bench(files: Files, source: Source = None, date: Day = None) -> None:
    """Measure how fast this machine and its brokers take your posts through.

    Works the posts off as a backlog, and then sends them at half of that speed to see how long each takes
    from posts.raw to its story and alerts. Prints one JSON object. All agents but delivery run in this
    process, with the rules of WIREDESK_RULES, on topics of their own that are deleted in the end; without
    WIREDESK_BROKER on an embedded broker.

    Example: WIREDESK_BROKER=kafka://localhost:9092 wiredesk bench posts.jsonl
    """
    options = load_settings()
    configure_logging("warning")
    posts = once_each(posts_of(files, source, date, live=False))
    if len(posts) < 2:
        raise CommandError("wiredesk bench: the files hold fewer than two posts; give some hundreds")
    if len(posts) < _ENOUGH:
        typer.echo(f"{len(posts)} posts say little of a desk's speed; give at least {_ENOUGH}", err=True)
    figures = asyncio.run(_bench(options, rules_of(options.rules), posts))
    if figures is None:
        raise typer.Exit(130)
    typer.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


async def _bench(options: Settings, rules: Sequence[Rule], posts: list[RawPost]) -> dict[str, Any] | None:
    """Return the figures; None when told to stop."""
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        backlog = await _measured(options, rules, posts, None, Metrics(CollectorRegistry()), stop)
        if backlog is None:
            return None
        load = backlog.rate / 2
        metrics = Metrics(CollectorRegistry())
        sent = await _measured(options, rules, posts, load, metrics, stop)
    if sent is None:
        return None
    return {
        "broker": options.broker or "embedded",
        "rules": len(rules),
        "posts": len(posts),
        "posts_per_second": round(backlog.rate, 1),
        "at_posts_per_second": round(load, 1),
        "milliseconds_a_post": {
            agent.value: round(_milliseconds(metrics, agent, len(posts)), 3) for agent in _AGENTS
        },
        "milliseconds_until_through": {
            f"p{100 * share:g}": round(1000 * sent.percentile(share), 1) for share in _PERCENTILES
        },
    }


async def _measured(
    options: Settings,
    rules: Sequence[Rule],
    posts: list[RawPost],
    load: float | None,
    metrics: Metrics,
    stop: asyncio.Event,
) -> Measured | None:
    """Let agents that begin with nothing take posts through; None when told to stop."""
    prefix = f"{options.topic_prefix}bench-{uuid.uuid4().hex[:8]}."
    own = options.model_copy(update={"topic_prefix": prefix, "metrics_port": 0})
    stages = build_stages(_AGENTS, own, rules, metrics)
    ended = asyncio.Event()
    async with cluster_of(own) as cluster, scratch_topics(cluster):
        working = asyncio.ensure_future(run_stages(cluster, stages, metrics, ended))
        measuring = asyncio.ensure_future(measure(cluster, posts, load))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            jobs: set[asyncio.Future[Any]] = {working, measuring, stopping}
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
            return None if stop.is_set() else measuring.result()
        finally:
            measuring.cancel()
            stopping.cancel()
            ended.set()
            await asyncio.gather(working, measuring, stopping, return_exceptions=True)


def _milliseconds(metrics: Metrics, agent: Agent, posts: int) -> float:
    """Return the time of an agent's functions for one post: not with a backlog, where agents take turns
    within their batches and the time of the others counts as well."""
    labels = {"stage": str(agent)}
    seconds = metrics.registry.get_sample_value("wiredesk_process_seconds_sum", labels) or 0.0
    return 1000 * seconds / posts
