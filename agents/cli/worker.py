"""wiredesk worker."""

import asyncio
from contextlib import suppress
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry

from agents.cli.clock import utc_now
from agents.cli.errors import CommandError
from agents.cli.rule_files import rules_of
from agents.cli.stages import Agent, build_stages
from agents.metrics import Metrics
from agents.settings import Settings, load_settings
from agents.wiring.alerting_stage import AlertingStage
from agents.wiring.connection import Cluster
from agents.wiring.delivery_stage import DeliveryStage
from agents.wiring.embedded import cluster_of
from agents.wiring.logs import configure_logging
from agents.wiring.rules import follow_rules
from agents.wiring.sender import LAST_OUTCOMES_SECONDS, Sender, keep_sending
from agents.wiring.signals import stopped_by_signals
from agents.wiring.stage import Stage
from agents.wiring.worker import run_worker

_SENDER_SECONDS = 1.0
"""What a sender has, after its last attempts and their outcomes, for closing its connections."""


def worker(
    agents: Annotated[
        str, typer.Option(help="Agents to run, by name, with commas between them.")
    ] = "dedup,classification,alerting,delivery",
) -> None:
    """Run agents until SIGTERM or Ctrl-C.

    The batch at hand is finished and acknowledged first; kill -9 loses nothing either. Metrics are at
    http://127.0.0.1:9464/metrics and health at /healthz (WIREDESK_METRICS_HOST, WIREDESK_METRICS_PORT). Rules
    come from WIREDESK_RULES and from the topic rules, which is followed while the worker runs.

    Example: WIREDESK_BROKER=kafka://localhost:9092 wiredesk worker --agents classification
    """
    options = load_settings()
    chosen = _chosen(agents)
    configure_logging(options.log_level)
    metrics = Metrics(CollectorRegistry())
    stages = build_stages(chosen, options, rules_of(options.rules), metrics)
    asyncio.run(_run(options, stages, metrics))


def _chosen(names: str) -> list[Agent]:
    """Return the agents named.

    Raises:
        CommandError: a name is not that of an agent, or none is given.

    """
    try:
        found = list(dict.fromkeys(Agent(name.strip()) for name in names.split(",") if name.strip()))
    except ValueError as error:
        raise CommandError(f"--agents: {error}; agents are {', '.join(Agent)}") from error
    if not found:
        raise CommandError(f"--agents: name at least one of {', '.join(Agent)}")
    return found


async def _run(options: Settings, stages: list[Stage], metrics: Metrics) -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        async with cluster_of(options) as cluster:
            await run_stages(cluster, stages, metrics, stop)


async def run_stages(cluster: Cluster, stages: list[Stage], metrics: Metrics, stop: asyncio.Event) -> None:
    """Run stages until told to stop, while the rules on their topic are followed.

    What follows rules or sends alerts starts once the topics are there, for a broker may make one up that a
    client asks for, and goes on for as long as the stages do: where one ends, all are stopped, and its error
    is raised.
    """
    prepared = asyncio.Event()

    async def follow(stage: AlertingStage) -> None:
        await prepared.wait()
        await follow_rules(cluster, stage.take_rule)

    async def send(stage: DeliveryStage) -> None:
        await prepared.wait()
        await keep_sending(Sender(stage.endpoints, cluster, metrics, utc_now), stop)

    followers = [asyncio.ensure_future(follow(stage)) for stage in stages if isinstance(stage, AlertingStage)]
    sending = [
        asyncio.ensure_future(send(stage))
        for stage in stages
        if isinstance(stage, DeliveryStage) and stage.endpoints
    ]
    for task in (*followers, *sending):
        task.add_done_callback(lambda _: stop.set())
    try:
        await run_worker(cluster, stages, metrics, stop, prepared=prepared)
    finally:
        stop.set()
        if sending and prepared.is_set():
            last = cluster.settings.delivery_timeout + LAST_OUTCOMES_SECONDS + _SENDER_SECONDS
            await asyncio.wait(sending, timeout=last)
        for task in (*followers, *sending):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
