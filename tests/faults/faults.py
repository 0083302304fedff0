"""The faults. Each one does harm while posts come in and leaves the desk running, or started again."""

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from agents.cli.stages import Agent
from tests.faults.brokers import Brokers
from tests.faults.desk import ALL_AGENTS, Desk
from tests.faults.processes import FAKETIME, Process

FULL = Path("/dev/full")
_POISON: tuple[bytes | None, ...] = (b"{not json", b'{"post_id": "x"}', b"\xff\xfe", None, b"[]", b"")
_CONSUMED = ("posts.raw", "posts.judged", "events.enriched", "alerts", "rules", "stories", "dedup.state",
             "dedup.watermarks", "alerting.state", "delivery.state")  # fmt: skip


@dataclass(frozen=True)
class Times:
    """How long faults of the brokers last, in seconds."""

    frozen: float
    away: float


LONG = Times(frozen=20.0, away=8.0)
SHORT = Times(frozen=4.0, away=3.0)

Run = Callable[[Desk, Random, Times], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        run: does it.
        weight: how often it comes among the others.
        possible: whether it can be done with these brokers, here.

    """

    run: Run
    weight: int = 2
    possible: Callable[[Brokers], bool] = lambda _: True


async def _end_worker(agent: Agent, number: signal.Signals, desk: Desk, rng: Random, _: Times) -> None:
    await _end_process(desk.worker_of(agent), number, rng)


async def _end_gateway(number: signal.Signals, desk: Desk, rng: Random, _: Times) -> None:
    await _end_process(desk.gateway, number, rng)


async def _end_process(process: Process, number: signal.Signals, rng: Random) -> None:
    """End a process, and start it again after a while."""
    code = await process.end(number)
    expected = 0 if number == signal.SIGTERM else -number
    assert code == expected, f"{process.name} ended with {code}"
    await asyncio.sleep(rng.choice((0.0, rng.uniform(0, 3))))
    process.start()


async def _join_and_leave(desk: Desk, rng: Random, _: Times) -> None:
    """Let a worker with all agents join the others, twice, and leave them in one way or another."""
    for _ in range(2):
        guest = desk.new_process("guest", "worker", "--agents", ALL_AGENTS)
        guest.start()
        try:
            await asyncio.sleep(rng.uniform(2.5, 5))
            await guest.end(rng.choice((signal.SIGTERM, signal.SIGKILL)))
        finally:
            guest.kill()


async def _put_poison(desk: Desk, rng: Random, _: Times) -> None:
    """Put poison on every topic that is read, then start the workers anew, which read their state again."""
    for topic in rng.sample(_CONSUMED, len(_CONSUMED)):
        await desk.put_poison(topic, rng.sample(_POISON, 2))
    await asyncio.gather(*(_end_process(one, signal.SIGKILL, rng) for one in desk.workers.values()))


async def _fill_disk(desk: Desk, rng: Random, _: Times) -> None:
    """Let a worker find the disk full: for its log, which poison makes it write, and for all other files.

    Workers keep no state on disk. What they write there when they start are caches of data files.
    """
    worker = rng.choice(list(desk.workers.values()))
    await worker.end(signal.SIGKILL)
    worker.start(stderr=FULL)
    await worker.ready()
    worker.fill_disk()
    await desk.put_poison(rng.choice(("posts.raw", "posts.judged")), [b"{not json"])
    await asyncio.sleep(rng.uniform(2, 4))
    await worker.end(rng.choice((signal.SIGTERM, signal.SIGKILL)))
    worker.start()


async def _jump_clock(desk: Desk, rng: Random, _: Times) -> None:
    """Let the wall clock of a worker jump by a day and back while it runs."""
    assert FAKETIME is not None
    worker = rng.choice(list(desk.workers.values()))
    await worker.end(signal.SIGTERM)
    offset = desk.directory / "clock"
    offset.write_text("+0")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    worker.start(environment=faked)
    await asyncio.sleep(rng.uniform(2, 4))
    for jump in rng.sample(("+1d", "-1d"), 2):
        offset.write_text(jump)
        await asyncio.sleep(1.5)
    await worker.end(signal.SIGTERM)
    worker.start()


async def _kill_broker(desk: Desk, rng: Random, times: Times) -> None:
    node = rng.randint(1, desk.brokers.nodes)
    await desk.brokers.node("kill", node)
    await asyncio.sleep(rng.uniform(0, times.away))
    await desk.brokers.node("restart", node)


async def _freeze_broker(desk: Desk, rng: Random, times: Times) -> None:
    node = rng.randint(1, desk.brokers.nodes)
    await desk.brokers.node("freeze", node)
    try:
        await asyncio.sleep(times.frozen)
    finally:
        await desk.brokers.node("thaw", node)


async def _cut_broker_off(desk: Desk, rng: Random, times: Times) -> None:
    """Break all connections to the broker and let none be made for a while."""
    assert desk.brokers.proxy is not None
    desk.brokers.proxy.cut()
    await asyncio.sleep(rng.uniform(0.5, times.away))
    desk.brokers.proxy.restore()


def _has_nodes(brokers: Brokers) -> bool:
    return brokers.nodes > 0


def _is_proxied(brokers: Brokers) -> bool:
    return brokers.proxy is not None


def _can_fill_disk(_: Brokers) -> bool:
    return FULL.exists() and hasattr(resource, "prlimit")


def _can_fake_time(_: Brokers) -> bool:
    return FAKETIME is not None


FAULTS: dict[str, Fault] = {
    **{f"kill-{agent}": Fault(partial(_end_worker, agent, signal.SIGKILL)) for agent in Agent},
    **{f"term-{agent}": Fault(partial(_end_worker, agent, signal.SIGTERM)) for agent in Agent},
    "kill-gateway": Fault(partial(_end_gateway, signal.SIGKILL)),
    "term-gateway": Fault(partial(_end_gateway, signal.SIGTERM)),
    "join-and-leave": Fault(_join_and_leave, weight=3),
    "poison": Fault(_put_poison),
    "full-disk": Fault(_fill_disk, weight=2, possible=_can_fill_disk),
    "clock-jumps": Fault(_jump_clock, weight=2, possible=_can_fake_time),
    "broker-cut-off": Fault(_cut_broker_off, weight=3, possible=_is_proxied),
    "broker-killed": Fault(_kill_broker, weight=3, possible=_has_nodes),
    "broker-frozen": Fault(_freeze_broker, weight=2, possible=_has_nodes),
}
"""All faults by name."""
