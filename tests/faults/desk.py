"""The desk under test: its topics, workers and gateway, a source that posts, and its subscribers."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
import orjson

from agents.cli.stages import Agent
from agents.gateway.tokens import hash_of, token_from
from agents.pipeline import Pipeline
from agents.settings import Settings
from agents.sources.jsonl import Defaults, read_post
from agents.wiring.connection import Cluster
from agents.wiring.embedded import free_port
from agents.wiring.messages import Message
from agents.wiring.outbox import Outbox
from agents.wiring.rules import put_rules
from agents.wiring.topics import create_topics
from tests.broker.conftest import settings_for_test
from tests.faults.brokers import Brokers
from tests.faults.ledger import POISON, Ledger
from tests.faults.load import ENDPOINT, OWNER, RULES, Item, Load
from tests.faults.processes import Process
from tests.faults.subscribers import SECRET, Receiver, Stream
from tests.faults.verdict import Verdict, judge

PARTITIONS = 3
BATCH_SIZE = 40
"""Small, so that a fault finds several batches under way."""
COMMIT_SECONDS = 1.0
ALL_AGENTS = ",".join(Agent)
LAYOUTS: dict[str, dict[str, str]] = {
    "apart": {f"{agent}-worker": str(agent) for agent in Agent},
    "together": {"worker": ALL_AGENTS},
    "shared": {"worker-1": ALL_AGENTS, "worker-2": ALL_AGENTS},
}
"""Ways to spread the agents over workers: by worker, the agents that it runs."""
_TOKEN = token_from(b"f" * 32)
_MOST_AT_ONCE = 60
_SETTLE_SECONDS = 90.0
_READY_SECONDS = 60.0
_RETRY_SECONDS = 0.1


@dataclass
class Desk:
    """One desk under a prefix of its own."""

    brokers: Brokers
    cluster: Cluster
    workers: dict[str, Process]
    gateway: Process
    gateway_address: str
    receiver: Receiver
    stream: Stream
    ledger: Ledger
    load: Load
    session: aiohttp.ClientSession
    agents: dict[str, str]
    new_process: "NewProcess"
    directory: Path
    accepted: set[tuple[str, int]] = field(default_factory=set)
    sent: int = 0

    async def ready(self) -> None:
        """Wait until all processes are ready.

        Raises:
            TimeoutError: one does not become ready.

        """
        await asyncio.gather(*(one.ready() for one in (*self.workers.values(), self.gateway)))

    def worker_of(self, agent: str) -> Process:
        """Return a worker that runs an agent."""
        return next(self.workers[name] for name, agents in self.agents.items() if agent in agents)

    def ended(self) -> list[Process]:
        """Return the processes that do not run."""
        return [one for one in (*self.workers.values(), self.gateway) if not one.is_running]

    def start_what_ended(self) -> None:
        """Start every process again that has ended."""
        for process in self.ended():
            process.start()

    async def post(self, count: int, seconds: float, rng: Random) -> None:
        """Send posts within about so many seconds, each until the gateway has accepted it."""
        items = self.load.take(count)
        pause = seconds / (2 * count / _MOST_AT_ONCE)
        while items:
            size = rng.randint(1, _MOST_AT_ONCE)
            await self._post(items[:size])
            items = items[size:]
            await asyncio.sleep(rng.uniform(0, 2 * pause))

    async def _post(self, items: list[Item]) -> None:
        """Send posts again and again until they are accepted, as a source does."""
        headers = {"Authorization": f"Bearer {_TOKEN}"}
        end = time.monotonic() + _SETTLE_SECONDS
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self.session.post(
                    f"{self.gateway_address}/v1/posts", json=items, headers=headers
                ) as response:
                    if response.status == 202:
                        break
                    if response.status not in (429, 503):
                        raise AssertionError(f"HTTP {response.status}: {await response.text()}")
            assert time.monotonic() < end, "the gateway takes no posts"
            await asyncio.sleep(_RETRY_SECONDS)
        for item in items:
            post = read_post(item, Defaults("post"))
            self.accepted.add((post.post_id, post.revision))
        self.sent += len(items)

    async def put_poison(self, topic: str, values: list[bytes | None]) -> None:
        """Put messages on a topic that are none of its kind."""
        messages = [
            Message(self.cluster.topic(topic), b"poison", value, [(POISON, b"1")]) for value in values
        ]
        async with self.cluster.producer() as producer:
            await Outbox(producer).deliver(messages)

    async def settled(self) -> Verdict:
        """Wait until nothing is missing, and return what is wrong then or, at last, what is missing."""
        end = time.monotonic() + _SETTLE_SECONDS
        while True:
            await self.ledger.read_on()
            verdict = judge(self.ledger, self.accepted, self.receiver, self.stream)
            if not verdict.missing or time.monotonic() > end:
                return verdict
            await asyncio.sleep(0.1)


class NewProcess:
    """Makes processes of one desk."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment = environment
        self._logs = logs

    def __call__(self, name: str, *command: str) -> Process:
        return Process(name, list(command), self._environment, self._logs)


