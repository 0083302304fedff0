"""Runs a plan of faults, cycle by cycle, and says what each one cost."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from random import Random

from agents.alerting.rules.book import RuleBook
from agents.alerting.rulings.shelf import Shelf
from agents.alerting.rulings.timers import Limits
from agents.pipeline import Pipeline, load_pipeline
from schemas.codec import encode
from tests.faults.brokers import BROKERS, Brokers
from tests.faults.desk import Desk, desk_on
from tests.faults.faults import FAULTS, Times
from tests.faults.load import RULES
from tests.faults.plan import Cycle, plan
from tests.faults.verdict import Verdict

_CYCLES_A_DESK = 20
"""So that topics do not grow for ever and the agents start from nothing now and then."""
_POSTS = (120, 240)
_LOAD_SECONDS = 3.0
_SHOWN = 8
"""Lines of what is wrong that are shown of one cycle."""


@dataclass(frozen=True)
class Report:
    """How one cycle went."""

    broker: str
    cycle: Cycle
    posts: int
    lost: int
    repeated: int
    seconds: float
    problems: list[str]

    @property
    def survived(self) -> bool:
        """Whether nothing was lost or changed."""
        return not self.problems

    def __str__(self) -> str:
        return (
            f"{self.broker:9} {self.cycle.number:4} {self.cycle.layout:9} {self.cycle.fault:20}"
            f" posts {self.posts:4}  lost {self.lost:3}  repeated {self.repeated:5}  {self.seconds:6.1f} s"
            + ("" if self.survived else "  FAILED")
        )


async def run_on(
    broker: str, seed: int, cycles: int, times: Times, directory: Path, only: str | None = None
) -> list[Report]:
    """Run a plan on one kind of broker, print a line a cycle and return the reports."""
    pipeline = _pipeline()
    reports: list[Report] = []
    async with BROKERS[broker](directory / broker) as brokers:
        for number, some in enumerate(_desks(list(plan(brokers, seed, cycles, only)))):
            logs = directory / f"{broker}-desk-{number}"
            reports += await _run_desk(brokers, some, _fresh(pipeline), times, logs)
    return reports


def _desks(cycles: Sequence[Cycle]) -> Iterator[list[Cycle]]:
    """Cut a plan where the layout changes, and after so many cycles of one desk."""
    for _, same in groupby(cycles, key=lambda cycle: cycle.layout):
        some = list(same)
        for start in range(0, len(some), _CYCLES_A_DESK):
            yield some[start : start + _CYCLES_A_DESK]


def _pipeline() -> Pipeline:
    """Return the pipeline in one process, with the rules as they lie on their topic."""
    pipeline, book = load_pipeline(RULES), RuleBook()
    for offset, rule in enumerate(RULES):
        book.put(rule.id, encode(rule), offset)
    assert pipeline.desk is not None
    return replace(pipeline, desk=replace(pipeline.desk, rules=book.rules))


def _fresh(pipeline: Pipeline) -> Pipeline:
    """Return a pipeline with the same data files that has seen nothing."""
    return replace(pipeline, lanes={}, stories=Shelf(Limits()))


async def _run_desk(
    brokers: Brokers, cycles: Sequence[Cycle], pipeline: Pipeline, times: Times, logs: Path
) -> list[Report]:
    """Run cycles on one desk; after one that failed the others have a new desk."""
    reports: list[Report] = []
    rest = list(cycles)
    while rest:
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(
                desk_on(brokers, rest[0].layout, rest[0].seed, _fresh(pipeline), logs)
            )
            while rest:
                report = await _run_cycle(desk, rest.pop(0), times)
                reports.append(report)
                print(report, flush=True)
                for problem in report.problems[:_SHOWN]:
                    print(f"    {problem}", flush=True)
                if not report.survived:
                    print(f"    logs: {logs}", flush=True)
                    break
    return reports


async def _run_cycle(desk: Desk, cycle: Cycle, times: Times) -> Report:
    await desk.ready()
    started, sent, repeated = time.monotonic(), desk.sent, desk.ledger.repeated
    rng = Random(cycle.seed)
    problems: list[str] = []
    verdict = Verdict([], [])
    load = asyncio.ensure_future(desk.post(rng.randint(*_POSTS), _LOAD_SECONDS, rng))
    try:
        await asyncio.sleep(rng.uniform(0, _LOAD_SECONDS))
        await FAULTS[cycle.fault].run(desk, rng, times)
        await load
        problems += [f"{one.name} has ended with {one.exit_code}" for one in desk.ended()]
        verdict = await desk.settled()
    except (AssertionError, TimeoutError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    finally:
        load.cancel()
    return Report(
        desk.brokers.name,
        cycle,
        desk.sent - sent,
        len(verdict.missing),
        desk.ledger.repeated - repeated,
        time.monotonic() - started,
        [*problems, *verdict.wrong, *(f"missing: {one}" for one in verdict.missing)],
    )
