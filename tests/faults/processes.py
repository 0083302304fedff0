"""Workers and gateways as processes of their own, started as an operator starts them."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import aiohttp

from agents.wiring.embedded import free_port
from tests.faults.brokers import ROOT

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
"""Library that gives a process another wall clock; None where it is not installed."""


class Process:
    """One `wiredesk` command, which can be ended and started again."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "agents", *command]
        self._port = free_port()
        self._environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random",
            "WIREDESK_METRICS_PORT": str(self._port), **environment,
        }  # fmt: skip
        self._log = logs / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it runs."""
        return None if self._process is None else self._process.poll()

    def start(self, *, stderr: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        """Start it, with its log after that of earlier runs.

        Args:
            stderr: where its log goes instead.
            environment: further variables, for this run only.

        """
        self._note("started")
        with (stderr or self._log).open("ab", buffering=0) as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env={**self._environment, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until it says that it is ready.

        Raises:
            TimeoutError: it does not become ready.

        """
        async with asyncio.timeout(_PATIENCE_SECONDS), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self._port}/healthz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(_POLL_SECONDS)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._note(f"{number.name} is sent")
        self._process.send_signal(number)

    def fill_disk(self) -> None:
        """Let it write to no file any more: each is too large from now on, which fails as a full disk."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (0, 0))

    async def ended(self) -> int:
        """Wait until it has ended and return its exit code.

        Raises:
            TimeoutError: it does not end.

        """
        assert self._process is not None
        try:
            code = await asyncio.to_thread(self._process.wait, _PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} does not end") from None
        self._note(f"ended with {code}")
        return code

    async def end(self, number: signal.Signals) -> int:
        """End it by a signal and return its exit code.

        Raises:
            TimeoutError: it does not end.

        """
        self.send(number)
        return await self.ended()

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _note(self, what: str) -> None:
        """Write into the log what is done to the process."""
        with self._log.open("a") as log:
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} -- {what}\n")
