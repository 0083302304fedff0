"""wiredesk poll."""

import asyncio

import typer
from prometheus_client import CollectorRegistry

from agents.cli.brokers import needs_broker
from agents.cli.clock import utc_now
from agents.cli.sources import sources_of
from agents.metrics import Metrics
from agents.polling.source_files import Source
from agents.sources.profiles import load_profiles
from agents.wiring.connection import Cluster, wait_for_broker
from agents.wiring.logs import configure_logging
from agents.wiring.monitoring import Health, serve_metrics
from agents.wiring.poll import Poller
from agents.wiring.signals import stopped_by_signals
from agents.wiring.topics import create_topics


def poll() -> None:
    """Ask the sources of WIREDESK_SOURCES and publish what is new to posts.raw.

    Needs WIREDESK_BROKER. What was published is remembered in Kafka: a restart publishes nothing twice. An
    edit raises the revision of its post; a post taken from a live blog is published as retracted.
    """
    cluster = needs_broker("poll")
    found = sources_of(cluster.settings.sources)
    configure_logging(cluster.settings.log_level)
    asyncio.run(_poll(cluster, found))


async def _poll(cluster: Cluster, sources: list[Source]) -> None:
    settings = cluster.settings
    stop, health, metrics = asyncio.Event(), Health(), Metrics(CollectorRegistry())
    with stopped_by_signals(stop):
        async with serve_metrics(settings.metrics_host, settings.metrics_port, metrics.registry, health):
            await wait_for_broker(cluster)
            if settings.create_topics:
                await create_topics(cluster)
            health.ready = True
            typer.echo(f"polling {len(sources)} sources", err=True)
            await Poller(sources, cluster, load_profiles(settings.data_directory), metrics, utc_now).run(stop)
