"""Sources polled from a real local server through their life, into a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import generate_latest

from agents.polling.source_files import Source
from agents.sources.profiles import load_profiles
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from agents.wiring.poll import Poller
from schemas.codec import decode
from schemas.posts import RawPost
from tests.broker.support import new_metrics

pytestmark = pytest.mark.broker
START = datetime(2026, 5, 4, 8, tzinfo=UTC)
Answer = Callable[[web.Request], web.StreamResponse]


class Site:
    """A site whose page changes from request to request; it repeats its last state for ever."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked = 0
        self.conditions: list[str | None] = []

    async def page(self, request: web.Request) -> web.StreamResponse:
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.conditions.append(request.headers.get("If-None-Match"))
        self.asked += 1
        return answer(request)

    @asynccontextmanager
    async def served(self, robots: str = "") -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/live", self.page)
        app.router.add_get("/robots.txt", lambda _: _text(robots))
        async with TestServer(app) as server:
            yield str(server.make_url("/live"))


async def _text(text: str) -> web.Response:
    return web.Response(text=text)


def live(*numbers: int, edited: int | None = None) -> Answer:
    updates = [
        {
            "@type": "BlogPosting",
            "@id": f"#p{n}",
            "articleBody": f"Gauge {n} {'fell' if n == edited else 'rose'}",
            "datePublished": (START + timedelta(minutes=n)).isoformat(),
        }
        for n in numbers
    ]
    return html({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})


def html(thing: dict[str, Any]) -> Answer:
    page = f'<html><script type="application/ld+json">{json.dumps(thing)}</script><body></body></html>'
    return lambda _: web.Response(text=page, content_type="text/html", headers={"ETag": f'"{hash(page)}"'})


def status(code: int, **headers: str) -> Answer:
    return lambda _: web.Response(status=code, headers=headers)


def source(url: str, name: str = "tidewater") -> Source:
    shortest = timedelta(milliseconds=20)
    return Source(
        id=name,
        url=url,
        lane="default",
        interval=shortest,
        max_interval=shortest,
        silent_after=timedelta(days=1),
    )


class Clock:
    """A clock that starts at the same time in every run."""

    def __init__(self) -> None:
        self._started = asyncio.get_running_loop().time()

    def __call__(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time() - self._started)


async def poll(
    cluster: Cluster, sources: list[Source], until: Callable[[], bool], metrics: Any = None
) -> None:
    options = cluster.settings.model_copy(update={"poll_allow_private": True, "poll_timeout": 1.0})
    poller = Poller(
        sources, Cluster(cluster.address, options), load_profiles(), metrics or new_metrics(), Clock()
    )
    stop = asyncio.Event()
    running = asyncio.ensure_future(poller.run(stop))
    try:
        async with asyncio.timeout(60):
            while not until() and not running.done():  # noqa: ASYNC110 - any condition can be waited for
                await asyncio.sleep(0.02)
    finally:
        stop.set()
        await running


async def published(cluster: Cluster) -> list[tuple[str | None, int, str]]:
    found = [decode(r.value, RawPost) async for r in read_to_end(cluster, "posts.raw") if r.value is not None]
    return [(post.native_id, post.revision, post.body) for post in found]


async def test_a_live_blog_through_its_life_loses_nothing_and_says_nothing_twice(cluster: Cluster) -> None:
    site = Site(
        live(2, 1), live(2, 1), live(3, 2, 1), status(500), live(2, 1, 3), status(304),
        live(3, 2, 1, edited=1), live(4, 3, 1, edited=1), live(4, 3, 1, edited=1),
    )  # fmt: skip
    async with site.served() as url:
        await poll(cluster, [source(url)], lambda: site.asked >= 12)
    assert await published(cluster) == [
        ("#p1", 0, "Gauge 1 rose"),
        ("#p2", 0, "Gauge 2 rose"),
        ("#p3", 0, "Gauge 3 rose"),
        ("#p1", 1, "Gauge 1 fell"),
        ("#p4", 0, "Gauge 4 rose"),
        (None, 1, "Retraction: this post has been removed by its source."),
    ]


