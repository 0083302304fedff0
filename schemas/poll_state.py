"""What the poller remembers of a source between restarts: internal, kept in the topic poll.state."""

from datetime import date

from schemas.base import Count, Id, Message, NonEmpty, UtcTime


class SeenPost(Message, frozen=True, kw_only=True):
    """One post that was published from a source's document."""

    post_id: Id
    revision: Count
    text_hash: NonEmpty
    """Of headline and body: another one is an edit."""
    published_at: UtcTime | None = None
    published_on: date | None = None
    missing: Count = 0
    """How many whole documents in a row the post was not in."""
    retracted: bool = False


class PollState(Message, frozen=True, kw_only=True):
    """One source in the poller."""

    source: Id
    url: NonEmpty
    """Address that the rest belongs to."""
    etag: str | None = None
    last_modified: str | None = None
    form: str | None = None
    """What kind of document it was."""
    posts: list[SeenPost] = []
    """The oldest first."""
    interval: float
    """Seconds between two requests at present."""
    failures: Count = 0
    """In a row."""
    polled_at: UtcTime | None = None
    changed_at: UtcTime | None = None
    """When a new, edited or vanished post was last found."""
    not_before: UtcTime | None = None
    """The server asked for no request before this time."""
