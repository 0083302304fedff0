"""A gateway whose broker goes and comes back: what was accepted stays accepted, the rest is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker, free_port
from agents.wiring.topics import create_topics
from schemas.codec import decode
from schemas.posts import RawPost
from tests.broker.conftest import settings_for_test
from tests.broker.proxy import Proxy
from tests.broker.support import read
from tests.gateway.support import Caller, event, publish, running_gateway, until, write_tokens
from tests.gateway.test_streams_running import stream

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

LIMITS = {"gateway_deliver_timeout": 1.0, "gateway_posts_limit": 50}


@asynccontextmanager
async def behind_proxy(tmp_path: Path) -> AsyncIterator[tuple[Proxy, Cluster, Caller]]:
    port, settings = free_port(), settings_for_test(**LIMITS)
    async with (
        Proxy(port) as proxy,
        embedded_broker(settings, port, advertised_port=proxy.port) as direct,
    ):
        await create_topics(direct)
        cluster = Cluster(f"kafka://127.0.0.1:{proxy.port}", settings, direct.session_seconds)
        async with running_gateway(cluster, write_tokens(tmp_path)) as (_, caller):
            yield proxy, cluster, caller


def batch(first: int) -> list[dict[str, str]]:
    return [
        {"source": "wire", "body": f"Report {first + n}.", "native_id": str(first + n)} for n in range(20)
    ]


async def test_posts_are_put_off_while_the_broker_is_away_and_none_that_was_accepted_is_missing(
    tmp_path: Path,
) -> None:
    async with behind_proxy(tmp_path) as (proxy, cluster, caller):
        answers = [await caller.ask("POST", "/v1/posts", json=batch(0))]
        proxy.cut()
        away = await asyncio.gather(
            *(caller.ask("POST", "/v1/posts", json=batch(100 * n)) for n in range(1, 9))
        )
        assert {status for status, _, _ in away} == {429, 503}
        assert all(int(response.headers["Retry-After"]) >= 1 for _, _, response in away)
        assert (await caller.ask("GET", "/healthz"))[0] == 200
        proxy.restore()
        for attempt in range(1, 30):
            answers.append(await caller.ask("POST", "/v1/posts", json=batch(1000 * attempt)))
            if answers[-1][0] == 202:
                break
        accepted = [plain["posts"] for status, plain, _ in answers if status == 202]
        assert len(accepted) == 2
        found = {decode(record.value or b"", RawPost).post_id for record in await read(cluster, "posts.raw")}
        assert {one["post_id"] for posts in accepted for one in posts} <= found


async def test_a_stream_outlives_an_outage_of_the_broker(tmp_path: Path) -> None:
    async with (
        behind_proxy(tmp_path) as (proxy, cluster, caller),
        stream(caller, "/v1/events/stream") as events,
    ):
        await publish(cluster, [event(1)])
        assert await events.ids(1) == ["event-1"]
        proxy.cut()
        await asyncio.sleep(1)
        proxy.restore()
        await publish(cluster, [event(2), event(3)])
        assert sorted(await events.ids(2)) == ["event-2", "event-3"]


async def test_a_gateway_starts_without_its_broker_and_is_ready_once_it_is_there(tmp_path: Path) -> None:
    async with behind_proxy(tmp_path) as (proxy, cluster, caller):
        proxy.cut()
        statuses: list[int] = []

        async def start() -> None:
            async with running_gateway(cluster, write_tokens(tmp_path)) as (_, other):
                statuses.append((await other.ask("GET", "/readyz"))[0])

        starting = asyncio.ensure_future(start())
        await asyncio.sleep(1)
        assert not statuses
        proxy.restore()
        await until("the second gateway was ready", lambda: statuses, 40)
        await starting
        assert statuses == [200]
        assert (await caller.ask("GET", "/healthz"))[0] == 200
