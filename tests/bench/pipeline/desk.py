"""A desk for one measurement: topics of its own on a broker, and the processes of one contender."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.topics import scratch_topics
from schemas.posts import RawPost
from tests.bench.pipeline.meter import STAGES
from tests.bench.pipeline.processes import FIRST, running
from tests.bench.pipeline.throughput import WARM, Throughput, taken_through, worked_off
from tests.bench.pipeline.work import settings_of

LAST_TOPIC = {"pipeline": "stories", "relay": "posts.judged"}
TOGETHER: Sequence[Sequence[str]] = ((),)
APART: Sequence[Sequence[str]] = tuple(("0", name) for name in STAGES)
"""Arguments of the processes of Wiredesk: of one that runs all agents, and of one for each agent."""


@asynccontextmanager
async def desk(kafka: str | None, lanes: int = 1) -> AsyncIterator[Cluster]:
    """Make the topics of a new desk, on Kafka at an address or on the embedded broker."""
    settings = settings_of(f"bench-{uuid.uuid4().hex[:8]}.", lanes=lanes)
    async with AsyncExitStack() as stack:
        if kafka is None:
            cluster = await stack.enter_async_context(embedded_broker(settings))
        else:
            cluster = Cluster(f"kafka://{kafka}", settings)
        await stack.enter_async_context(scratch_topics(cluster))
        yield cluster


async def throughput(
    who: str,
    kind: str,
    posts: Sequence[RawPost],
    kafka: str | None,
    cores: frozenset[int] = FIRST,
    arguments: Sequence[Sequence[str]] = TOGETHER,
    lanes: int = 1,
) -> Throughput:
    """Let a contender work off a backlog of posts on some cores, all but the first, which warm it up."""
    last = LAST_TOPIC[kind]
    async with desk(kafka, lanes) as cluster, running(who, cluster, kind, cores, arguments) as contender:
        await taken_through(cluster, contender, posts[:WARM], last)
        return await worked_off(cluster, contender, posts[WARM:], last, WARM)
