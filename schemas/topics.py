"""The topic table: every topic with its message, partitions, clean-up and limits.

Topics are created, checked and documented from this table and from nowhere else.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from schemas.alerts import Alert, Decision, Delivery
from schemas.dead_letters import DeadLetter
from schemas.dedup_entries import DedupEntries, LaneWatermark
from schemas.delivery_state import PendingDelivery
from schemas.events import EnrichedEvent
from schemas.poll_state import PollState
from schemas.posts import JudgedPost, RawPost
from schemas.rules import Rule
from schemas.stories import Story
from schemas.story_state import StoryState

Cleanup = Literal["delete", "compact"]
PartitionRule = Literal["lanes", "stories", "one"]
"""lanes: one a lane; stories: the number set for everything keyed by story; one: a single partition."""

DAY = 86_400
RAW_MESSAGE_BYTES = 4 * 1024 * 1024
MESSAGE_BYTES = 2 * RAW_MESSAGE_BYTES
"""Twice the raw limit, so that a post and its base64 in a dead letter always fit."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic."""

    name: str
    """Without the prefix of the settings."""
    message: type[msgspec.Struct]
    """Type of the values."""
    schema: str
    """Name and version of the message, as in the file names under schemas/json."""
    key: str
    partitions: PartitionRule
    cleanup: Cleanup
    retention: int | None
    """Seconds; None keeps the latest value of each key for good."""
    doc: str
    max_bytes: int = MESSAGE_BYTES
    internal: bool = False
    """State of an agent: not part of the contract with subscribers."""


TOPICS: tuple[Topic, ...] = (
    Topic(
        "posts.raw", RawPost, "raw_post.v1", "lane", "lanes", "delete", 7 * DAY,
        "Posts as the sources gave them.", max_bytes=RAW_MESSAGE_BYTES,
    ),
    Topic(
        "posts.judged", JudgedPost, "judged_post.v1", "story_id", "stories", "delete", 14 * DAY,
        "Posts with what they are to the posts before them and the story they belong to.",
    ),
    Topic(
        "events.enriched", EnrichedEvent, "enriched_event.v1", "story_id", "stories", "delete", 30 * DAY,
        "What each post that is not a repeat says: category, places, actors, casualties, attribution.",
    ),
    Topic(
        "stories", Story, "story.v1", "story_id", "stories", "compact", None,
        "The running state of every story.",
    ),
    Topic("rules", Rule, "rule.v1", "rule_id", "one", "compact", None, "Standing rules of the subscribers."),
    Topic(
        "alerts", Alert, "alert.v1", "rule_id", "stories", "delete", 30 * DAY,
        "Alerts, updates and cancels, by rule and story.",
    ),
    Topic(
        "alerts.decisions", Decision, "decision.v1", "story_id", "stories", "delete", 7 * DAY,
        "Why each rule fired on a post or was held back.",
    ),
    Topic(
        "deliveries", Delivery, "delivery.v1", "alert_id", "stories", "delete", 30 * DAY,
        "Attempts to hand alerts to endpoints, with their outcome.",
    ),
    Topic(
        "dead.letters", DeadLetter, "dead_letter.v1", "as the original", "one", "delete", 30 * DAY,
        "Messages that could not be parsed or processed, kept whole. A null value marks one as put back.",
    ),
    Topic(
        "dedup.state", DedupEntries, "dedup_entries.v1", "lane", "lanes", "delete", 14 * DAY,
        "What the dedup agent remembers of posts between restarts: a message for each lane and batch. Kept"
        " for twice the longest dedup window: verdicts after a restart rest on it.", internal=True,
    ),
    Topic(
        "dedup.watermarks", LaneWatermark, "lane_watermark.v1", "lane", "lanes", "compact", None,
        "The time that each lane has reached, for partitions of posts.judged on which nothing arrives.",
        internal=True,
    ),
    Topic(
        "alerting.state",
        StoryState, "story_state.v1", "story_id", "stories", "compact", None,
        "What the alerting agent remembers of a story between restarts.", internal=True,
    ),
    Topic(
        "delivery.state", PendingDelivery, "pending_delivery.v1", "delivery_id", "stories", "compact", None,
        "Deliveries that are not over, each in the partition of its alert.", internal=True,
    ),
    Topic(
        "poll.state", PollState, "poll_state.v1", "source", "one", "compact", None,
        "What the poller remembers of a source between restarts.", internal=True,
    ),
)  # fmt: skip

_BY_NAME = {topic.name: topic for topic in TOPICS}
_BY_MESSAGE = {topic.message: topic for topic in TOPICS}


def topic_of(name: str) -> Topic:
    """Return a topic of the table by its name without prefix.

    Raises:
        KeyError: there is no such topic; the message lists those there are.

    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"no topic {name!r}; topics are {', '.join(sorted(_BY_NAME))}") from None


def topic_for(message: type[msgspec.Struct]) -> Topic:
    """Return the topic that carries a type of message.

    Raises:
        KeyError: no topic carries it by itself.

    """
    try:
        return _BY_MESSAGE[message]
    except KeyError:
        raise KeyError(f"no topic carries {message.__name__}") from None


def full_name(name: str, prefix: str) -> str:
    """Return the name that a topic of the table has on the broker."""
    return f"{prefix}{topic_of(name).name}"


def table_name(full: str, prefix: str) -> str:
    """Return the name without prefix of a topic on the broker.

    Raises:
        KeyError: the topic has another prefix or is not in the table.

    """
    if not full.startswith(prefix):
        raise KeyError(f"topic {full!r} does not start with the prefix {prefix!r}")
    return topic_of(full[len(prefix) :]).name


def partition_count(topic: Topic, *, lanes: int, stories: int) -> int:
    """Return how many partitions a topic has under the given settings."""
    return {"lanes": lanes, "stories": stories, "one": 1}[topic.partitions]
