"""Precision, recall and B-cubed."""

from collections import defaultdict
from collections.abc import Sequence


def f1(hits: float, found: float, wanted: float) -> dict[str, float]:
    """Return precision, recall and their harmonic mean."""
    precision = hits / found if found else 1.0
    recall = hits / wanted if wanted else 1.0
    both = precision + recall
    return {"p": precision, "r": recall, "f1": 2 * precision * recall / both if both else 0.0}


def b_cubed(wanted: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """Return B-cubed precision, recall and f1 of one clustering against another (Bagga and Baldwin, 1998)."""
    precision = recall = 0.0
    members: dict[str, set[int]] = defaultdict(set)
    clusters: dict[str, set[int]] = defaultdict(set)
    for item, (story, cluster) in enumerate(zip(wanted, found, strict=True)):
        members[story].add(item)
        clusters[cluster].add(item)
    for story, cluster in zip(wanted, found, strict=True):
        both = len(members[story] & clusters[cluster])
        precision += both / len(clusters[cluster])
        recall += both / len(members[story])
    total = len(wanted)
    return {
        "p": precision / total,
        "r": recall / total,
        "f1": 2 * precision * recall / (precision + recall) / total,
    }
