"""What a running gateway answers whatever is on its topics; one gateway serves all these tests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from agents.wiring.connection import Cluster
from agents.wiring.topics import scratch_topics
from tests.broker.conftest import settings_for_test
from tests.gateway.support import READER, RULE, SLOW, Caller, post, running_gateway, write_tokens

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(address: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    cluster = Cluster(address, settings_for_test())
    tokens = write_tokens(tmp_path_factory.mktemp("tokens"))
    async with scratch_topics(cluster), running_gateway(cluster, tokens) as (_, caller):
        yield caller


async def test_the_same_post_again_has_the_same_ids(caller: Caller) -> None:
    answers = [(await caller.ask("POST", "/v1/posts", json=post(1)))[1] for _ in range(2)]
    assert answers[0] == answers[1]


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
    slow = caller.with_token(SLOW)
    answers = [await slow.ask("GET", "/v1/stories") for _ in range(20)]
    assert {status for status, _, _ in answers} == {200, 429}
    assert int(answers[-1][2].headers["Retry-After"]) >= 1


async def test_every_response_has_the_security_headers_and_no_cors(caller: Caller) -> None:
    for path in ("/healthz", "/nothing", "/v1/stories"):
        _, _, response = await caller.ask("GET", path, headers={"Origin": "https://elsewhere.example"})
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in response.headers
