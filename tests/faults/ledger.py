"""What lies on the topics, beside what an undisturbed run over the same posts gives."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from agents.delivery.forms import webhook_body
from agents.pipeline import Pipeline
from agents.wiring.cloudevents import attribute, headers_of, identity
from agents.wiring.connection import Cluster
from agents.wiring.log import to_record
from agents.wiring.outputs import output_of
from agents.wiring.stage import Output, Record
from agents.wiring.topics import expected_partitions
from schemas.alerts import Alert, Delivery
from schemas.codec import decode, encode
from schemas.ids import stable_hash
from schemas.posts import RawPost
from schemas.topics import topic_of

COMPARED = ("posts.judged", "events.enriched", "stories", "alerts", "alerts.decisions")
"""Topics whose every byte is a function of the posts."""
READ = ("posts.raw", *COMPARED, "deliveries", "dead.letters")
POISON = "poison"
"""Header of the messages that the suite puts on topics to do harm."""
_SETS_ASIDE = {
    "posts.raw": ("dedup",),
    "posts.judged": ("classification", "alerting"),
    "events.enriched": ("alerting",),
    "alerts": ("delivery",),
}
"""By topic the stages that set its poison aside."""
_POLL_MS = 200

Identity = tuple[str, str]
"""Source and id of a CloudEvent."""
Content = tuple[bytes | None, bytes | None]
"""Key and value."""
Thread = tuple[str, ...]
"""What has an order of its own: a story, or a rule and a story."""


@dataclass(slots=True)
class Messages:
    """Messages of one topic without their repeats."""

    content: dict[Identity, Content] = field(default_factory=dict)
    order: dict[Thread, list[Identity]] = field(default_factory=lambda: defaultdict(list))
    """By story, identities in the order in which they first came."""
    repeated: int = 0
    changed: list[Identity] = field(default_factory=list)
    """Repeats with other bytes than what they repeat."""

    def add(self, own: Identity, content: Content, thread: Thread) -> None:
        if own not in self.content:
            self.content[own] = content
            self.order[thread].append(own)
            return
        self.repeated += 1
        if self.content[own] != content:
            self.changed.append(own)


class Ledger:
    """Everything that was published under one prefix, and what should have been."""

    def __init__(self, cluster: Cluster, pipeline: Pipeline) -> None:
        self._cluster = cluster
        self._pipeline = pipeline
        self._positions: dict[TopicPartition, int] = {
            TopicPartition(cluster.topic(name), partition): 0
            for name in READ
            for partition in range(expected_partitions(topic_of(name), cluster.settings))
        }
        self.found = {name: Messages() for name in COMPARED}
        self.expected = {name: Messages() for name in COMPARED}
        self.posts: set[tuple[str, int]] = set()
        """post_id and revision of the posts that the topic posts.raw holds."""
        self.alert_ids: list[str] = []
        """Of all messages on the topic alerts, repeats included."""
        self.due: dict[str, bytes] = {}
        """Bodies of the webhooks that have to arrive, by webhook-id."""
        self.due_order: dict[Thread, list[str]] = defaultdict(list)
        self.delivered: set[str] = set()
        """Alerts of which the topic deliveries says that they arrived."""
        self.letters: set[str] = set()
        self.expected_letters: set[str] = set()

    @property
    def repeated(self) -> int:
        """How many messages repeat earlier ones."""
        return sum(messages.repeated for messages in self.found.values())

    async def read_on(self) -> None:
        """Take in what has come since the last time."""
        async with self._cluster.reader() as consumer:
            consumer.assign(list(self._positions))
            for partition, offset in self._positions.items():
                consumer.seek(partition, offset)
            ends: dict[TopicPartition, int] = {}
            while any(self._positions[one] < ends.get(one, 1 << 62) for one in self._positions):
                fetched = await consumer.getmany(timeout_ms=_POLL_MS)
                for messages in fetched.values():
                    for message in messages:
                        self._take(to_record(message, self._cluster.settings.topic_prefix))
                for partition in self._positions:
                    highwater = consumer.highwater(partition)
                    if highwater is not None:
                        ends.setdefault(partition, highwater)
                        self._positions[partition] = await consumer.position(partition)
                await asyncio.sleep(0)

    def _take(self, record: Record) -> None:
        if POISON in record.headers:
            self.expected_letters.update(_letters_of(record))
        elif record.topic == "posts.raw":
            self._take_post(decode(record.value or b"", RawPost))
        elif record.topic == "dead.letters":
            own = identity(record.headers)
            assert own is not None
            self.letters.add(own[1])
        elif record.topic == "deliveries":
            delivery = decode(record.value or b"", Delivery)
            if delivery.outcome == "ok":
                self.delivered.add(delivery.alert_id)
        else:
            self._take_output(record)

    def _take_output(self, record: Record) -> None:
        own = identity(record.headers)
        assert own is not None, f"no CloudEvent at {record.topic}[{record.partition}]@{record.offset}"
        thread = _thread(record.topic, (record.key or b"").decode(), attribute(record.headers, "subject"))
        self.found[record.topic].add(own, (record.key, record.value), thread)
        if record.topic == "alerts":
            self.alert_ids.append(own[1])

    def _take_post(self, post: RawPost) -> None:
        self.posts.add((post.post_id, post.revision))
        for message in self._pipeline.take(post):
            output = output_of(message)
            thread = _thread(output.topic, output.key, output.subject)
            own = identity(dict(headers_of(output)))
            assert own is not None
            self.expected[output.topic].add(own, (output.key.encode(), encode(message)), thread)
            if isinstance(message, Alert):
                self._note_due(message, output, thread)

    def _note_due(self, alert: Alert, output: Output, thread: Thread) -> None:
        if alert.deliver and output.id not in self.due:
            self.due[output.id] = webhook_body(alert)
            self.due_order[thread].append(output.id)


def _thread(topic: str, key: str, subject: str | None) -> Thread:
    assert subject is not None
    return (key, subject) if topic == "alerts" else (subject,)


def _letters_of(record: Record) -> Iterator[str]:
    for stage in _SETS_ASIDE.get(record.topic, ()):
        yield stable_hash("dead", stage, record.topic, str(record.partition), str(record.offset))
