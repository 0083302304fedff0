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
    """The processes of a contender under measurement, with the meter of each."""

    processes: tuple[asyncio.subprocess.Process, ...]
    meters: tuple[Meter, ...]

    def cpu(self) -> float:
        """Return the seconds of CPU that they have taken."""
        return sum(_cpu_of(process.pid) for process in self.processes)

    def peak_bytes(self) -> int:
        """Return the most memory that each has held, added up."""
        return sum(_peak_bytes_of(process.pid) for process in self.processes)

    def function_cpu(self) -> dict[str, float]:
        """Return the seconds of CPU in the functions of each stage, and in encoding."""
        return {name: sum(meter[f"{name}_cpu"] for meter in self.meters) for name in (*STAGES, "encode")}

    async def ended(self) -> None:
        """Return once a process has ended by itself."""
        waiting = [asyncio.ensure_future(process.wait()) for process in self.processes]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_bytes_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024


@asynccontextmanager
async def running(
    who: str,
    cluster: Cluster,
    kind: str,
    cores: frozenset[int] = FIRST,
    arguments: Sequence[Sequence[str]] = ((),),
) -> AsyncIterator[Running]:
    """Run a contender on some cores while the context is open.

    It has a process for each list of further arguments.
    """
    with tempfile.TemporaryDirectory() as directory:
        files = [Path(directory) / f"meter{number}" for number in range(len(arguments))]
        meters = tuple(Meter(file) for file in files)
        environment = {
            **os.environ,
            "WIREDESK_FETCH_WAIT": str(cluster.fetch_wait_ms / 1000),
            "WIREDESK_LANES": str(cluster.settings.lanes),
        }
        address, prefix = cluster.address, cluster.settings.topic_prefix
        processes: list[asyncio.subprocess.Process] = []
        try:
            for file, some in zip(files, arguments, strict=True):
                processes.append(
                    await _start(
                        cores, MODULES[who], address, prefix, kind, str(file), *some, env=environment
                    )
                )
            yield Running(tuple(processes), meters)
        finally:
            await asyncio.gather(*map(_stop, processes))


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


async def limit_of(kind: str, posts: int, cores: frozenset[int] = FIRST) -> float:
    """Return how many posts a second the functions do in a tight loop without a broker, one on each of some
    cores at once.

    Raises:
        RuntimeError: a loop failed.

    """
    with tempfile.TemporaryDirectory() as directory:
        rates = [_loop(frozenset({core}), kind, posts, f"{directory}/meter{core}") for core in cores]
        return sum(await asyncio.gather(*rates))


async def _loop(core: frozenset[int], kind: str, posts: int, meter: str) -> float:
    process = await _start(
        core, "tests.bench.pipeline.limit", kind, str(posts), meter, stdout=asyncio.subprocess.PIPE
    )
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