async def test_a_restart_publishes_no_history_again_and_asks_with_conditions(cluster: Cluster) -> None:
    site = Site(live(3, 2, 1))
    async with site.served() as url:
        await poll(cluster, [source(url)], lambda: site.asked >= 2)
        before = site.asked
        await poll(cluster, [source(url)], lambda: site.asked >= before + 3)
    assert len(await published(cluster)) == 3
    assert site.conditions[0] is None
    assert site.conditions[before] == site.conditions[1] is not None


async def test_a_poller_killed_before_it_wrote_its_state_repeats_the_same_ids(cluster: Cluster) -> None:
    site = Site(live(2, 1))

    class KilledError(Exception):
        pass

    async with site.served() as url:
        with suppress(ExceptionGroup):
            await _poll_and_die_before_state(cluster, source(url), KilledError)
        await poll(cluster, [source(url)], lambda: site.asked >= 4)
    ids = [(native, revision) for native, revision, _ in await published(cluster)]
    assert ids == [("#p1", 0), ("#p2", 0)] * 2


async def _poll_and_die_before_state(cluster: Cluster, one: Source, error: type[Exception]) -> None:
    options = cluster.settings.model_copy(update={"poll_allow_private": True})
    poller = Poller([one], Cluster(cluster.address, options), load_profiles(), new_metrics(), Clock())
    deliver = poller._deliver

    async def dying(outbox: Any, turn: Any) -> None:
        await deliver(outbox, type(turn)(turn.state, turn.publish))
        raise error

    poller._deliver = dying  # type: ignore[method-assign]
    await poller.run(asyncio.Event())


async def test_a_slow_source_delays_no_other_and_each_problem_is_visible(cluster: Cluster) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    good, emptied = Site(live(1)), Site(live(1), html({"@type": "LiveBlogPosting"}))
    metrics = new_metrics()
    app = web.Application()
    app.router.add_get("/hang", hang)
    async with TestServer(app) as slow, good.served() as url, emptied.served() as other:
        sources = [
            source(str(slow.make_url("/hang")), "slow"),
            source(url, "good"),
            source(other, "emptied"),
        ]
        await poll(cluster, sources, lambda: good.asked >= 60 and emptied.asked >= 5, metrics)
    shown = generate_latest(metrics.registry).decode()
    assert 'wiredesk_poll_problem{problem="unreachable",source="slow"} 1.0' in shown
    assert 'wiredesk_poll_problem{problem="emptied",source="emptied"} 1.0' in shown
    assert 'wiredesk_poll_problem{problem="unreachable",source="good"} 0.0' in shown


async def test_robots_txt_is_kept_to(cluster: Cluster) -> None:
    site, metrics = Site(live(1)), new_metrics()

    def refused() -> bool:
        return b'wiredesk_poll_requests_total{outcome="refused"' in generate_latest(metrics.registry)

    async with site.served("User-agent: *\nDisallow: /live") as url:
        await poll(cluster, [source(url)], refused, metrics)
    assert site.asked == 0


async def test_a_server_that_asks_to_wait_is_not_asked_before(cluster: Cluster) -> None:
    site = Site(status(429, **{"Retry-After": "3600"}))
    async with site.served() as url:
        ticks = iter(range(60))
        await poll(cluster, [source(url)], lambda: next(ticks, None) is None)
    assert site.asked == 1


async def test_a_feed_of_two_million_items_costs_bounded_memory(cluster: Cluster) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<?xml version='1.0'?><rss version='2.0'><channel>")
        for start in range(0, 2_000_000, 10_000):
            numbers = range(start, start + 10_000)
            items = (f"<item><guid>{n}</guid><title>Gauge {n}</title></item>" for n in numbers)
            await response.write("".join(items).encode())
        return response

    metrics = new_metrics()
    app = web.Application()
    app.router.add_get("/feed", endless)

    def refused() -> bool:
        return b'outcome="too_large"' in generate_latest(metrics.registry)

    async with TestServer(app) as server:
        await poll(cluster, [source(str(server.make_url("/feed")))], refused, metrics)
    assert await published(cluster) == []
