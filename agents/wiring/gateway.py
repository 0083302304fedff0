"""The gateway: HTTP on one side, topics on the other."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from aiokafka.errors import KafkaError

from agents.alerting.messages.cap import load_cap_words
from agents.errors import FailedRunningError
from agents.gateway.alert_index import AlertIndex
from agents.gateway.app import build_app
from agents.gateway.facets import facets_of_alert, facets_of_event
from agents.gateway.hub import Hub
from agents.gateway.ring import Ring
from agents.gateway.rules import RuleShelf
from agents.gateway.shelf import StoryShelf
from agents.gateway.state import Gateway
from agents.gateway.token_file import TokenFile
from agents.list_files import ListFileError
from agents.metrics import Metrics, wiredesk_version
from agents.settings import Settings
from agents.wiring.connection import Cluster, wait_for_broker
from agents.wiring.gateway_follow import Followed, Start, follow, from_the_beginning, the_latest
from agents.wiring.gateway_read import GatewayReader
from agents.wiring.gateway_write import GatewayWriter
from agents.wiring.memory import rarely_searched
from agents.wiring.monitoring import Health, serve_metrics
from agents.wiring.outbox import Outbox
from agents.wiring.topics import create_topics
from schemas.codec import DecodeError

log = logging.getLogger(__name__)

MOST_ALERTS = 200_000
"""So many alerts can be asked for by their id."""
RING_BYTES = 64 * 1024 * 1024
LINE_BYTES = 256 * 1024
"""Room in the request line for a cursor of many partitions, however it is escaped."""
FIELD_BYTES = 32 * 1024
_TOKENS_SECONDS = 2.0
_SWEEP_SECONDS = 1.0
_ASK_SECONDS = 5.0
_ANSWER_SECONDS = 5.0


class PortTakenError(FailedRunningError):
    """The gateway cannot listen where it should."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the gateway listens."""

    port: int
    gateway: Gateway


def new_gateway(settings: Settings, metrics: Metrics, clock: Callable[[], datetime]) -> Gateway:
    """Return a gateway that is not connected yet."""
    return Gateway(
        settings=settings,
        metrics=metrics,
        events=Hub("events.enriched", "e", facets_of_event),
        alerts=Hub("alerts", "a", facets_of_alert),
        stories=StoryShelf(settings.gateway_story_bytes),
        rules=RuleShelf(),
        index=AlertIndex(MOST_ALERTS),
        cap_words=load_cap_words(settings.data_directory),
        clock=clock,
        seconds=time.monotonic,
    )


