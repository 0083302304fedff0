"""The sender without a broker: how it ends."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agents.delivery.endpoint_files import Endpoint
from agents.metrics import Metrics
from agents.settings import load_settings
from agents.wiring.connection import Cluster
from agents.wiring.sender import Sender

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
UNUSED: Any = None


@pytest.mark.parametrize("turns", range(6), ids=lambda turns: f"{turns}-turns-later")
async def test_sending_can_be_ended_at_any_moment_after_something_became_due(turns: int) -> None:
    east = Endpoint(id="east", owner="desk", kind="webhook", url="http://127.0.0.1:1/", secret="unused")
    cluster = Cluster("kafka://127.0.0.1:1", load_settings(broker=None))
    sender = Sender({east.id: east}, cluster, Metrics(CollectorRegistry()), lambda: NOW)
    serving = asyncio.ensure_future(sender._serve(east, session=UNUSED, outbox=UNUSED))
    await asyncio.sleep(0.01)
    sender._wake_all()
    for _ in range(turns):
        await asyncio.sleep(0)
    serving.cancel()
    done, _ = await asyncio.wait({serving}, timeout=5)
    assert done == {serving}
    assert serving.cancelled()
