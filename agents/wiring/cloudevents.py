"""CloudEvents 1.0 in the binary mode of the Kafka protocol binding."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from agents.wiring.stage import Output
from schemas.topics import topic_of

CONTENT_TYPE = "application/json"
SOURCE_PREFIX = "urn:wiredesk:source:"
_EXTENSION = re.compile(r"^[a-z0-9]{1,20}$")

Header = tuple[str, bytes]
Headers = list[Header]
_SPECVERSION: Header = ("ce_specversion", b"1.0")
_CONTENT_TYPE: Header = ("content-type", CONTENT_TYPE.encode())


def headers_of(output: Output) -> Headers:
    """Return the Kafka headers of a message.

    Raises:
        ValueError: the name of an extension attribute is not allowed by CloudEvents.

    """
    event_type, schema = _of_topic(output.topic)
    headers = [
        _SPECVERSION,
        ("ce_id", output.id.encode()),
        ("ce_source", f"{SOURCE_PREFIX}{output.source}".encode()),
        event_type,
        ("ce_time", rfc3339(output.time).encode()),
        schema,
        ("ce_partitionkey", output.key.encode()),
    ]
    if output.subject is not None:
        headers.append(("ce_subject", output.subject.encode()))
    if output.sequence is not None:
        headers.append(("ce_sequence", str(output.sequence).encode()))
    if output.extensions:
        headers += _extensions(output.extensions, {name for name, _ in headers})
    headers.append(_CONTENT_TYPE)
    return headers


@cache
def _of_topic(topic: str) -> tuple[Header, Header]:
    """Return the headers that all messages of a topic share: type and schema."""
    schema = topic_of(topic).schema
    return (
        ("ce_type", f"org.wiredesk.{schema}".encode()),
        ("ce_dataschema", f"urn:wiredesk:schema:{schema}".encode()),
    )


def _extensions(extensions: Mapping[str, str], taken: set[str]) -> Headers:
    for name in extensions:
        if not _EXTENSION.match(name) or f"ce_{name}" in taken:
            raise ValueError(f"{name!r} cannot be the name of a CloudEvents extension attribute")
    return [(f"ce_{name}", value.encode()) for name, value in extensions.items()]


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
