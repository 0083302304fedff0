"""A thousand clients of one gateway's stream and 100 events a second: ``python -m tests.bench.bench_sse``.

The broker, the gateway and the clients are processes of their own. A figure is the time from handing an event
to the producer until a client has it.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
from aiohttp import ClientError, ClientSession

from agents.gateway.tokens import hash_of, token_from
from agents.settings import load_settings
from agents.wiring.connection import Cluster
from agents.wiring.embedded import embedded_broker, free_port
from agents.wiring.topics import create_topics
from schemas.codec import decode
from schemas.events import EnrichedEvent
from tests.gateway.support import EXAMPLES, message_of

CLIENTS, A_SECOND, SECONDS = 1000, 100, 20
TEXT_LETTERS = 1200
P99_MS = 250.0
TOKEN = token_from(os.urandom(32))


def event(number: int, sent: int) -> EnrichedEvent:
    plain = orjson.loads((EXAMPLES / "enriched_event" / "valid-disaster.json").read_bytes())
    text = ("Water rose in the lower town. " * 50)[:TEXT_LETTERS]
    plain |= {"event_id": f"event-{number}", "story_id": f"story-{number % 40}", "text": text}
    return decode(orjson.dumps(plain | {"summary": f"sent {number} {sent}"}), EnrichedEvent)


async def produce(cluster: Cluster, events: int) -> None:
    loop = asyncio.get_running_loop()
    async with cluster.producer() as producer:
        start = loop.time()
        for number in range(events):
            await asyncio.sleep(max(0.0, start + number / A_SECOND - loop.time()))
            message = message_of(cluster, event(number, time.time_ns()))
            await producer.send(message.topic, message.value, message.key, headers=message.headers)
        await producer.flush()


@asynccontextmanager
async def gateway(cluster: Cluster, port: int, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    tokens = directory / "tokens.json"
    token = {"name": "bench", "owner": "bench", "scopes": ["read"], "hash": hash_of(TOKEN), "rate": 10_000}
    tokens.write_bytes(orjson.dumps({"tokens": [token]}))
    environment = {
        **os.environ, "WIREDESK_BROKER": cluster.address, "WIREDESK_GATEWAY_PORT": str(port),
        "WIREDESK_GATEWAY_TOKENS": str(tokens), "WIREDESK_METRICS_PORT": "0",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "agents", "gateway", env=environment)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def until_ready(port: int) -> None:
    async with ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                    if response.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.1)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure() -> bool:
    events, port = A_SECOND * SECONDS, free_port()
    with tempfile.TemporaryDirectory() as directory:
        async with embedded_broker(load_settings()) as cluster:
            await create_topics(cluster)
            async with gateway(cluster, port, Path(directory)) as process:
                await until_ready(port)
                arguments = [str(port), TOKEN, str(CLIENTS), str(events), str(SECONDS + 30)]
                clients = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "tests.bench.sse_clients",
                    *arguments,
                    stdout=asyncio.subprocess.PIPE,
                )
                assert clients.stdout is not None
                await clients.stdout.readline()
                before = processor_seconds(process.pid)
                await produce(cluster, events)
                figures = orjson.loads(await clients.stdout.readline())
                used = processor_seconds(process.pid) - before
                await clients.wait()
    size = len(message_of(cluster, event(0, time.time_ns())).value or b"")
    print(f"{CLIENTS} clients, {A_SECOND} events/s of {size} bytes for {SECONDS} s")
    print(f"received {figures['received']} of {CLIENTS * events}, {figures['repeats']} twice")
    print("ms from sending to receiving:", ", ".join(f"{k} {v:.0f}" for k, v in figures["ms"].items()))
    print(f"processor seconds: gateway {used:.1f}, clients {figures['processor_seconds']}")
    print(f"load of the machine just now: {os.getloadavg()[0]:.1f}")
    complete = figures["received"] == CLIENTS * events and not figures["repeats"]
    return bool(complete and figures["ms"]["p99"] < P99_MS)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(measure()) else 1)
