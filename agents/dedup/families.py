"""Publisher families: how many independent publishers told a story."""

from collections.abc import Iterable

from agents.dedup.data import DedupData


def family_of(source: str, data: DedupData) -> str:
    """Return the id of the family that a source belongs to; a source in no family stands for itself."""
    return data.families.get(source.casefold(), source)


def independent(sources: Iterable[str], data: DedupData) -> list[str]:
    """Return the families among some sources, sorted, each once."""
    return sorted({family_of(source, data) for source in sources})
