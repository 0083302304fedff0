"""The brokers of the suite: the embedded one, and nodes of Apache Kafka that can be killed and frozen."""

import asyncio
import os
import random
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.wiring.embedded import embedded_broker, free_port
from tests.broker.conftest import settings_for_test
from tests.broker.proxy import Proxy

ROOT = Path(__file__).parents[2]
_SCRIPT = ROOT / "deploy" / "kafka" / "run.sh"
_OWN_JARS = ROOT / ".cache" / "kafka" / "jars"
_SMALL_JVM = {"KAFKA_HEAP": "256m", "KAFKA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"}


@dataclass(frozen=True)
class Brokers:
    """A running cluster.

    Attributes:
        name: as it is given on the command line.
        address: kafka://host:port[,host:port].
        replication: copies of each partition.
        session_seconds: after which the partitions of a silent worker are given away.
        proxy: what stands before the embedded broker; None for Apache Kafka.
        directory: of the nodes of Apache Kafka.
        nodes: how many there are; 0 for the embedded broker.

    """

    name: str
    address: str
    replication: int
    session_seconds: float
    proxy: Proxy | None = None
    directory: Path | None = None
    nodes: int = 0

    async def node(self, verb: str, number: int) -> None:
        """Let run.sh kill, freeze, thaw or restart a node."""
        await asyncio.to_thread(_run, verb, str(self.directory), str(number))


@asynccontextmanager
async def _embedded(_: Path) -> AsyncIterator[Brokers]:
    port = free_port()
    async with Proxy(port) as proxy, embedded_broker(settings_for_test(), port, proxy.port) as cluster:
        yield Brokers("embedded", cluster.address, 1, cluster.session_timeout, proxy=proxy)


@asynccontextmanager
async def _kafka(directory: Path, nodes: int) -> AsyncIterator[Brokers]:
    port = _free_ports(2 * nodes)
    try:
        said = await asyncio.to_thread(_run, "start", str(directory), str(port), str(nodes))
        replication = 3 if nodes >= 3 else 1
        yield Brokers(f"kafka-{nodes}", f"kafka://{said}", replication, 2.0, directory=directory, nodes=nodes)
    finally:
        await asyncio.to_thread(_run, "stop", str(directory))


BROKERS: dict[str, Callable[[Path], AbstractAsyncContextManager[Brokers]]] = {
    "embedded": _embedded,
    "kafka-1": lambda directory: _kafka(directory, 1),
    "kafka-3": lambda directory: _kafka(directory, 3),
}
"""By name, what runs a cluster that keeps its data in a directory for as long as the context is open."""


def _run(*arguments: str) -> str:
    environment = {**os.environ, **_SMALL_JVM}
    if _OWN_JARS.exists():
        environment.setdefault("KAFKA_JARS", str(_OWN_JARS))
    done = subprocess.run(
        [str(_SCRIPT), *arguments], env=environment, stdout=subprocess.PIPE, check=False, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"run.sh {' '.join(arguments)} failed with exit code {done.returncode}")
    return done.stdout.strip()


def _free_ports(count: int) -> int:
    """Return the first of so many free ports in a row, below those that the system gives to clients."""
    while True:
        first = random.randrange(20_000, 30_000)
        if all(_is_free(port) for port in range(first, first + count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
