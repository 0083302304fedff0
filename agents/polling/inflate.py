"""Decompression that stops at a limit, whatever the compressed size."""

import zlib

ENCODINGS = "gzip, deflate"
"""Content encodings that ``Inflater`` reads, as Accept-Encoding names them."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class TooLargeError(ValueError):
    """A document is larger than the limit."""


class CorruptError(ValueError):
    """Compressed data that cannot be read."""


class Inflater:
    """Collects the body of a response, decompressed, up to a limit in bytes."""

    def __init__(self, encoding: str | None, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._zlib = None
        name = (encoding or "identity").strip().lower()
        if name in ("gzip", "x-gzip", "deflate"):
            self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        elif name not in ("identity", ""):
            raise CorruptError(f"content encoding {name!r} was not asked for and is not read")

    def feed(self, chunk: bytes) -> None:
        """Take a chunk as it came.

        Raises:
            TooLargeError: the decompressed document is larger than the limit.
            CorruptError: the data is not in the encoding it claims to be in.

        """
        if self._zlib is None:
            self._keep(chunk)
            return
        while chunk:
            try:
                self._keep(self._zlib.decompress(chunk, self._limit - self._size + 1))
            except zlib.error as error:
                raise CorruptError(f"compressed data cannot be read: {error}") from error
            chunk = self._zlib.unconsumed_tail

    def close(self) -> bytes:
        """Return the whole document.

        Raises:
            CorruptError: the compressed data ended too early.

        """
        if self._zlib is not None and self._size and not self._zlib.eof:
            raise CorruptError("compressed data ended too early")
        return b"".join(self._parts)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise TooLargeError(f"document is larger than {self._limit} bytes")
        self._parts.append(data)
