"""What a judged post leaves in the state of its lane: all that later verdicts need of it, packed."""

import msgspec
import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U16, U32
from schemas.posts import REPEATS, JudgedPost, Relation

F32 = npt.NDArray[np.float32]


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """A judged post; numbers in packed fields are in little-endian order.

    Attributes:
        ordinary: whether it is a post, not a summary or notice.
        time, story_time: its event time in seconds, as verdicts and as stories see it.
        watermark: what its lane had reached with it, in microseconds since 1970.
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


class Vector(msgspec.Struct, frozen=True, gc=False):
    """The terms of a post, weighed.

    Attributes:
        every: all its terms, ascending.
        kept: places of the heaviest, ascending; ``terms``: these terms.
        keyed: places of the heaviest of all, heaviest first; ``keys``: these terms.
        weights: of the kept ones, with one length for all posts of so many words.

    """

    every: U32
    kept: U16
    keyed: U16
    weights: F32
    terms: U32
    keys: U32


def vector_of(every: U32, kept: U16, keyed: U16, weights: F32) -> Vector:
    """Return the vector with terms and keys taken from their places."""
    return Vector(every, kept, keyed, weights, every.take(kept), every.take(keyed))


def known_by(post: JudgedPost | Entry) -> bool:
    """Tell whether its story is known by a post: repeats, summaries and notices say nothing of their own."""
    ordinary = post.ordinary if isinstance(post, Entry) else post.kind == "post"
    return ordinary and post.relation not in REPEATS


def vector_in(entry: Entry) -> Vector | None:
    """Return the vector that an entry holds, None where stories are not known by the post."""
    if not known_by(entry):
        return None
    return vector_of(
        np.frombuffer(entry.terms, dtype="<u4"),
        np.frombuffer(entry.kept, dtype="<u2"),
        np.frombuffer(entry.keyed, dtype="<u2"),
        np.frombuffer(entry.weights, dtype="<f4"),
    )
