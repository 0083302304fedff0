"""A running gateway, tokens, and clients for the tests."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientResponse, ClientSession
from prometheus_client import CollectorRegistry

from agents.gateway.token_file import TokenFile
from agents.gateway.tokens import hash_of, token_from
from agents.metrics import Metrics
from agents.wiring.cloudevents import headers_of
from agents.wiring.connection import Cluster
from agents.wiring.gateway import Listening, new_gateway, serving
from agents.wiring.messages import Message
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of
from schemas.alerts import Alert
from schemas.base import Message as Plain
from schemas.codec import decode, encode
from schemas.events import EnrichedEvent
from schemas.stories import Story
from tests.broker.support import until as until_holds

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
NOW = datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
DESK = token_from(b"d" * 32)
OTHER = token_from(b"o" * 32)
READER = token_from(b"r" * 32)
SLOW = token_from(b"s" * 32)
TOKENS = {
    "tokens": [
        {"name": "desk", "owner": "desk", "scopes": ["ingest", "read", "rules"], "hash": hash_of(DESK),
         "rate": 100_000},
        {"name": "other", "owner": "other", "scopes": ["read", "rules"], "hash": hash_of(OTHER)},
        {"name": "reader", "owner": "desk", "scopes": ["read"], "hash": hash_of(READER)},
        {"name": "slow", "owner": "desk", "scopes": ["read"], "hash": hash_of(SLOW), "rate": 5},
    ]
}  # fmt: skip
RULE = {"title": "Strikes", "when": {"category": ["strike"]}}


def post(number: int) -> dict[str, Any]:
    return {"source": "wire", "body": f"Report {number} of the day.", "native_id": f"n{number}"}


def write_tokens(directory: Path, content: Any = TOKENS) -> Path:
    path = directory / "tokens.json"
    path.write_bytes(orjson.dumps(content))
    return path


async def until(what: str, condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until a condition holds."""

    async def holds() -> bool:
        return bool(condition())

    await until_holds(what, holds, seconds)


class Caller:
    """Asks a gateway with one token."""

    def __init__(self, session: ClientSession, port: int, token: str = DESK) -> None:
        self.session = session
        self.base = f"http://127.0.0.1:{port}"
        self.token = token

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in more.items()}}

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> tuple[int, Any, ClientResponse]:
        sent = self.headers() | (headers or {})
        async with self.session.request(method, self.base + path, headers=sent, **options) as response:
            body = await response.read()
            plain = orjson.loads(body) if "json" in response.content_type else body
            return response.status, plain, response

    async def get(self, path: str, **options: Any) -> Any:
        status, plain, _ = await self.ask("GET", path, **options)
        assert status == 200, plain
        return plain

    def with_token(self, token: str) -> "Caller":
        return Caller(self.session, int(self.base.rpartition(":")[2]), token)


@asynccontextmanager
async def running_gateway(cluster: Cluster, tokens: Path) -> AsyncIterator[tuple[Listening, Caller]]:
    settings = cluster.settings.model_copy(update={"gateway_port": 0})
    gateway = new_gateway(settings, Metrics(CollectorRegistry()), lambda: NOW)
    async with serving(cluster, gateway, TokenFile(tokens)) as listening, ClientSession() as session:
        await until("the gateway is ready", lambda: gateway.ready)
        yield listening, Caller(session, listening.port)


def event(number: int, **changes: Any) -> EnrichedEvent:
    plain = orjson.loads((EXAMPLES / "enriched_event" / "valid-disaster.json").read_bytes())
    at = (NOW + timedelta(seconds=number)).isoformat()
    plain |= {"event_id": f"event-{number}", "story_id": f"story-{number % 7}", "event_time": at}
    return decode(orjson.dumps(plain | changes), EnrichedEvent)


def alert(number: int, **changes: Any) -> Alert:
    plain = orjson.loads((EXAMPLES / "alert" / "valid-first.json").read_bytes())
    at = (NOW + timedelta(seconds=number)).isoformat()
    plain |= {"alert_id": f"alert-{number}", "owner": "desk", "at": at}
    return decode(orjson.dumps(plain | changes), Alert)


def story(number: int, **changes: Any) -> Story:
    plain = orjson.loads((EXAMPLES / "story" / "valid-open.json").read_bytes())
    at = (NOW + timedelta(seconds=number)).isoformat()
    return decode(orjson.dumps(plain | {"story_id": f"story-{number}", "last_seen": at} | changes), Story)


async def publish(cluster: Cluster, messages: Sequence[Plain]) -> None:
    async with cluster.producer() as producer:
        await Outbox(producer).deliver([message_of(cluster, message) for message in messages])


def message_of(cluster: Cluster, message: Plain) -> Message:
    output = output_of(message)
    return Message(cluster.topic(output.topic), output.key.encode(), encode(message), headers_of(output))
