"""A running gateway on a broker: what it takes in, what it gives out, and to whom."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from agents.wiring.connection import Cluster
from schemas.codec import decode
from schemas.posts import RawPost
from tests.broker.support import read, until
from tests.gateway.support import (
    OTHER,
    READER,
    Caller,
    alert,
    event,
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


def post(number: int) -> dict[str, Any]:
    return {"source": "wire", "body": f"Report {number} of the day.", "native_id": f"n{number}"}


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


async def test_the_same_post_again_has_the_same_ids(caller: Caller) -> None:
    answers = [(await caller.ask("POST", "/v1/posts", json=post(1)))[1] for _ in range(2)]
    assert answers[0] == answers[1]


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


RULE = {"title": "Strikes", "when": {"category": ["strike"]}}


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


UNUSABLE: list[tuple[Any, str | None]] = [
    ({"title": "T", "when": {}}, "when"),
    ({"title": "T", "when": {"category": ["nonsense"]}}, "when.category[0]"),
    ({"title": "T", "when": {"place": {"country": "XX"}}}, "when.place.country"),
    ({"title": "T", "when": {"text": "(open"}}, "when.text"),
    ({"title": "T", "when": {"text": "a"}, "colour": 1}, "colour"),
    (RULE | {"owner": "other"}, "owner"),
    (RULE | {"id": "another"}, "id"),
    ([RULE], None),
]


async def test_a_rule_that_cannot_be_used_is_refused_with_its_field(caller: Caller) -> None:
    for rule, field in UNUSABLE:
        status, plain, response = await caller.ask("PUT", "/v1/rules/r", json=rule)
        assert (status, response.content_type) == (422, "application/problem+json")
        assert field in [error.get("field") for error in plain["errors"]]


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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/events?severity=loud", 400),
        ("/v1/events?colour=red", 400),
        ("/v1/events?category=strike&category=nonsense", 400),
        ("/v1/alerts?country=ua", 400),
        ("/v1/alerts.atom?story=", 400),
        ("/v1/stories?until=2026-01-01", 400),
        ("/v1/stories?severity=minor&severity=minor", 400),
        ("/v1/events?limit=0", 400),
        ("/v1/events?limit=many", 400),
        ("/v1/events?cursor=a1.5", 400),
        ("/v1/events?cursor=e1.5.5.5.5.5", 400),
        ("/v1/events?cursor=e1.99.0.0", 410),
        ("/v1/stories?cursor=s1.x.y", 400),
        ("/v1/stories?since=yesterday", 400),
        ("/v1/stories?since=2026-01-01T00:00:00+00:00", 200),
        ("/v1/nothing", 404),
        ("/v1/events/stream?limit=3", 400),
    ],
)
async def test_what_is_asked_wrongly_is_refused_as_a_problem(caller: Caller, path: str, status: int) -> None:
    found, plain, response = await caller.ask("GET", path)
    assert found == status, plain
    assert status == 200 or response.content_type == "application/problem+json"
    assert "Traceback" not in str(plain)


async def test_tokens_decide_who_may_do_what(caller: Caller) -> None:
    stranger, reader = caller.with_token("wd_unknown"), caller.with_token(READER)
    for path in ("/v1/stories", "/v1/rules", "/metrics"):
        status, _, response = await stranger.ask("GET", path)
        assert (status, "WWW-Authenticate" in response.headers) == (401, True)
    assert (await reader.ask("GET", "/v1/stories"))[0] == 200
    assert (await reader.ask("GET", "/v1/rules"))[0] == 403
    assert (await reader.ask("POST", "/v1/posts", json=post(1)))[0] == 403
    assert b"wiredesk_gateway_requests_total" in await caller.get("/metrics")
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert (await stranger.ask("GET", path))[0] == 200


async def test_a_token_over_its_rate_is_told_when_to_come_again(caller: Caller) -> None:
    reader = caller.with_token(READER)
    answers = [await reader.ask("GET", "/v1/stories") for _ in range(20)]
    assert {status for status, _, _ in answers} == {200, 429}
    assert int(answers[-1][2].headers["Retry-After"]) >= 1


async def test_every_response_has_the_security_headers_and_no_cors(caller: Caller) -> None:
    for path in ("/healthz", "/nothing", "/v1/stories"):
        _, _, response = await caller.ask("GET", path, headers={"Origin": "https://elsewhere.example"})
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in response.headers


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
