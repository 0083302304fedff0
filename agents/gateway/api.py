"""Bodies of responses that are no message of a topic, and of requests, as the OpenAPI document has them."""

import msgspec

from schemas.alerts import Alert
from schemas.base import Count, Id
from schemas.events import EnrichedEvent
from schemas.rules import Rule
from schemas.stories import Story


class AcceptedPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that Kafka has."""

    post_id: Id
    revision: Count
    event_id: Id
    """Id of the event that it leads to, unless it repeats another post."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """Posts that Kafka has, in the order in which they were sent."""

    accepted: Count
    posts: list[AcceptedPost]


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Events in the order of their topic."""

    items: list[EnrichedEvent]
    next: str
    """Cursor of what follows, now or later."""
    more: bool
    """Whether there is more already; a page may be empty and have more behind it."""


class AlertPage(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts in the order of their topic."""

    items: list[Alert]
    next: str
    """Cursor of what follows, now or later."""
    more: bool
    """Whether there is more already; a page may be empty and have more behind it."""


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Stories, the latest told first."""

    items: list[Story]
    next: str | None
    """Cursor of what follows; null where nothing does."""


class RuleList(msgspec.Struct, frozen=True, kw_only=True):
    """Rules of one owner, by id."""

    items: list[Rule]


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests are answered in full."""

    ready: bool
