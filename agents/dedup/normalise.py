"""Tokens of a post, freed of typography, composition and invisible characters."""

import re
import unicodedata

MAX_CHARS = 1_048_576
"""Characters of a post that are read."""
_MARKS = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Typographic apostrophes, and characters that nobody sees."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_TOKEN = re.compile(rf"""\d+(?:[.,:]\d+)*|[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+(?:'[^\W\d_]+)?|[.!?…\n"“”„«»]""")
"""A number with its separators, a letter of an unspaced script, a run of letters, the end of a
sentence, a quotation mark."""


def readable(headline: str | None, body: str) -> str:
    """Return headline and body as one text in composed form without invisible characters."""
    text = f"{headline}\n{body}" if headline else body
    text = text[:MAX_CHARS]
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_MARKS))


def tokens_of(text: str) -> list[str]:
    """Return words, numbers, sentence ends and quotation marks of a readable text as they are written,
    in order."""
    return _TOKEN.findall(text)
