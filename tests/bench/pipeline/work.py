"""The work that every contender does: the same stages with the same rules, record in, messages out."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from agents.cli.stages import Agent, build_stages
from agents.metrics import Metrics
from agents.settings import Settings, load_settings
from agents.wiring.messages import Message, message_of
from agents.wiring.stage import LogReader, Output, Record, Result, Stage, process_each, value_of
from schemas.codec import decode, from_plain
from schemas.events import Category
from schemas.posts import RawPost
from schemas.rules import Rule
from tests.bench.made_rules import Made
from tests.bench.pipeline.meter import STAGES, Meter, metered

RULES = 1_000
BROAD = "desk-"
"""How the ids of the rules begin that speak at once."""
PARTITIONS = 4


def settings_of(prefix: str, **more: object) -> Settings:
    """Return the settings of all processes of one run; ``more`` of them win over the environment."""
    return load_settings(broker=None, topic_prefix=prefix, metrics_port=0, partitions=PARTITIONS, **more)


def rules() -> list[Rule]:
    """Return a thousand rules: a broad one without cooldown for each category, the others narrow."""
    broad = [
        from_plain({"id": f"{BROAD}{name}", "owner": "desk", "title": name, "when": {"category": name}}, Rule)
        for name in Category.__args__
    ]
    return [*broad, *Made(1).rules(RULES - len(broad))]


class Relay:
    """A stage that reads a post and passes it on: what is left is transport."""

    name = "dedup"
    inputs = ("posts.raw",)

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Do nothing."""

    def process(self, batch: Sequence[Record]) -> Iterator[Result]:
        """Pass posts on."""
        return process_each(batch, self._pass_on)

    def _pass_on(self, record: Record) -> Result:
        post = decode(value_of(record), RawPost)
        passed = Output(
            "posts.judged", post.post_id, post, id=post.post_id, source=post.source, time=post.event_time
        )
        return Result(record, [passed])


def stages_of(kind: str, meter: Meter, agents: Sequence[str] = STAGES) -> list[Stage]:
    """Return the stages of a kind of run: that of ``relay``, or those of some agents for ``pipeline``."""
    if kind == "relay":
        return [metered(Relay(), meter)]
    metrics = Metrics(CollectorRegistry())
    made = build_stages([Agent(name) for name in agents], settings_of(""), rules(), metrics)
    return [metered(stage, meter) for stage in made]


class Work:
    """The stages as functions of records, for those who bring their own transport."""

    def __init__(self, kind: str, meter_file: Path, prefix: str = "") -> None:
        meter = Meter(meter_file)
        self._prefix = prefix
        self._message_of = meter.timed("encode_cpu", message_of)
        self.stages = stages_of(kind, meter)
        for stage in self.stages:
            for partition in range(PARTITIONS):
                asyncio.run(stage.restore(stage.inputs[0], partition, 0, _NothingBefore()))

    def messages(self, stage: Stage, records: Sequence[Record]) -> list[Message]:
        """Return all that some records lead to, outputs before state."""
        results = list(stage.process(records))
        failed = [result.failure for result in results if result.failure is not None]
        if failed:
            raise RuntimeError(f"{stage.name}: {failed[0]}")
        outputs = [self._message_of(one, self._prefix) for result in results for one in result.outputs]
        return outputs + [self._message_of(one, self._prefix) for result in results for one in result.state]


class _NothingBefore:
    async def read(self, topic: str, partitions: Sequence[int] | None = None) -> AsyncIterator[Any]:
        for record in ():
            yield record
