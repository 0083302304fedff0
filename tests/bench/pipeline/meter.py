"""Figures of a process under measurement, in a file that the measuring process reads while it runs."""

import mmap
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from agents.wiring.stage import Record, Result, Stage

STAGES = ("dedup", "classification", "alerting")
_FIELDS = ("encode_cpu", *(f"{name}_cpu" for name in STAGES))
_PLACES = {name: place for place, name in enumerate(_FIELDS)}


class Meter:
    """Seconds of CPU in the functions of each stage, and in encoding."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8 * len(_FIELDS)))
        with path.open("r+b") as file:
            self._values = memoryview(mmap.mmap(file.fileno(), 0)).cast("d")

    def __getitem__(self, field: str) -> float:
        return self._values[_PLACES[field]]

    def timed(self, field: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that adds the CPU that it takes to a field."""
        values, place, clock = self._values, _PLACES[field], time.thread_time

        def timed(*arguments: Any) -> Any:
            start = clock()
            result = function(*arguments)
            values[place] += clock() - start
            return result

        return timed


def metered(stage: Stage, meter: Meter) -> Stage:
    """Let a stage add what it takes to a meter."""
    process = stage.process

    def measured(batch: Sequence[Record]) -> Iterable[Result]:
        results = iter(process(batch))
        step = meter.timed(f"{stage.name}_cpu", lambda: next(results, None))
        return iter(step, None)

    stage.process = measured  # type: ignore[method-assign]
    return stage
