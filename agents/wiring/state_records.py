"""Reading back what the agents keep on topics of their own."""

import logging
from typing import TypeVar

import msgspec

from agents.metrics import Metrics
from agents.wiring.stage import Record
from schemas.codec import DecodeError, decode

log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)


def state_of(record: Record, kind: type[T], metrics: Metrics) -> T | None:
    """Return what a record with a value holds, or None, said and counted, where it is none of its kind.

    What an agent wrote it can read. So this came from elsewhere: passing it over takes nothing from the
    state, and stopping for it would keep every later post from its verdict.
    """
    try:
        return decode(record.value or b"", kind)
    except DecodeError as error:
        log.error("%s[%d] offset %d cannot be read and is passed over: %s; find out who writes to this topic",
                  record.topic, record.partition, record.offset, error)  # fmt: skip
        metrics.state_unreadable.labels(record.topic).inc()
        return None
