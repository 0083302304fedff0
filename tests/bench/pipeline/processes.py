"""Processes under measurement, the cores that they run on, and what they have taken."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.wiring.connection import Cluster
from tests.bench.pipeline.meter import STAGES, Meter

ROOT = Path(__file__).parents[3]
_TICKS = os.sysconf("SC_CLK_TCK")
MODULES = {
    "wiredesk": "tests.bench.pipeline.wiredesk_worker",
    "faust": "tests.bench.peers.faust_per_event",
    "quixstreams": "tests.bench.peers.quix_streams",
    "bytewax": "tests.bench.peers.bytewax_dataflow",
}
"""What runs the work, by name."""


ALL = frozenset(os.sched_getaffinity(0))
"""The cores that there are for all processes."""
FIRST = frozenset({min(ALL)})
"""The core of what is measured."""
LAST = frozenset({max(ALL)})
"""The core of brokers and load; the first one where there is no other."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process under measurement."""

    process: asyncio.subprocess.Process
    meter: Meter

    def cpu(self) -> float:
        """Return the seconds of CPU that it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak_bytes(self) -> int:
        """Return the most memory that it has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024

    def function_cpu(self) -> dict[str, float]:
        """Return the seconds of CPU in the functions of each stage, and in encoding."""
        return {name: self.meter[f"{name}_cpu"] for name in (*STAGES, "encode")}


@asynccontextmanager
async def running(
    who: str,
    cluster: Cluster,
    kind: str,
    cores: frozenset[int] = FIRST,
    arguments: Sequence[str] = (),
) -> AsyncIterator[Running]:
    """Run a contender on some cores while the context is open, with further arguments of its own."""
    with tempfile.TemporaryDirectory() as directory:
        meter_file = Path(directory) / "meter"
        meter = Meter(meter_file)
        process = await _start(
            cores, MODULES[who],
            cluster.address, cluster.settings.topic_prefix, kind, str(meter_file), *arguments,
            env={**os.environ, "WIREDESK_FETCH_WAIT": str(cluster.fetch_wait_ms / 1000)},
        )  # fmt: skip
        try:
            yield Running(process, meter)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    await asyncio.wait_for(process.wait(), 10)
                except TimeoutError:
                    process.kill()
                    await process.wait()


async def limit_of(kind: str, posts: int) -> float:
    """Return how many posts a second the functions do on one core, in a tight loop without a broker.

    Raises:
        RuntimeError: the loop failed.

    """
    with tempfile.TemporaryDirectory() as directory:
        process = await _start(
            FIRST, "tests.bench.pipeline.limit", kind, str(posts), f"{directory}/meter",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the loop over {kind} ended with {process.returncode}")
    return float(said)


async def _start(
    cores: frozenset[int], module: str, *arguments: str, **options: Any
) -> asyncio.subprocess.Process:
    """Start a module on some cores."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=ROOT, preexec_fn=lambda: os.sched_setaffinity(0, cores), **options,
    )  # fmt: skip