async def run_gateway(
    cluster: Cluster, tokens: TokenFile, metrics: Metrics, clock: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Run the gateway until ``stop`` is set; requests are finished, streams are told.

    Raises:
        ListFileError: the tokens cannot be used.
        TopicLostError: a topic was made anew meanwhile.
        PortTakenError: something listens on the port already.
        OSError: the port of the metrics is taken.

    """
    gateway = new_gateway(cluster.settings, metrics, clock)
    async with serving(cluster, gateway, tokens) as listening:
        log.info("listening on http://%s:%s", cluster.settings.gateway_host, listening.port)
        await stop.wait()


@asynccontextmanager
async def serving(cluster: Cluster, gateway: Gateway, tokens: TokenFile) -> AsyncIterator[Listening]:
    """Serve while the context is open; requests are answered in full once the topics are read.

    Raises:
        ListFileError: the tokens cannot be used.
        TopicLostError: a topic was made anew meanwhile.
        PortTakenError: something listens on the port already.
        OSError: the port of the metrics is taken.

    """
    settings, health = gateway.settings, Health()
    gateway.set_tokens(tokens.read())
    async with serve_metrics(settings.metrics_host, settings.metrics_port, gateway.metrics.registry, health):
        runner = web.AppRunner(
            build_app(gateway, wiredesk_version()),
            access_log=None,
            shutdown_timeout=settings.stop_timeout,
            max_line_size=LINE_BYTES,
            max_field_size=FIELD_BYTES,
        )
        await runner.setup()
        work = asyncio.ensure_future(_work(cluster, gateway, health, tokens))
        try:
            await _listen(runner, settings)
            port = runner.addresses[0][1]
            async with _failing_with(work):
                yield Listening(port, gateway)
        finally:
            gateway.stopping, health.ready = True, False
            gateway.events.stop()
            gateway.alerts.stop()
            await runner.cleanup()
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.gateway_host, settings.gateway_port).start()
    except OSError as error:
        raise PortTakenError(
            f"the gateway cannot listen on {settings.gateway_host}:{settings.gateway_port} ({error});"
            " take another port, 0 for a free one"
        ) from error


@asynccontextmanager
async def _failing_with(work: "asyncio.Future[None]") -> AsyncIterator[None]:
    """End what runs in the context with the error of some work, when that fails."""
    task = asyncio.current_task()
    assert task is not None
    failed = False

    def fail(done: "asyncio.Future[None]") -> None:
        nonlocal failed
        if not done.cancelled() and done.exception() is not None:
            failed = True
            task.cancel()

    work.add_done_callback(fail)
    try:
        yield
    except asyncio.CancelledError:
        if failed:
            task.uncancel()
            work.result()
        raise
    finally:
        work.remove_done_callback(fail)


async def _work(cluster: Cluster, gateway: Gateway, health: Health, tokens: TokenFile) -> None:
    """Connect to the brokers, follow the topics and look after the clients."""
    await wait_for_broker(cluster)
    if cluster.settings.create_topics:
        await create_topics(cluster)
    async with cluster.producer() as producer, GatewayReader(cluster) as reader:
        writer = GatewayWriter(cluster, Outbox(producer), gateway.rules, gateway.metrics)
        gateway.connect(reader, writer)
        followed = [Followed(topic) for topic in ("events.enriched", "alerts", "stories", "rules")]
        events, alerts, stories, rules = followed
        latest = the_latest(cluster.settings.gateway_stream_messages)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_follow_hub(cluster, gateway, gateway.events, events, latest))
                group.create_task(_follow_hub(cluster, gateway, gateway.alerts, alerts, from_the_beginning))
                group.create_task(_follow_stories(cluster, gateway, stories))
                group.create_task(_follow_rules(cluster, gateway, rules))
                group.create_task(_tell_readiness(gateway, health, followed))
                group.create_task(_beat(gateway))
                group.create_task(_sweep(gateway))
                group.create_task(_reload(gateway, tokens))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None


async def _follow_hub(cluster: Cluster, gateway: Gateway, hub: Hub, followed: Followed, start: Start) -> None:
    unreadable = gateway.metrics.gateway_unreadable.labels(hub.topic)
    taken = gateway.metrics.messages_in.labels("gateway", hub.topic)

    def begin(position: list[int]) -> None:
        hub.begin(Ring(hub.kind, position, gateway.settings.gateway_stream_messages, RING_BYTES))

    def take(partition: int, offset: int, _: bytes | None, value: bytes | None) -> None:
        entry = hub.take(partition, offset, value)
        taken.inc()
        if entry is None:
            unreadable.inc()
        elif hub is gateway.alerts:
            gateway.index.add(entry.facets.id, (partition, offset))

    await follow(cluster, followed, start, begin, take, hub.announce)


async def _follow_stories(cluster: Cluster, gateway: Gateway, followed: Followed) -> None:
    metrics, shelf = gateway.metrics, gateway.stories

    def take(_: int, __: int, key: bytes | None, value: bytes | None) -> None:
        dropped = shelf.dropped
        try:
            shelf.put((key or b"").decode(errors="replace"), value)
        except DecodeError:
            metrics.gateway_unreadable.labels("stories").inc()
        metrics.gateway_stories_dropped.inc(shelf.dropped - dropped)
        metrics.gateway_stories.set(len(shelf))

    await follow(cluster, followed, from_the_beginning, _nothing, take, _nothing)


async def _follow_rules(cluster: Cluster, gateway: Gateway, followed: Followed) -> None:
    def take(_: int, __: int, key: bytes | None, value: bytes | None) -> None:
        gateway.rules.put((key or b"").decode(errors="replace"), value)

    await follow(cluster, followed, from_the_beginning, _nothing, take, _nothing)


def _nothing(*_: object) -> None:
    """Do nothing."""


async def _tell_readiness(gateway: Gateway, health: Health, followed: list[Followed]) -> None:
    """Be ready once all topics are read, and for as long as the brokers answer."""
    for one in followed:
        await one.caught_up.wait()
    with rarely_searched():
        while True:
            gateway.ready = health.ready = await _broker_answers(gateway)
            await asyncio.sleep(_ASK_SECONDS)


async def _broker_answers(gateway: Gateway) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            await gateway.reader.first(gateway.events)
    except (TimeoutError, KafkaError):
        return False
    return True


async def _beat(gateway: Gateway) -> None:
    while True:
        await asyncio.sleep(gateway.settings.gateway_heartbeat)
        gateway.events.beat()
        gateway.alerts.beat()


async def _sweep(gateway: Gateway) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        gateway.cut_stalled()


async def _reload(gateway: Gateway, tokens: TokenFile) -> None:
    while True:
        await asyncio.sleep(_TOKENS_SECONDS)
        if tokens.changed():
            try:
                gateway.set_tokens(tokens.read())
                log.info("read the tokens again")
            except ListFileError as error:
                log.error("the tokens stay as they were: %s", error)
