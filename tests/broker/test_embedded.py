"""The embedded broker: its quirks, its notice, and that it goes when its process goes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from agents.wiring.connection import Cluster
from agents.wiring.embedded import NOTICE, EmbeddedBrokerError, embedded_broker, free_port
from agents.wiring.topics import create_topics
from tests.broker.conftest import settings_for_test
from tests.broker.support import produce, read

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def embedded(embedded_address: str) -> Cluster:
    cluster = Cluster(embedded_address, settings_for_test())
    await create_topics(cluster)
    return cluster


async def test_reading_to_the_end_reads_all_although_end_offsets_are_too_low(embedded: Cluster) -> None:
    await produce(embedded, "dead.letters", [(b"k", str(number).encode()) for number in range(500)])
    assert len(await read(embedded, "dead.letters")) == 500


async def test_end_offsets_are_still_too_low() -> None:
    """When this fails the broker was mended, and ``read_to_end`` may use end offsets."""
    settings = settings_for_test()
    async with embedded_broker(settings) as cluster:
        await create_topics(cluster)
        await produce(cluster, "dead.letters", [(b"k", b"v")] * 50)
        name = TopicPartition(cluster.topic("dead.letters"), 0)
        consumer = AIOKafkaConsumer(bootstrap_servers=cluster.servers)
        await consumer.start()
        try:
            assert (await consumer.end_offsets([name]))[name] < 50
        finally:
            await consumer.stop()


async def test_an_idempotent_producer_is_still_refused(embedded_address: str) -> None:
    """When this fails the broker was mended, and the producer may be idempotent."""
    server = embedded_address.removeprefix("kafka://")
    producer = AIOKafkaProducer(bootstrap_servers=server, enable_idempotence=True)
    try:
        with pytest.raises((KafkaError, TimeoutError)):
            async with asyncio.timeout(5):
                await producer.start()
                await producer.send_and_wait("idempotent", b"v")
    finally:
        await producer.stop()


async def test_it_says_that_nothing_survives_it(capfd: pytest.CaptureFixture[str]) -> None:
    async with embedded_broker(settings_for_test()):
        pass
    assert NOTICE in capfd.readouterr().err


async def test_a_port_in_use_is_an_error_that_says_what_to_do() -> None:
    port = free_port()
    async with embedded_broker(settings_for_test(), port):
        with pytest.raises(EmbeddedBrokerError, match="WIREDESK_BROKER"):
            async with embedded_broker(settings_for_test(), port):
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_ends_with_its_process(number: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-m", "agents", "broker", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ}) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == f"kafka://127.0.0.1:{port}".encode()
        parent.send_signal(number)
        parent.wait(timeout=20)
    end = time.monotonic() + 10
    while _listens(port):
        assert time.monotonic() < end, "the broker outlived its process"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    listening = Path("/proc/net/tcp").read_text()
    return f":{port:04X} 00000000:0000 0A" in listening
