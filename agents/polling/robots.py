"""What a site's robots.txt (RFC 9309) lets us fetch."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from agents.polling.fetch import Fetched

KEPT = timedelta(hours=24)
KEPT_AFTER_FAILURE = timedelta(minutes=10)
MAX_BYTES = 500 * 1024
"""RFC 9309 asks parsers to read so much at least."""


class Robots:
    """The rules of one site.

    Attributes:
        until: when they are to be fetched again.

    """

    def __init__(self, answer: Fetched, now: datetime) -> None:
        """Take the answer to the request for robots.txt.

        No such file allows everything; a server that fails allows nothing for a while.
        """
        self._rules = (
            Protego.parse(answer.data.decode("utf-8", "replace")) if answer.outcome == "ok" else None
        )
        self._unreachable = answer.outcome in ("failed", "busy")
        self.until = now + (KEPT_AFTER_FAILURE if self._unreachable else KEPT)

    def allows(self, url: str, user_agent: str) -> bool:
        """Tell whether an address may be fetched."""
        if self._unreachable:
            return False
        return self._rules is None or bool(self._rules.can_fetch(url, user_agent))

    def delay(self, user_agent: str) -> timedelta:
        """Return the pause between two requests that the site asks for, 60 seconds at most."""
        asked = self._rules.crawl_delay(user_agent) if self._rules else None
        return timedelta(seconds=min(float(asked or 0), 60))


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks for an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
