"""A plain Quix Streams application that does Wiredesk's work.

Usage: quix_streams ADDRESS PREFIX KIND METER_FILE

Its state is in memory only, and offsets are committed every five seconds.
"""

import sys
from pathlib import Path
from typing import Any

from quixstreams import Application, message_context
from quixstreams.dataframe import StreamingDataFrame
from quixstreams.models import BytesSerializer, SerializationContext, Topic

from agents.wiring.messages import Message
from agents.wiring.stage import Record, Stage
from schemas.topics import TOPICS
from tests.bench.pipeline.work import Work


class _ValueOfMessage(BytesSerializer):
    def __call__(self, value: Message, ctx: SerializationContext) -> bytes | None:
        return value.value


def main(address: str, prefix: str, kind: str, meter_file: str) -> None:
    """Run until killed."""
    work = Work(kind, Path(meter_file), prefix)
    application = Application(
        broker_address=address.removeprefix("kafka://"), consumer_group=f"{prefix}quix",
        auto_offset_reset="earliest", auto_create_topics=False, loglevel="WARNING",
    )  # fmt: skip
    topics = {
        f"{prefix}{topic.name}": application.topic(
            f"{prefix}{topic.name}", value_deserializer="bytes", value_serializer=_ValueOfMessage(),
            key_serializer="bytes",
        )
        for topic in TOPICS
    }  # fmt: skip
    inputs = dict.fromkeys(name for stage in work.stages for name in stage.inputs)
    streams = {name: application.dataframe(topics[f"{prefix}{name}"]) for name in inputs}
    for stage in work.stages:
        for name in stage.inputs:
            _add(streams[name], topics, work, stage, name)
    application.run()


def _add(stream: StreamingDataFrame, topics: dict[str, Topic], work: Work, stage: Stage, name: str) -> None:
    def messages(value: bytes, key: Any, timestamp: int, headers: Any) -> list[Message]:
        place = message_context()
        return work.messages(stage, [Record(name, place.partition, place.offset, key, value)])

    def headers_of(message: Message, *_: Any) -> Any:
        return message.headers

    made = stream.apply(messages, expand=True, metadata=True).set_headers(headers_of)
    made.to_topic(lambda message, *_: topics[message.topic], key=lambda message: message.key)


if __name__ == "__main__":
    main(*sys.argv[1:])
