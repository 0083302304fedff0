"""Where a page's opening summary ends, told by its wording coming back in the posts below."""

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_SHARED = 0.3
"""A paragraph recaps the posts when so much of its four-word sequences stands in them."""
_MAX_OTHER = 1
"""So many paragraphs in a row may be worded anew within a summary."""


def below_recap(texts: Sequence[str], start: int, end: int) -> int:
    """Return the line below the summary that begins at ``start``, ``start`` when the text is no summary.

    Args:
        texts: the lines of a page.
        start: first line that may belong to the summary.
        end: line that ends the first post; what stands below it is what a summary is a summary of.

    """
    posts = {shingle for text in texts[end + 1 :] for shingle in _shingles(text)}
    below, others = start, 0
    for index in range(start, end):
        own = list(_shingles(texts[index]))
        if own and sum(shingle in posts for shingle in own) >= _SHARED * len(own):
            below, others = index + 1, 0
        else:
            others += 1
        if others > _MAX_OTHER:
            break
    return below if below < end else start


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return zip(*(words[offset:] for offset in range(_SHINGLE)), strict=False)
