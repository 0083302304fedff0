"""Cursors: places on a topic, as text that clients hand back and need not understand."""

import re
from collections.abc import Sequence

from agents.gateway.problems import ProblemError, bad_request

PATTERN = r"^[a-z]1(\.[0-9]{1,19})+$"
MAX_LENGTH = 12_000
_FORM = re.compile(PATTERN)


def encode_cursor(kind: str, position: Sequence[int]) -> str:
    """Return the cursor of a place.

    Args:
        kind: letter of the topic, so that the cursor of one is not taken for that of another.
        position: by partition, the offset of the next message.

    """
    return f"{kind}1.{'.'.join(map(str, position))}"


def decode_cursor(text: str, kind: str, partitions: int) -> list[int]:
    """Return the place of a cursor: by partition, the offset of the next message.

    Partitions that the topic did not have yet are read from their beginning.

    Raises:
        ProblemError: it is no cursor of this topic.

    """
    if len(text) > MAX_LENGTH or not _FORM.match(text) or text[0] != kind:
        raise _wrong()
    position = [int(offset) for offset in text.split(".")[1:]]
    if len(position) > partitions or max(position) >= 2**63:
        raise _wrong()
    return position + [0] * (partitions - len(position))


def _wrong() -> ProblemError:
    return bad_request("the cursor is not one that was given out here; leave it out to start anew")
