"""CloudEvents 1.0 in the binary mode of the Kafka protocol binding."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from agents.wiring.stage import Output
from schemas.topics import topic_of

CONTENT_TYPE = "application/json"
SOURCE_PREFIX = "urn:wiredesk:source:"
_EXTENSION = re.compile(r"^[a-z0-9]{1,20}$")

Headers = list[tuple[str, bytes]]


def headers_of(output: Output) -> Headers:
    """Return the Kafka headers of a message.

    Raises:
        ValueError: the name of an extension attribute is not allowed by CloudEvents.

    """
    schema = topic_of(output.topic).schema
    attributes: dict[str, str] = {
        "specversion": "1.0",
        "id": output.id,
        "source": SOURCE_PREFIX + output.source,
        "type": f"org.wiredesk.{schema}",
        "time": rfc3339(output.time),
        "dataschema": f"urn:wiredesk:schema:{schema}",
        "partitionkey": output.key,
    }
    if output.subject is not None:
        attributes["subject"] = output.subject
    if output.sequence is not None:
        attributes["sequence"] = str(output.sequence)
    for name, value in output.extensions.items():
        if not _EXTENSION.match(name) or name in attributes:
            raise ValueError(f"{name!r} cannot be the name of a CloudEvents extension attribute")
        attributes[name] = value
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    return [*headers, ("content-type", CONTENT_TYPE.encode())]


def attribute(headers: Mapping[str, bytes], name: str) -> str | None:
    """Return a CloudEvents attribute of a message, None when it has no such attribute."""
    value = headers.get(f"ce_{name}")
    return None if value is None else value.decode("utf-8", "replace")


def identity(headers: Mapping[str, bytes]) -> tuple[str, str] | None:
    """Return source and id, by which repeats are dropped; None when the message is no CloudEvent."""
    source, event_id = attribute(headers, "source"), attribute(headers, "id")
    return None if source is None or event_id is None else (source, event_id)


def rfc3339(moment: datetime) -> str:
    """Return a time in UTC as RFC 3339."""
    return moment.astimezone(UTC).isoformat()
