"""Brokers to run against: the embedded one always, Apache Kafka where WIREDESK_TEST_KAFKA names one."""

import os
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agents.settings import Settings, load_settings
from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker
from agents.wiring.topics import scratch_topics

KAFKA = os.environ.get("WIREDESK_TEST_KAFKA")
SESSION_SECONDS = 2.0


def settings_for_test(**overrides: object) -> Settings:
    """Return settings under a prefix of their own, so that tests do not meet on one broker."""
    defaults = {
        "broker": None,
        "topic_prefix": f"t{uuid.uuid4().hex[:12]}.",
        "metrics_port": 0,
        "session_timeout": SESSION_SECONDS,
        "commit_interval": 0.2,
        "partitions": 3,
    }
    return load_settings(**{**defaults, **overrides})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded_address() -> AsyncIterator[str]:
    async with embedded_broker(settings_for_test()) as cluster:
        yield cluster.address


@pytest.fixture(scope="session", params=["embedded", "kafka"])
def address(request: pytest.FixtureRequest) -> str:
    if request.param == "embedded":
        return str(request.getfixturevalue("embedded_address"))
    if KAFKA is None:
        pytest.skip("WIREDESK_TEST_KAFKA names no Apache Kafka")
    return f"kafka://{KAFKA}"


@pytest.fixture
def empty_cluster(address: str) -> Cluster:
    """Brokers without topics under the test's prefix."""
    return Cluster(address, settings_for_test())


@pytest_asyncio.fixture
async def cluster(empty_cluster: Cluster) -> AsyncIterator[Cluster]:
    """Brokers with all topics."""
    async with scratch_topics(empty_cluster):
        yield empty_cluster
