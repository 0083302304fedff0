"""How to reach the brokers: one place for addresses, TLS, SASL and the options of every client."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_delay,
    stop_never,
    wait_random_exponential,
)

from agents.settings import Settings, addresses_of
from schemas.topics import MESSAGE_BYTES, full_name

log = logging.getLogger(__name__)

PRODUCER_BATCH_BYTES = 512 * 1024
"""Half of what brokers take by default."""
REQUEST_TIMEOUT_MS = 20_000
_FRAMING_BYTES = 64 * 1024
_REPORTED_ATTEMPTS = (3, 8)
"""The first ones fail often while brokers start or elect leaders."""


@dataclass(frozen=True)
class Cluster:
    """The brokers to talk to, and the prefix of the desk's topics on them."""

    address: str
    """kafka://host:port[,host:port]."""
    settings: Settings
    session_seconds: float | None = None
    """How long a silent worker keeps its partitions; None: as the settings say."""
    fetch_seconds: float | None = None
    """How long a broker may hold back the answer to a fetch of nothing new; None: as the settings say."""

    @property
    def session_timeout(self) -> float:
        """Seconds after which the partitions of a silent worker are given away."""
        return self.session_seconds or self.settings.session_timeout

    @property
    def fetch_wait_ms(self) -> int:
        """Milliseconds that a broker may hold back the answer to a fetch while nothing is new."""
        return round((self.fetch_seconds or self.settings.fetch_wait) * 1000)

    @property
    def servers(self) -> list[str]:
        """The host:port addresses to start from."""
        return addresses_of(self.address)

    def topic(self, name: str) -> str:
        """Return the name on the brokers of a topic of the table."""
        return full_name(name, self.settings.topic_prefix)

    def tls_context(self) -> ssl.SSLContext | None:
        """Return the TLS context of the settings, None without TLS."""
        settings = self.settings
        if not settings.tls:
            return None
        context = ssl.create_default_context(cafile=settings.tls_ca)
        if settings.tls_cert:
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
        return context

    def client_options(self) -> dict[str, Any]:
        """Return the options that all clients of aiokafka share."""
        settings = self.settings
        options: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": ("SASL_" if settings.sasl_mechanism else "")
            + ("SSL" if settings.tls else "PLAINTEXT"),
            "ssl_context": self.tls_context(),
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
        }
        if settings.sasl_mechanism and settings.sasl_password:
            options["sasl_mechanism"] = settings.sasl_mechanism
            options["sasl_plain_username"] = settings.sasl_username
            options["sasl_plain_password"] = settings.sasl_password.get_secret_value()
        return options

    @asynccontextmanager
    async def producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """Run a producer. It waits for all replicas and is not idempotent: the embedded broker cannot."""
        producer = AIOKafkaProducer(
            **self.client_options(), acks="all", max_batch_size=PRODUCER_BATCH_BYTES,
            max_request_size=MESSAGE_BYTES + _FRAMING_BYTES,
        )  # fmt: skip
        async with running(producer):
            yield producer

    @asynccontextmanager
    async def reader(self, wait_ms: int | None = None) -> AsyncIterator[AIOKafkaConsumer]:
        """Run a consumer that belongs to no group and commits nothing.

        The broker answers a fetch for which there is nothing new after ``wait_ms`` milliseconds; None: after
        those of the settings.
        """
        consumer = AIOKafkaConsumer(
            **self.client_options(), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest",
            fetch_max_wait_ms=self.fetch_wait_ms if wait_ms is None else wait_ms,
        )  # fmt: skip
        async with running(consumer):
            yield consumer

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """Run an admin client."""
        client = AIOKafkaAdminClient(**self.client_options())
        async with running(client):
            yield client


def retrying(
    what: str, *, patience: float | None = None, also: tuple[type[Exception], ...] = ()
) -> AsyncRetrying:
    """Return how calls to the brokers are tried again: with growing, random pauses of up to five seconds.

    Args:
        what: what is being tried, for the log.
        patience: seconds after which the last error is raised; None never gives up.
        also: further errors that are waited out.

    """

    def report(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if state.attempt_number in _REPORTED_ATTEMPTS or state.attempt_number % 20 == 0:
            log.warning("%s: not yet (%s), trying on", what, error)

    def passes(error: BaseException) -> bool:
        return isinstance(error, (KafkaError, OSError, *also)) or is_clients_own_cancellation(error)

    return AsyncRetrying(
        retry=retry_if_exception(passes),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        stop=stop_never if patience is None else stop_after_delay(patience),
        before_sleep=report,
        reraise=True,
    )


def is_clients_own_cancellation(error: BaseException) -> bool:
    """Say whether an error is a cancellation that nobody asked of the present task.

    When brokers fail, aiokafka cancels tasks of its own and awaits them, which looks as if its caller were
    cancelled. It means that the client has failed.
    """
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() == 0


@asynccontextmanager
async def running(client: Any) -> AsyncIterator[None]:
    """Run a client of aiokafka for as long as the context is open.

    Raises:
        KafkaError: no broker answers, or it refuses the login.

    """
    try:
        await client.start()
        yield
    finally:
        await asyncio.shield(_close(client))


async def _close(client: Any) -> None:
    """Close a client, also one that failed to start, so that nothing stays open."""
    close = getattr(client, "stop", None) or client.close
    try:
        await close()
    except asyncio.CancelledError as error:
        if not is_clients_own_cancellation(error):
            raise
        connections = getattr(client, "client", None) or client._client
        await connections.close()  # which it did not come to


async def wait_for_broker(cluster: Cluster, patience: float | None = None) -> None:
    """Wait until a broker answers.

    Raises:
        KafkaError: none did within ``patience`` seconds; None waits for ever.

    """
    async for attempt in retrying(f"connecting to {cluster.address}", patience=patience):
        with attempt:
            async with cluster.admin() as client:
                await client.list_topics()
