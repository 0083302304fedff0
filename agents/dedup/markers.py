"""Posts that say themselves that they correct an earlier post or take it back."""

from typing import Literal

from agents.dedup.data import DedupData
from agents.dedup.gates import search

Marker = Literal["correction", "retraction"]
_REACH = 400
"""Characters of a post's head and end in which such a notice stands."""


def notice_of(text: str, data: DedupData) -> Marker | None:
    """Return what a post says at its head that it is."""
    return _marker(text[:_REACH], data)


def footnote_of(text: str, data: DedupData) -> Marker | None:
    """Return what a post says at its end that it is; only an edit of a post is meant by it."""
    return _marker(text[-_REACH:], data)


def _marker(part: str, data: DedupData) -> Marker | None:
    lowered = part.lower()
    around = list(data.marker_gates.around(lowered))
    if search(data.retraction, lowered, around):
        return "retraction"
    return "correction" if search(data.correction, lowered, around) else None
