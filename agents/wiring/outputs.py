"""Messages as outputs: topic and key by the topic table, CloudEvents attributes by the kind of message."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from agents.wiring.stage import Output
from schemas.alerts import Alert, Decision, Delivery
from schemas.base import Message
from schemas.dedup_entries import DedupEntries, LaneWatermark
from schemas.delivery_state import PendingDelivery
from schemas.events import EnrichedEvent
from schemas.ids import stable_hash
from schemas.poll_state import PollState
from schemas.posts import JudgedPost, RawPost
from schemas.stories import Story
from schemas.story_state import StoryState
from schemas.topics import topic_for

DESK = "wiredesk"
"""CloudEvents source of what rests on posts of several sources."""


def output_of(message: Message, extensions: Mapping[str, str] | None = None) -> Output:
    """Return a message as an output of its topic.

    Raises:
        KeyError: no topic carries this kind of message.

    """
    topic = topic_for(type(message))
    attributes = _ATTRIBUTES[type(message)](message)
    return Output(
        topic=topic.name,
        key=str(getattr(message, topic.key)),
        value=message,
        id=attributes.id,
        source=attributes.source,
        time=attributes.time,
        subject=attributes.subject,
        sequence=attributes.sequence,
        extensions=extensions or {},
    )


class _Attributes(Struct, frozen=True):
    """The id is the same whenever the message is."""

    id: str
    source: str
    time: datetime
    subject: str | None = None
    sequence: int | None = None


def _raw(post: RawPost) -> _Attributes:
    return _Attributes(stable_hash("raw", post.post_id, str(post.revision)), post.source, post.event_time)


def _judged(post: JudgedPost) -> _Attributes:
    event_id = stable_hash("judged", post.post_id, str(post.revision))
    return _Attributes(event_id, post.source, post.event_time, post.story_id, post.story_seq)


def _event(event: EnrichedEvent) -> _Attributes:
    return _Attributes(event.event_id, event.source, event.event_time, event.story_id, event.story_seq)


def _story(story: Story) -> _Attributes:
    event_id = stable_hash("story", story.story_id, str(story.story_seq), story.state)
    return _Attributes(event_id, DESK, story.last_seen, story.story_id, story.story_seq)


def _alert(alert: Alert) -> _Attributes:
    return _Attributes(alert.alert_id, DESK, alert.at, alert.story_id, alert.sequence)


def _decision(decision: Decision) -> _Attributes:
    seq = str(decision.facts["story_seq"])
    event_id = stable_hash("decision", decision.rule_id, decision.story_id, seq, decision.at.isoformat())
    return _Attributes(event_id, DESK, decision.at, decision.story_id)


def _state(state: StoryState) -> _Attributes:
    time = state.story.last_seen if state.story is not None else state.waiting[0].at
    return _Attributes(stable_hash("state", state.story_id), DESK, time, state.story_id)


def deletion_of(message: Message) -> Output:
    """Return the output that deletes a message's key from its topic."""
    return replace(output_of(message), value=None)


def output_of_pending(pending: PendingDelivery, partition: int) -> Output:
    """Return a delivery as an output to the partition that its alert has on its own topic.

    There the deliveries of one rule lie in the order of its alerts, and one sender has them all.
    """
    return replace(output_of(pending), partition=partition)


def _entries(entries: DedupEntries) -> _Attributes:
    event_id = stable_hash("entries", entries.lane, str(entries.partition), str(entries.first_offset))
    return _Attributes(event_id, DESK, entries.time)


def _watermark(reached: LaneWatermark) -> _Attributes:
    event_id = stable_hash("watermark", reached.lane, reached.watermark.isoformat())
    return _Attributes(event_id, DESK, reached.watermark)


def _poll(state: PollState) -> _Attributes:
    time = state.polled_at or state.changed_at
    if time is None:
        raise ValueError(f"source {state.source} was never polled; its state is not worth a message")
    return _Attributes(stable_hash("poll", state.source), DESK, time)


def _pending(pending: PendingDelivery) -> _Attributes:
    event_id = stable_hash("pending", pending.delivery_id, str(pending.attempts))
    return _Attributes(event_id, DESK, pending.next_at, pending.alert.story_id)


def _delivery(delivery: Delivery) -> _Attributes:
    event_id = stable_hash("delivered", delivery.alert_id, delivery.endpoint, str(delivery.attempt))
    return _Attributes(event_id, DESK, delivery.at)


_ATTRIBUTES: dict[type[Message], Callable[[Any], _Attributes]] = {
    RawPost: _raw,
    JudgedPost: _judged,
    EnrichedEvent: _event,
    Story: _story,
    Alert: _alert,
    Decision: _decision,
    StoryState: _state,
    DedupEntries: _entries,
    LaneWatermark: _watermark,
    PollState: _poll,
    PendingDelivery: _pending,
    Delivery: _delivery,
}
