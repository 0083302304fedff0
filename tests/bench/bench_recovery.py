"""Time from kill -9 of the dedup worker until the next verdict: by itself, restarted, and by another worker.

Both read the lane's state from the topic dedup.state. The other worker is a member of the group already and
gets the partition once the session of the dead one is over.
"""

import asyncio
import os
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec import structs
from prometheus_client import CollectorRegistry

from agents.cli.stages import Agent, build_stages
from agents.metrics import Metrics
from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.log import TopicLog
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from agents.wiring.replay import replay
from agents.wiring.stage import Record
from agents.wiring.tail import tail
from agents.wiring.topics import create_topics
from schemas.codec import encode
from schemas.posts import RawPost
from tests.bench.made_posts import Posts
from tests.broker.conftest import settings_for_test
from tests.faults.processes import Process

SIZES = (10_000, 100_000)
SESSION_SECONDS = 6.0
_BATCH = 500
_INTERVAL = timedelta(seconds=5)


async def _fill(cluster: Cluster, posts: list[RawPost]) -> None:
    """Publish posts and the state that they leave, as a worker that had judged them all would have."""
    (stage,) = build_stages([Agent.DEDUP], cluster.settings, [], Metrics(CollectorRegistry()))
    await stage.restore("posts.raw", 0, 0, TopicLog(cluster))
    prefix = cluster.settings.topic_prefix
    async with cluster.producer() as producer:
        outbox = Outbox(producer)
        for start in range(0, len(posts), _BATCH):
            some = posts[start : start + _BATCH]
            records = [
                Record("posts.raw", 0, start + number, b"default", encode(post))
                for number, post in enumerate(some)
            ]
            state = [output for result in stage.process(records) for output in result.state]
            outputs = [*map(output_of, some), *state]
            await outbox.deliver([message_of(output, prefix) for output in outputs])
    consumer = AIOKafkaConsumer(
        **cluster.client_options(), group_id=f"{prefix}wiredesk-dedup", enable_auto_commit=False
    )
    await consumer.start()
    partition = TopicPartition(cluster.topic("posts.raw"), 0)
    consumer.assign([partition])
    await consumer.commit({partition: len(posts)})
    await consumer.stop()


async def _restore_seconds(cluster: Cluster, offset: int) -> float:
    """Return how long taking up the state takes by itself."""
    (stage,) = build_stages([Agent.DEDUP], cluster.settings, [], Metrics(CollectorRegistry()))
    started = time.perf_counter()
    await stage.restore("posts.raw", 0, offset, TopicLog(cluster))
    return time.perf_counter() - started


async def _verdict(cluster: Cluster, post: RawPost) -> None:
    """Publish a post and wait for its verdict."""

    async def judged() -> None:
        async for record in tail(cluster, "posts.judged", from_beginning=True):
            if post.post_id.encode() in (record.value or b""):
                return

    await replay(cluster, [post])
    await judged()


async def _measure(cluster: Cluster, count: int, logs: Path) -> None:
    made = Posts(1, _INTERVAL).take(count + 3)
    more = [structs.replace(post, post_id=f"probe-{number}") for number, post in enumerate(made[count:])]
    await create_topics(cluster)
    await _fill(cluster, made[:count])
    alone = await _restore_seconds(cluster, count)
    environment = {
        "WIREDESK_BROKER": cluster.address,
        "WIREDESK_TOPIC_PREFIX": cluster.settings.topic_prefix,
        "WIREDESK_PARTITIONS": str(cluster.settings.partitions),
        "WIREDESK_SESSION_TIMEOUT": str(cluster.settings.session_timeout),
    }
    first, second = (
        Process(name, ["worker", "--agents", "dedup"], environment, logs) for name in ("first", "second")
    )
    try:
        first.start()
        await _verdict(cluster, more[0])
        started = time.perf_counter()
        await first.end(signal.SIGKILL)
        first.start()
        await _verdict(cluster, more[1])
        restarted = time.perf_counter() - started
        second.start()
        await second.ready()
        await asyncio.sleep(SESSION_SECONDS)
        started = time.perf_counter()
        await first.end(signal.SIGKILL)
        await _verdict(cluster, more[2])
        taken_over = time.perf_counter() - started
    finally:
        first.kill()
        second.kill()
    print(f"{count:8} posts  taking up the state {alone:5.1f} s  restarted {restarted:5.1f} s"
          f"  taken over {taken_over:5.1f} s (session {SESSION_SECONDS:g} s)", flush=True)  # fmt: skip


async def main() -> None:
    settings = settings_for_test(session_timeout=SESSION_SECONDS)
    kafka = os.environ.get("WIREDESK_TEST_KAFKA")
    async with AsyncExitStack() as stack:
        if kafka is not None:
            address = f"kafka://{kafka}"
        else:
            address = (await stack.enter_async_context(embedded_broker(settings))).address
        for count in SIZES:
            logs = Path(tempfile.mkdtemp(prefix="wiredesk-recovery-"))
            own = settings_for_test(session_timeout=SESSION_SECONDS)
            await _measure(Cluster(address, own), count, logs)


if __name__ == "__main__":
    asyncio.run(main())
