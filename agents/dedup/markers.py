"""Posts that say themselves that they correct an earlier post or take it back."""

from agents.dedup.data import DedupData

_LEAD = 400
"""Characters of headline and body in which such a notice stands."""


def marker_of(text: str, data: DedupData) -> str | None:
    """Return ``retraction``, ``correction`` or None."""
    lead = text[:_LEAD].lower()
    if data.retraction.search(lead):
        return "retraction"
    return "correction" if data.correction.search(lead) else None
