"""A running gateway on a broker: what it takes in, what it gives out, and to whom."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from agents.wiring.connection import Cluster
from schemas.codec import decode
from schemas.posts import RawPost
from tests.broker.support import read, until
from tests.gateway.support import (
    OTHER,
    RULE,
    Caller,
    alert,
    event,
    post,
    publish,
    running_gateway,
    story,
    write_tokens,
)

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


@pytest_asyncio.fixture
async def caller(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Caller]:
    async with running_gateway(cluster, write_tokens(tmp_path)) as (_, caller):
        yield caller


async def raw_posts(cluster: Cluster) -> list[RawPost]:
    return [decode(record.value or b"", RawPost) for record in await read(cluster, "posts.raw")]


async def test_one_post_is_accepted_once_the_broker_has_it(caller: Caller, cluster: Cluster) -> None:
    status, plain, _ = await caller.ask("POST", "/v1/posts", json=post(1))
    assert (status, plain["accepted"]) == (202, 1)
    (found,) = await raw_posts(cluster)
    assert found.post_id == plain["posts"][0]["post_id"]
    assert (found.published_at, found.revision) == (None, 0)


async def test_an_array_and_lines_are_accepted_in_their_order(caller: Caller, cluster: Cluster) -> None:
    status, _, _ = await caller.ask("POST", "/v1/posts", json=[post(1), post(2)])
    assert status == 202
    lines = b"\n".join(orjson.dumps(post(number)) for number in (3, 4)) + b"\n\n"
    headers = {"Content-Type": "application/x-ndjson"}
    status, plain, _ = await caller.ask("POST", "/v1/posts", data=lines, headers=headers)
    assert (status, plain["accepted"]) == (202, 2)
    assert [found.native_id for found in await raw_posts(cluster)] == ["n1", "n2", "n3", "n4"]


async def test_nothing_that_was_accepted_is_lost_when_many_send_at_once(
    caller: Caller, cluster: Cluster
) -> None:
    async def send(first: int) -> list[str]:
        status, plain, _ = await caller.ask("POST", "/v1/posts", json=[post(first + n) for n in range(20)])
        assert status == 202
        return [one["post_id"] for one in plain["posts"]]

    sent = await asyncio.gather(*(send(100 * sender) for sender in range(20)))
    found = {found.post_id for found in await raw_posts(cluster)}
    assert found == {one for ids in sent for one in ids}
    assert len(found) == 400


async def test_a_rule_is_put_seen_changed_and_deleted_by_its_owner_only(
    caller: Caller, cluster: Cluster
) -> None:
    other = caller.with_token(OTHER)
    status, plain, response = await caller.ask("PUT", "/v1/rules/strikes", json=RULE)
    assert (status, plain["owner"], plain["id"]) == (201, "desk", "strikes")
    tag = response.headers["ETag"]
    assert await caller.get("/v1/rules/strikes") == plain
    assert (await caller.get("/v1/rules"))["items"] == [plain]
    assert (await other.get("/v1/rules"))["items"] == []
    assert (await other.ask("GET", "/v1/rules/strikes"))[0] == 404
    assert (await other.ask("PUT", "/v1/rules/strikes", json=RULE))[0] == 409
    assert (await other.ask("DELETE", "/v1/rules/strikes"))[0] == 404
    assert (await caller.ask("PUT", "/v1/rules/strikes", json=RULE, headers={"If-None-Match": "*"}))[0] == 412
    changed = plain | {"title": "Other"}
    assert (await caller.ask("PUT", "/v1/rules/strikes", json=changed, headers={"If-Match": tag}))[0] == 200
    assert (await caller.ask("PUT", "/v1/rules/strikes", json=changed, headers={"If-Match": tag}))[0] == 412
    assert (await caller.ask("DELETE", "/v1/rules/strikes"))[0] == 204
    assert (await caller.ask("GET", "/v1/rules/strikes"))[0] == 404
    assert (await read(cluster, "rules"))[-1].value is None


async def test_pages_of_events_go_on_where_the_last_one_ended(caller: Caller, cluster: Cluster) -> None:
    await publish(cluster, [event(number) for number in range(25)])
    seen: list[str] = []
    cursor = ""
    async with asyncio.timeout(10):
        while len(seen) < 25:
            page = await caller.get("/v1/events?limit=4" + (f"&cursor={cursor}" if cursor else ""))
            seen += [item["event_id"] for item in page["items"]]
            cursor = page["next"]
    assert sorted(seen) == sorted(f"event-{number}" for number in range(25))
    page = await caller.get(f"/v1/events?cursor={cursor}")
    assert (page["items"], page["more"], page["next"]) == ([], False, cursor)


async def test_alerts_are_seen_by_their_owner_only(caller: Caller, cluster: Cluster) -> None:
    await publish(cluster, [alert(1), alert(2, owner="other"), alert(3, references=["alert-1"], sequence=2)])
    other = caller.with_token(OTHER)
    await until_seen(caller, "/v1/alerts/alert-3")
    assert [item["alert_id"] for item in (await caller.get("/v1/alerts"))["items"]] == ["alert-1", "alert-3"]
    assert [item["alert_id"] for item in (await other.get("/v1/alerts"))["items"]] == ["alert-2"]
    assert (await caller.get("/v1/alerts/alert-1"))["alert_id"] == "alert-1"
    for path in ("/v1/alerts/alert-2", "/v1/alerts/alert-2.cap", "/v1/alerts/none"):
        assert (await caller.ask("GET", path))[0] == 404
    cap = await caller.get("/v1/alerts/alert-3.cap")
    assert b"alert-1" in cap
    feed = await caller.get("/v1/alerts.atom")
    assert (b"alert-3" in feed, b"alert-2" in feed) == (True, False)


async def until_seen(caller: Caller, path: str) -> None:
    async def seen() -> bool:
        return (await caller.ask("GET", path))[0] == 200

    await until(f"{path} is there", seen, 10)


async def test_stories_are_as_last_told_the_latest_first(caller: Caller, cluster: Cluster) -> None:
    await publish(cluster, [story(1), story(2), story(3), story(1, title="Told anew", story_seq=9)])
    await until_seen(caller, "/v1/stories/story-3")
    page = await caller.get("/v1/stories?limit=2")
    assert [item["story_id"] for item in page["items"]] == ["story-3", "story-2"]
    page = await caller.get(f"/v1/stories?cursor={page['next']}")
    assert ([item["title"] for item in page["items"]], page["next"]) == (["Told anew"], None)


async def test_pages_of_origins_that_are_allowed_may_use_the_gateway(
    cluster: Cluster, tmp_path: Path
) -> None:
    origin = "https://desk.example"
    settings = cluster.settings.model_copy(update={"gateway_cors_origins": f"{origin}, https://b.example"})
    asks = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    async with running_gateway(Cluster(cluster.address, settings), write_tokens(tmp_path)) as (_, caller):
        status, _, response = await caller.ask("OPTIONS", "/v1/rules/r", headers=asks)
        assert (status, response.headers["Access-Control-Allow-Origin"]) == (204, origin)
        assert "PUT" in response.headers["Access-Control-Allow-Methods"]
        _, _, response = await caller.ask("GET", "/v1/stories", headers={"Origin": origin})
        assert (response.headers["Access-Control-Allow-Origin"], response.headers["Vary"]) == (
            origin,
            "Origin",
        )
        _, _, response = await caller.ask("GET", "/v1/stories", headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_bodies_over_the_limit_are_refused_however_they_are_packed(
    cluster: Cluster, tmp_path: Path
) -> None:
    limit = 64 * 1024
    small = Cluster(cluster.address, cluster.settings.model_copy(update={"gateway_body_limit": limit}))
    bomb = gzip.compress(bytes(200 * limit), 9)
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    async with running_gateway(small, write_tokens(tmp_path)) as (_, caller):
        for body, headers in ((b"x" * (limit + 1), {"Content-Type": "application/json"}), (bomb, packed)):
            status, plain, response = await caller.ask("POST", "/v1/posts", data=body, headers=headers)
            assert (status, response.content_type) == (413, "application/problem+json"), plain
    assert await raw_posts(cluster) == []