@asynccontextmanager
async def desk_on(
    brokers: Brokers, layout: str, seed: int, pipeline: Pipeline, directory: Path
) -> AsyncIterator[Desk]:
    """Run a desk with its agents spread as a layout says, for as long as the context is open."""
    cluster = Cluster(brokers.address, _settings(brokers))
    await create_topics(cluster)
    await put_rules(cluster, RULES)
    receiver = Receiver()
    async with receiver.served() as receiver_port, aiohttp.ClientSession() as session:
        port = free_port()
        new = NewProcess(_environment(cluster, receiver_port, port, directory), directory)
        agents = LAYOUTS[layout]
        address = f"http://127.0.0.1:{port}"
        desk = Desk(
            brokers=brokers,
            cluster=cluster,
            workers={name: new(name, "worker", "--agents", some) for name, some in agents.items()},
            gateway=new("gateway", "gateway"),
            gateway_address=address,
            receiver=receiver,
            stream=Stream(address, _TOKEN),
            ledger=Ledger(cluster, pipeline),
            load=Load(seed),
            session=session,
            agents=agents,
            new_process=new,
            directory=directory,
        )
        following = asyncio.ensure_future(desk.stream.follow())
        try:
            desk.start_what_ended()
            await asyncio.wait_for(desk.stream.is_open.wait(), _READY_SECONDS)
            yield desk
        finally:
            following.cancel()
            await _end(desk)


async def _end(desk: Desk) -> None:
    processes = [*desk.workers.values(), desk.gateway]
    for process in processes:
        if process.is_running:
            process.send(signal.SIGTERM)
    for process in processes:
        with suppress(TimeoutError):
            await process.ended()
        process.kill()


def _settings(brokers: Brokers) -> Settings:
    return settings_for_test(
        broker=brokers.address,
        replication=brokers.replication,
        session_timeout=brokers.session_seconds,
        commit_interval=COMMIT_SECONDS,
        batch_size=BATCH_SIZE,
        partitions=PARTITIONS,
    )


def _environment(cluster: Cluster, receiver_port: int, port: int, directory: Path) -> dict[str, str]:
    directory.mkdir(parents=True, exist_ok=True)
    tokens = directory / "tokens.json"
    tokens.write_bytes(
        orjson.dumps({
            "tokens": [
                {"name": "suite", "owner": OWNER, "scopes": ["ingest", "read"], "hash": hash_of(_TOKEN),
                 "rate": 100_000}
            ]
        })
    )  # fmt: skip
    endpoints = directory / "endpoints.yaml"
    endpoints.write_text(
        f"endpoints:\n  - id: {ENDPOINT}\n    owner: {OWNER}\n    webhook:\n"
        f"      url: http://127.0.0.1:{receiver_port}/\n      secret: {{env: FAULT_SUITE_SECRET}}\n"
    )
    settings = cluster.settings
    return {
        "WIREDESK_BROKER": cluster.address,
        "WIREDESK_TOPIC_PREFIX": settings.topic_prefix,
        "WIREDESK_PARTITIONS": str(settings.partitions),
        "WIREDESK_REPLICATION": str(settings.replication),
        "WIREDESK_SESSION_TIMEOUT": str(settings.session_timeout),
        "WIREDESK_COMMIT_INTERVAL": str(settings.commit_interval),
        "WIREDESK_BATCH_SIZE": str(settings.batch_size),
        "WIREDESK_ENDPOINTS": str(endpoints),
        "WIREDESK_DELIVERY_ALLOW_PRIVATE": "true",
        "WIREDESK_GATEWAY_PORT": str(port),
        "WIREDESK_GATEWAY_TOKENS": str(tokens),
        "FAULT_SUITE_SECRET": SECRET,
    }
