"""Post ids as keys of fixed length."""

import xxhash

SIZE = 16
"""Bytes of a key."""
NOTHING = bytes(SIZE)
"""Stands for no post."""


class PostKeys:
    """Keys of post ids: those of 32 hexadecimal digits as they are, others by their hash and kept."""

    def __init__(self) -> None:
        self._others: dict[bytes, str] = {}

    def key(self, post_id: str) -> bytes:
        """Return the bytes that stand for a post id."""
        try:
            key = bytes.fromhex(post_id)
        except ValueError:
            key = b""
        if len(key) == SIZE and key.hex() == post_id and key != NOTHING:
            return key
        key = xxhash.xxh3_128_digest(post_id.encode("utf-8", "surrogatepass"))
        self._others[key] = post_id
        return key

    def post_id(self, key: bytes) -> str:
        """Return the post id that some bytes stand for."""
        return self._others.get(key) or key.hex()
