"""Server-sent events, as the HTML standard has them."""

import orjson

CONTENT_TYPE = "text/event-stream"
NAMES = {"e": b"event", "a": b"alert"}
"""Name of the events of a topic, by its letter in cursors."""
START = b"retry: 2000\n\n"
"""The first words of a stream: when to come again after it broke off."""
END = b'event: end\ndata: {"reason":"stopping"}\n\n'
"""The last words of a gateway that stops: come again with Last-Event-ID."""


def frame(kind: str, cursor: str, value: bytes) -> bytes:
    """Return a message as an event; its id is the place after it."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (cursor.encode(), NAMES[kind], value)


def place(cursor: str) -> bytes:
    """Return what tells a client its place and that the stream lives, and is no event."""
    return b": alive\nid: %b\n\n" % cursor.encode()


def gap(cursor: str) -> bytes:
    """Return the event that says that messages before this place are no longer kept."""
    return b"id: %b\nevent: gap\ndata: " % cursor.encode() + b'{"reason":"no longer kept"}\n\n'


def one_line(value: bytes) -> bytes:
    """Return JSON on one line, as a data field needs it.

    Raises:
        orjson.JSONDecodeError: it is no JSON.

    """
    return orjson.dumps(orjson.loads(value)) if b"\n" in value or b"\r" in value else value
