"""Ids: fixed hashes of what makes a thing itself, the same on every machine and in every run."""

import hashlib

_SEPARATOR = b"\x1f"


def stable_hash(*parts: str) -> str:
    """Return 32 hexadecimal digits of BLAKE2b over the parts, which are kept apart from one another."""
    joined = _SEPARATOR.join(part.encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.blake2b(joined, digest_size=16, person=b"wiredesk").hexdigest()


def event_id(post_id: str, revision: int) -> str:
    """Return the id of the event that one revision of a post led to."""
    return stable_hash("event", post_id, str(revision))


def story_id(post_id: str, revision: int) -> str:
    """Return the id of the story that a revision of a post opens.

    The revision takes part: an edit that comes after its post has left the window opens another story.
    """
    return stable_hash("story", post_id, str(revision))


def delivery_id(alert_id: str, endpoint: str) -> str:
    """Return the id of the delivery of an alert to an endpoint."""
    return stable_hash("delivery", alert_id, endpoint)


def alert_id(rule_id: str, group: str, sequence: int) -> str:
    """Return the id of the nth alert of a rule and group."""
    return stable_hash("alert", rule_id, group, str(sequence))
