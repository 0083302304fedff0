"""What goes to the brokers."""

from msgspec import Struct

from agents.errors import FailedRunningError
from agents.wiring.cloudevents import Headers, headers_of
from agents.wiring.stage import Output
from schemas.codec import encode


class Message(Struct, frozen=True):
    """One message for the brokers."""

    topic: str
    """Name on the broker."""
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None
    """None: by the hash of the key."""


class MessageTooLargeError(FailedRunningError, ValueError):
    """A message is larger than its topic takes."""


def message_of(output: Output, prefix: str) -> Message:
    """Return the message of an output: under its topic's full name, with the headers of a CloudEvent."""
    value = None if output.value is None else encode(output.value)
    return Message(
        f"{prefix}{output.topic}", output.key.encode(), value, headers_of(output), output.partition
    )
