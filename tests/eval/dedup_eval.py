"""Figures of the dedup agent on hand-written pairs and stories and on generated edits."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tests.eval.dedup_posts import judged, raw_post, read_jsonl


def f1(hits: float, found: float, wanted: float) -> dict[str, float]:
    """Return precision, recall and their harmonic mean."""
    precision = hits / found if found else 1.0
    recall = hits / wanted if wanted else 1.0
    both = precision + recall
    return {"p": precision, "r": recall, "f1": 2 * precision * recall / both if both else 0.0}


def pair_outcomes() -> list[tuple[dict[str, Any], str]]:
    """Return each hand-written pair with the relation of its later post to its earlier one."""
    outcomes = []
    for pair in read_jsonl("pairs.jsonl"):
        first, second = judged([raw_post(pair["a"]), raw_post(pair["b"])])
        outcomes.append((pair, second.relation if second.related_to == first.post_id else "new"))
    return outcomes


def evaluate_pairs() -> dict[str, float]:
    """Return how well repeats are told from new posts, and relations from one another."""
    outcomes = pair_outcomes()
    linked = [pair["linked"] for pair, _ in outcomes]
    found = [relation != "new" for _, relation in outcomes]
    hits = sum(a and b for a, b in zip(linked, found, strict=True))
    figures = {f"dedup.pairs.{name}": value for name, value in f1(hits, sum(found), sum(linked)).items()}
    figures["dedup.pairs.relation_right"] = sum(r in p["relations_ok"] for p, r in outcomes) / len(outcomes)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for pair, relation in outcomes:
        by_kind[pair["kind"]].append((relation != "new") == pair["linked"])
    return figures | {f"dedup.pairs.{kind}": sum(right) / len(right) for kind, right in sorted(by_kind.items())}


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
    return {"p": precision / total, "r": recall / total, "f1": 2 * precision * recall / (precision + recall) / total}


def evaluate_stories(name: str) -> dict[str, float]:
    """Return B-cubed figures of a file of posts labelled with their stories."""
    records = sorted(read_jsonl(f"{name}.jsonl"), key=lambda record: (record["published_at"], record["id"]))
    verdicts = judged([raw_post(record) for record in records])
    figures = b_cubed([record["story"] for record in records], [verdict.story_id for verdict in verdicts])
    return {f"dedup.{name}.{key}": value for key, value in figures.items()}


def evaluate() -> dict[str, float]:
    """Return all figures of the dedup agent; higher is better unless the name ends in ``false_positives``."""
    return evaluate_pairs() | evaluate_stories("stories_dev") | evaluate_stories("stories_test")
