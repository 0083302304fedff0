"""A plain Bytewax dataflow that does Wiredesk's work.

Usage: bytewax_dataflow ADDRESS PREFIX KIND METER_FILE

Its state is in memory only, it commits nothing, and it takes what a poll gave as one batch.
"""

import sys
from pathlib import Path

from bytewax import operators as op
from bytewax.connectors.kafka import KafkaSinkMessage, KafkaSourceMessage
from bytewax.connectors.kafka import operators as kop
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main

from agents.wiring.stage import Record, Stage
from tests.bench.pipeline.work import Work


def main(address: str, prefix: str, kind: str, meter_file: str) -> None:
    """Run until killed."""
    work = Work(kind, Path(meter_file), prefix)
    flow = Dataflow("wiredesk")
    for stage in work.stages:
        _add(flow, [address.removeprefix("kafka://")], work, stage, prefix)
    run_main(flow)


def _add(flow: Dataflow, brokers: list[str], work: Work, stage: Stage, prefix: str) -> None:
    def messages(batch: list[KafkaSourceMessage]) -> list[KafkaSinkMessage]:
        records = [
            Record(
                (one.topic or "").removeprefix(prefix),
                one.partition or 0,
                one.offset or 0,
                one.key,
                one.value,
            )
            for one in batch
        ]
        return [
            KafkaSinkMessage(key=one.key, value=one.value, topic=one.topic, headers=one.headers)
            for one in work.messages(stage, records)
        ]

    topics = [f"{prefix}{name}" for name in stage.inputs]
    taken = kop.input(f"{stage.name}-in", flow, brokers=brokers, topics=topics)
    made = op.flat_map_batch(stage.name, taken.oks, messages)
    kop.output(f"{stage.name}-out", made, brokers=brokers, topic=topics[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
