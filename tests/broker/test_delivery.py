"""Alerts delivered to real local endpoints that fail, hang, go down and come back."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from prometheus_client import generate_latest
from standardwebhooks import Webhook

from agents.delivery import breaker, retries
from agents.delivery.endpoint_files import Endpoint
from agents.delivery.pending import new_pending
from agents.metrics import Metrics
from agents.wiring.connection import Cluster
from agents.wiring.deliveries import list_deliveries, redeliver
from agents.wiring.delivery_stage import DeliveryStage
from agents.wiring.log import read_to_end
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of, output_of_pending
from agents.wiring.sender import Sender
from agents.wiring.stage import Output
from agents.wiring.worker import run_worker
from schemas.alerts import Alert
from schemas.rules import DeliverTo
from tests.broker.support import new_metrics
from tests.delivery.builders import SECRET, alert

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries come after tens of milliseconds rather than seconds."""
    monkeypatch.setattr(retries, "FIRST_PAUSE", timedelta(milliseconds=20))
    monkeypatch.setattr(retries, "LONGEST_PAUSE", timedelta(milliseconds=200))
    monkeypatch.setattr(breaker, "FIRST_PAUSE", timedelta(milliseconds=50))
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", timedelta(milliseconds=200))


class Receiver:
    """An endpoint that verifies every webhook and takes some of them."""

    def __init__(self, fails: float = 0.0, hangs: bool = False) -> None:
        self.fails = fails
        self.hangs = hangs
        self.taken: list[str] = []
        self.asked: Counter[str] = Counter()
        self._random = random.Random(7)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        Webhook(SECRET).verify(body, dict(request.headers))
        own = request.headers["webhook-id"]
        self.asked[own] += 1
        if self.hangs:
            await asyncio.sleep(60)
        if self._random.random() < self.fails:
            return web.Response(status=self._random.choice([500, 503, 429]))
        self.taken.append(own)
        return web.Response()

    @asynccontextmanager
    async def served(self, port: int | None = None) -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_post("/", self.take)
        async with TestServer(app, port=port) as server:
            assert server.port is not None
            yield server.port


def endpoint(port: int, name: str = "desk-east") -> Endpoint:
    return Endpoint(
        id=name, owner="desk-east", kind="webhook", url=f"http://127.0.0.1:{port}/", secret=SECRET
    )


@asynccontextmanager
async def delivering(
    cluster: Cluster, *endpoints: Endpoint, metrics: Metrics | None = None
) -> AsyncIterator[None]:
    """Run the agent: the stage that addresses alerts, and the sender."""
    options = cluster.settings.model_copy(update={"delivery_allow_private": True, "delivery_timeout": 0.5})
    inside = Cluster(cluster.address, options)
    named = {one.id: one for one in endpoints}
    found = metrics or new_metrics()
    stop = asyncio.Event()
    stage = DeliveryStage(named, lambda: datetime.now(UTC))
    running = [
        asyncio.ensure_future(run_worker(inside, [stage], found, stop)),
        asyncio.ensure_future(Sender(named, inside, found, lambda: datetime.now(UTC)).run(stop)),
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*running)


async def publish(cluster: Cluster, alerts: list[Alert]) -> None:
    await deliver(cluster, [output_of(one) for one in alerts])


async def deliver(cluster: Cluster, outputs: list[Output]) -> None:
    async with cluster.producer() as producer:
        await Outbox(producer).deliver([message_of(one, cluster.settings.topic_prefix) for one in outputs])


async def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - any condition can be waited for
            await asyncio.sleep(0.02)


