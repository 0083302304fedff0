"""SIGTERM, kill -9 and brokers that go away: every post has its verdict, and the output is the same."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

import pytest

from agents.pipeline import load_pipeline
from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker, free_port
from agents.wiring.replay import replay
from agents.wiring.topics import create_topics
from schemas.codec import encode
from schemas.topics import topic_for
from tests.broker.conftest import settings_for_test
from tests.broker.proxy import Proxy
from tests.broker.support import CountingStage, distinct, posts, read, running, until, until_read
from tests.broker.worker_process import RULES

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(180),
    # aiokafka's consumer raises in Faust's thread when it is closed while no broker answers.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

POSTS = 2000
ROOT = Path(__file__).parents[2]


TOPICS = ("posts.judged", "events.enriched", "stories", "alerts", "alerts.decisions")

Messages = dict[str, list[tuple[bytes, bytes]]]


@cache
def undisturbed(count: int) -> Messages:
    """Return key and value of all messages by topic, as they come without broker, batches or faults."""
    found: Messages = {topic: [] for topic in TOPICS}
    pipeline = load_pipeline(RULES)
    for message in (one for raw in posts(count) for one in pipeline.take(raw)):
        topic = topic_for(type(message))
        found[topic.name].append((str(getattr(message, topic.key)).encode(), encode(message)))
    return {topic: sorted(messages) for topic, messages in found.items()}


@contextmanager
def worker_process(cluster: Cluster) -> Iterator[subprocess.Popen[bytes]]:
    script = Path(__file__).with_name("worker_process.py")
    process = subprocess.Popen(
        [sys.executable, str(script), cluster.address, cluster.settings.topic_prefix],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
async def test_a_worker_ended_in_the_middle_loses_and_changes_nothing(
    cluster: Cluster, number: signal.Signals
) -> None:
    expected = undisturbed(POSTS)
    assert len(expected["events.enriched"]) < len(expected["posts.judged"]) == POSTS
    assert expected["alerts"]
    await replay(cluster, posts(POSTS))
    for part in (0.15, 0.5):
        with worker_process(cluster) as worker:
            await until_read(cluster, "posts.judged", int(POSTS * part))
            worker.send_signal(number)
            code = await asyncio.to_thread(worker.wait)
        assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
        assert len(distinct(await read(cluster, "posts.judged"))) < POSTS, "it was not in the middle"
    with worker_process(cluster):
        for topic in TOPICS:
            await until_read(cluster, topic, len(expected[topic]))
    for topic in TOPICS:
        assert (
            sorted((key or b"", value or b"") for key, value in distinct(await read(cluster, topic)).values())
            == expected[topic]
        )
    assert await read(cluster, "dead.letters") == []


async def test_a_worker_waits_for_a_broker_that_comes_up_later() -> None:
    settings, port = settings_for_test(), free_port()
    cluster = Cluster(f"kafka://127.0.0.1:{port}", settings)
    async with AsyncExitStack() as broker, running(cluster, CountingStage()) as worker:
        done, _ = await asyncio.wait({worker}, timeout=1.0)
        assert not done, "the worker gave up"
        await broker.enter_async_context(embedded_broker(settings, port))
        await create_topics(cluster)
        await replay(cluster, posts(50))
        await until_read(cluster, "posts.judged", 50)


@asynccontextmanager
async def proxied(cluster_port: int, proxy: Proxy) -> AsyncIterator[Cluster]:
    settings = settings_for_test()
    async with embedded_broker(settings, cluster_port, advertised_port=proxy.port) as direct:
        yield direct


async def test_a_worker_goes_on_when_the_broker_comes_back() -> None:
    port = free_port()
    async with Proxy(port) as proxy, proxied(port, proxy) as cluster:
        await create_topics(cluster)
        await replay(cluster, posts(200))
        async with running(cluster, CountingStage()) as worker:
            await until_read(cluster, "posts.judged", 200)
            proxy.cut()
            await asyncio.wait({worker}, timeout=5.0)
            proxy.restore()
            await replay(cluster, posts(400)[200:])
            records = await until_read(cluster, "posts.judged", 400)
            assert not worker.done()
    assert len(distinct(records)) == 400


async def test_a_batch_that_cannot_be_delivered_is_delivered_later() -> None:
    port = free_port()
    async with Proxy(port) as proxy, proxied(port, proxy) as cluster:
        await create_topics(cluster)
        await replay(cluster, posts(1000))
        stage = CountingStage()
        async with running(cluster, stage) as worker:

            async def started() -> bool:
                return bool(stage.batches)

            await until("the first batch is processed", started)
            proxy.cut()
            await asyncio.wait({worker}, timeout=5.0)
            proxy.restore()
            records = await until_read(cluster, "posts.judged", 1000)
    assert len(distinct(records)) == 1000


async def test_a_worker_stops_in_time_while_the_broker_is_away() -> None:
    port = free_port()
    async with Proxy(port) as proxy, proxied(port, proxy) as direct:
        settings = direct.settings.model_copy(update={"stop_timeout": 2.0})
        cluster = Cluster(direct.address, settings)
        await create_topics(cluster)
        await replay(cluster, posts(100))
        loop = asyncio.get_running_loop()
        async with running(cluster, CountingStage()):
            await until_read(cluster, "posts.judged", 100)
            proxy.cut()
            started = loop.time()
        assert loop.time() - started < 15
        proxy.restore()
