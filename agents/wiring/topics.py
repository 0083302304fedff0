"""Creating the topics of the table on a cluster, and checking those that are there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from agents.settings import Settings
from agents.wiring.connection import Cluster, retrying
from schemas.topics import TOPICS, Topic, partition_count

_KNOWN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a topic on the cluster that does not fit the table."""

    topic: str
    """Name on the broker."""
    missing: bool
    message: str


def broker_config(topic: Topic) -> dict[str, str]:
    """Return the configuration of a topic on the broker."""
    config = {"cleanup.policy": topic.cleanup, "max.message.bytes": str(topic.max_bytes)}
    if topic.retention is not None:
        config["retention.ms"] = str(topic.retention * 1000)
    return config


def expected_partitions(topic: Topic, settings: Settings) -> int:
    """Return how many partitions a topic has under the settings."""
    return partition_count(topic, lanes=settings.lanes, stories=settings.partitions)


async def check_topics(cluster: Cluster) -> list[Finding]:
    """Return what is wrong with the topics on the cluster; nothing when all fit the table.

    Raises:
        KafkaError: the broker does not answer.

    """
    async with cluster.admin() as client:
        present = await _partitions_by_name(client)
    return [finding for topic in TOPICS if (finding := _check(topic, cluster, present))]


async def create_topics(cluster: Cluster) -> list[str]:
    """Create the topics that are missing and return their names on the broker.

    Raises:
        KafkaError: the broker does not answer or refuses a topic; the message names it.

    """
    async with cluster.admin() as client:
        present = await _partitions_by_name(client)
        wanted = [topic for topic in TOPICS if cluster.topic(topic.name) not in present]
        created = await _create(client, wanted, cluster) if wanted else []
        await _wait_until_known(client, {cluster.topic(topic.name) for topic in wanted})
        return created


@asynccontextmanager
async def scratch_topics(cluster: Cluster) -> AsyncIterator[None]:
    """Create all topics, and delete them in the end: clients ask for all of a cluster time and again.

    Raises:
        KafkaError: the broker does not answer or refuses a topic.

    """
    await create_topics(cluster)
    try:
        yield
    finally:
        async with cluster.admin() as client:
            await client.delete_topics([cluster.topic(topic.name) for topic in TOPICS])


def _check(topic: Topic, cluster: Cluster, present: dict[str, int]) -> Finding | None:
    name = cluster.topic(topic.name)
    expected = expected_partitions(topic, cluster.settings)
    if name not in present:
        return Finding(name, True, f"{name} is missing; create it with: wiredesk topics create")
    if present[name] != expected:
        setting = {"lanes": "WIREDESK_LANES", "stories": "WIREDESK_PARTITIONS", "one": "the topic table"}
        return Finding(
            name,
            False,
            f"{name} has {present[name]} partitions, {setting[topic.partitions]} says {expected};"
            " set it to what the topic has, or use another WIREDESK_TOPIC_PREFIX",
        )
    return None


async def _partitions_by_name(client: AIOKafkaAdminClient) -> dict[str, int]:
    return {item["topic"]: len(item["partitions"]) for item in await client.describe_topics()}


async def _wait_until_known(client: AIOKafkaAdminClient, names: set[str]) -> None:
    """Wait until the brokers tell clients about new topics, which takes them a moment."""
    async for attempt in retrying("creating topics", patience=_KNOWN_SECONDS):
        with attempt:
            missing = names - (await _partitions_by_name(client)).keys()
            if missing:
                raise KafkaError(f"topics {', '.join(sorted(missing))} do not appear")


async def _create(client: AIOKafkaAdminClient, wanted: Sequence[Topic], cluster: Cluster) -> list[str]:
    """Create topics and return the names of those that no other process created first."""
    settings = cluster.settings
    response = await client.create_topics(
        [
            NewTopic(
                cluster.topic(topic.name),
                expected_partitions(topic, settings),
                settings.replication,
                topic_configs=broker_config(topic),
            )
            for topic in wanted
        ]
    )
    for name, code, detail in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise KafkaError(f"the broker refused topic {name}: {for_code(code).__name__} {detail or ''}")
    return [name for name, code, _ in response.topic_errors if code == 0]
