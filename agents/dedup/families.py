"""Publisher families: how many independent publishers told a story."""

from collections.abc import Iterable

from agents.dedup.data import DedupData
from agents.dedup.terms import hash_of


def family_of(source: str, data: DedupData) -> str:
    """Return the id of the family that a source belongs to; a source in no family stands for itself."""
    return data.families.get(source.casefold(), source)


def publisher_of(source: str, data: DedupData) -> int:
    """Return the 32-bit hash of the family that a source belongs to."""
    return hash_of(family_of(source, data))


def independent(sources: Iterable[str], data: DedupData) -> list[str]:
    """Return the families among some sources, sorted, each once."""
    return sorted({family_of(source, data) for source in sources})
