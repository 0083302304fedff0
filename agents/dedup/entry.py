"""What a judged post leaves in the state of its lane: all that later verdicts need of it, packed."""

import msgspec
import numpy as np
import numpy.typing as npt

from schemas.posts import REPEATS, JudgedPost, Relation

F32 = npt.NDArray[np.float32]


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """A judged post; numbers in packed fields are in little-endian order.

    Attributes:
        ordinary: whether it is a post, not a summary or notice.
        time, story_time: its event time in seconds, as verdicts and as stories see it.
        watermark: what its lane had reached with it, in microseconds since 1970.
        publisher: hash of the family of its source.
        marked: whether it says itself that it corrects or retracts.
        sets, sizes: see agents.dedup.signature.Packed.
        fingerprints: 32-bit keys that it is found by; none for a text without content.
        terms, kept, keyed, weights: see Vector; empty where its story is not known by it.

    """

    post_id: str
    revision: int
    ordinary: bool
    relation: Relation
    related_to: str | None
    similarity: float | None
    reason: str
    story_id: str
    story_seq: int
    time: int
    story_time: int
    watermark: int
    digest: int
    words: int
    turned: bool
    publisher: int
    marked: bool
    sets: bytes
    sizes: tuple[int, ...]
    fingerprints: bytes
    terms: bytes = b""
    kept: bytes = b""
    keyed: bytes = b""
    weights: bytes = b""


Placed = tuple[int, Entry]
"""An entry with the offset of the raw post that it came from."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Placed])


def pack(entries: list[Placed]) -> bytes:
    """Return entries as MessagePack."""
    return _encoder.encode(entries)


def unpack(data: bytes) -> list[Placed]:
    """Return packed entries.

    Raises:
        msgspec.DecodeError: the bytes are no packed entries.

    """
    return _decoder.decode(data)


def known_by(post: JudgedPost | Entry) -> bool:
    """Tell whether its story is known by a post: repeats, summaries and notices say nothing of their own."""
    ordinary = post.ordinary if isinstance(post, Entry) else post.kind == "post"
    return ordinary and post.relation not in REPEATS