async def test_every_alert_arrives_in_order_at_a_receiver_that_fails_and_is_killed_in_the_middle(
    cluster: Cluster,
) -> None:
    receiver, port = Receiver(fails=0.3), unused_port()
    alerts = [alert(n, story=f"story-{n % 20}", sequence=n // 20 + 1) for n in range(100)]
    async with delivering(cluster, endpoint(port)):
        async with receiver.served(port):
            await publish(cluster, alerts)
            await until(lambda: len(set(receiver.taken)) >= 30)
        await asyncio.sleep(1)
        async with receiver.served(port):
            await until(lambda: len(set(receiver.taken)) == 100)
    first_taken = list(dict.fromkeys(receiver.taken))
    assert sorted(first_taken) == sorted(one.alert_id for one in alerts)
    assert max(receiver.asked.values()) > 1
    for story in range(20):
        mine = [one.alert_id for one in alerts if one.story_id == f"story-{story}"]
        assert [own for own in first_taken if own in mine] == mine


async def test_what_was_pending_when_the_agent_was_killed_is_sent_by_the_next(cluster: Cluster) -> None:
    receiver, port = Receiver(), unused_port()
    alerts = [alert(n) for n in range(30)]
    async with delivering(cluster, endpoint(port)):
        await publish(cluster, alerts)
        await until_retried(cluster)
    async with receiver.served(port), delivering(cluster, endpoint(port)):
        await until(lambda: len(set(receiver.taken)) == 30)
    assert {own for own, _ in Counter(receiver.taken).items()} == {one.alert_id for one in alerts}


async def until_retried(cluster: Cluster) -> None:
    async with asyncio.timeout(60):
        while not any(one.outcome == "retry" for one in await list_deliveries(cluster)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_nothing_is_sent_twice_after_a_restart(cluster: Cluster) -> None:
    receiver = Receiver()
    async with receiver.served() as port:
        async with delivering(cluster, endpoint(port)):
            await publish(cluster, [alert(n) for n in range(10)])
            await until(lambda: len(receiver.taken) == 10)
        async with delivering(cluster, endpoint(port)):
            await publish(cluster, [alert(10)])
            await until(lambda: len(receiver.taken) == 11)
    assert set(Counter(receiver.taken).values()) == {1}


async def test_a_clock_that_was_a_day_ahead_when_an_alert_was_addressed_delays_nothing(
    cluster: Cluster,
) -> None:
    receiver, tomorrow = Receiver(), datetime.now(UTC) + timedelta(days=1)
    async with receiver.served() as port, delivering(cluster, endpoint(port)):
        await deliver(cluster, [output_of_pending(new_pending(alert(1), "desk-east", tomorrow), 0)])
        await until(lambda: receiver.taken == [alert(1).alert_id])


async def test_an_endpoint_that_hangs_delays_no_other(cluster: Cluster) -> None:
    slow, quick, metrics = Receiver(hangs=True), Receiver(), new_metrics()
    both = [DeliverTo(webhook="slow"), DeliverTo(webhook="quick")]
    async with (
        slow.served() as slow_port,
        quick.served() as quick_port,
        delivering(cluster, endpoint(slow_port, "slow"), endpoint(quick_port, "quick"), metrics=metrics),
    ):
        await publish(cluster, [alert(n, deliver=both) for n in range(20)])
        await until(lambda: len(quick.taken) == 20, seconds=20)
        shown = generate_latest(metrics.registry).decode()
    assert slow.taken == []
    assert 'wiredesk_deliveries_pending{endpoint="slow"} 20.0' in shown


async def test_a_webhook_that_is_gone_for_good_is_given_up_set_aside_and_can_be_sent_again(
    cluster: Cluster,
) -> None:
    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=410)

    app, port = web.Application(), unused_port()
    app.router.add_post("/", gone)
    one = alert(1)
    async with TestServer(app, port=port), delivering(cluster, endpoint(port)):
        await publish(cluster, [one])
        await until_listed(cluster, "failed")
    letters = [record async for record in read_to_end(cluster, "dead.letters")]
    assert len(letters) == 1
    receiver = Receiver()
    async with receiver.served(port), delivering(cluster, endpoint(port)):
        assert await redeliver(cluster, one.alert_id, [], datetime.now(UTC)) == ["desk-east"]
        await until(lambda: receiver.taken == [one.alert_id])
    with pytest.raises(LookupError, match="is not on the topic"):
        await redeliver(cluster, "no-such-alert", [], datetime.now(UTC))


async def until_listed(cluster: Cluster, outcome: str) -> None:
    async with asyncio.timeout(60):
        while [one.outcome for one in await list_deliveries(cluster)] != [outcome]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_an_alert_of_a_replay_and_one_for_a_foreign_endpoint_are_not_sent(cluster: Cluster) -> None:
    receiver = Receiver()
    async with receiver.served() as port, delivering(cluster, endpoint(port)):
        await publish(cluster, [alert(1, status="exercise"), alert(2, owner="desk-west"), alert(3)])
        await until(lambda: receiver.taken == [alert(3).alert_id])
    found = {one.alert_id: (one.outcome, one.reason) for one in await list_deliveries(cluster)}
    assert found == {
        alert(2).alert_id: ("refused", "desk-west has no endpoint of this name"),
        alert(3).alert_id: ("ok", ""),
    }
