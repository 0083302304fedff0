"""Bytes of a document to text, whatever it declares its encoding to be."""

import codecs
import re

from charset_normalizer import from_bytes

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096
_LIKELY = [
    "cp1252",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "gb18030",
    "shift_jis",
    "big5",
    "euc_kr",
]
"""Encodings of the web besides UTF-8; the guess is among these."""


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Return the text of a document.

    What is valid UTF-8 is UTF-8 whatever is declared: other encodings fit by accident only. Then come the
    encoding of the transport, the one that the document names, and the likeliest by its bytes.

    Args:
        data: the document.
        declared: encoding named by the transport, such as the charset of a Content-Type header.

    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", declared, _named(data)):
        text = _strict(data, encoding)
        if text is not None:
            return text
    best = from_bytes(data[:65_536], cp_isolation=_LIKELY).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _named(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_HEAD_BYTES])
    return found[1].decode("ascii") if found else None


def _strict(data: bytes, encoding: str | None) -> str | None:
    if not encoding:
        return None
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None
