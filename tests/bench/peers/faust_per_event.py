"""Plain Faust agents that do Wiredesk's work event by event.

Usage: faust_per_event ADDRESS PREFIX KIND METER_FILE

Their state is in memory only, and an event is acknowledged when its outputs are in the producer's buffer.
"""

import sys
from pathlib import Path
from typing import Any

import faust

from agents.wiring.stage import Record, Stage
from tests.bench.pipeline.work import Work


def main(address: str, prefix: str, kind: str, meter_file: str) -> None:
    """Run until killed."""
    work = Work(kind, Path(meter_file), prefix)
    app = faust.App(
        f"{prefix}faust", broker=address, store="memory://", autodiscover=False, topic_allow_declare=False,
        topic_disable_leader=True, web_enabled=False, datadir=str(Path(meter_file).parent / "faust"),
    )  # fmt: skip
    for stage in work.stages:
        _add(app, work, stage, prefix)
    faust.Worker(app, loglevel="WARNING").execute_from_commandline()


def _add(app: faust.App, work: Work, stage: Stage, prefix: str) -> None:
    names = [f"{prefix}{name}" for name in stage.inputs]
    outputs: dict[str, Any] = {}

    @app.agent(app.topic(*names, key_serializer="raw", value_serializer="raw"), name=stage.name)
    async def agent(stream: Any) -> None:
        async for event in stream.events():
            place = event.message
            record = Record(
                place.topic.removeprefix(prefix), place.partition, place.offset, place.key, place.value
            )
            for message in work.messages(stage, [record]):
                topic = outputs.get(message.topic)
                if topic is None:
                    topic = outputs[message.topic] = app.topic(
                        message.topic, key_serializer="raw", value_serializer="raw"
                    )
                await topic.send(key=message.key, value=message.value, headers=message.headers)


if __name__ == "__main__":
    main(*sys.argv[1:])
