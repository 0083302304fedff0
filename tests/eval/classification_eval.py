"""Figures of the classification on the labelled posts, dev and test apart.

Run ``python -m tests.eval.classification_eval`` for both. Rules and weights are tuned on dev only; the test
posts are there to be counted, not to be looked at. Each dev file is judged by a model that was trained on all
the other dev files.
"""

import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from agents.classification.enrich import Extractors, enrich, load_extractors
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost
from tests.eval.train_classification import models_by_file

Split = Literal["dev", "test"]
Pairs = list[tuple[dict[str, Any], EnrichedEvent]]
"""Labelled posts and their events."""
POSTS = Path(__file__).parent / "posts"
BINS = 10
"""Bins of the calibration error, by confidence."""


def load_labelled(split: Split) -> list[dict[str, Any]]:
    """Return the labelled posts of a split, in the order of the files."""
    return [post for posts in labelled_by_file(split).values() for post in posts]


def labelled_by_file(split: Split) -> dict[str, list[dict[str, Any]]]:
    """Return the labelled posts of a split by file."""
    files = sorted(POSTS.glob(f"*_{split}.jsonl"))
    return {
        file.name: [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
        for file in files
    }


def judged(post: dict[str, Any]) -> JudgedPost:
    """Return a labelled post as the dedup agent would pass it on."""
    moment = datetime.fromisoformat(post["published_at"])
    return JudgedPost(
        post_id=post["id"],
        source=post["source"],
        lane="eval",
        revision=0,
        headline=post["headline"],
        body=post["body"],
        published_at=moment,
        fetched_at=moment,
        event_time=moment,
        kind="post",
        relation="new",
        reason="new",
        story_id=post["id"],
        story_seq=1,
        watermark=moment,
    )


def evaluate(split: Split, extractors: Extractors | None = None) -> dict[str, float]:
    """Return the figures of a split, each in 0..1; higher is better, except ``calibration_error``."""
    loaded = extractors or load_extractors()
    posts = labelled_by_file(split)
    judges = dict.fromkeys(posts, loaded)
    if split == "dev":
        models = models_by_file(loaded.lexicon, loaded.model.sharpness)
        judges = {file: replace(loaded, model=model) for file, model in models}
    pairs = [(post, enrich(judges[file], judged(post))) for file in posts for post in posts[file]]
    return figures_of(pairs)


def figures_of(pairs: Pairs) -> dict[str, float]:
    """Return the figures of labelled posts and their events."""
    figures = {
        "category": _share([event.category == post["category"] for post, event in pairs]),
        "category_in_set": _share([event.category in post["categories_ok"] for post, event in pairs]),
        "category_macro_f1": _macro_f1(pairs),
        "event_type": _share([event.event_type in post["event_types_ok"] for post, event in pairs]),
        "severity": _share([event.severity in post["severity_ok"] for post, event in pairs]),
        "status": _share([event.status in post["status_ok"] for post, event in pairs]),
        "correction": _share([event.correction == post["correction"] for post, event in pairs]),
        "language": _share([event.language == post["language"] for post, event in pairs]),
        "calibration_error": _calibration_error(pairs),
    }
    return figures | _casualty_figures(pairs) | _place_figures(pairs)


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else 1.0


def _prf(name: str, right: int, wrong: int, missed: int) -> dict[str, float]:
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {f"{name}_precision": precision, f"{name}_recall": recall, f"{name}_f1": f1}


def _macro_f1(pairs: Pairs) -> float:
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for post, event in pairs:
        found[event.category] += 1
        wanted[post["category"]] += 1
        right[event.category] += event.category == post["category"]
    return sum(2 * right[name] / (found[name] + wanted[name]) for name in wanted) / max(len(wanted), 1)


def _calibration_error(pairs: Pairs) -> float:
    """Return how far confidence is from the share that is right, over bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for post, event in pairs:
        number = min(int(event.confidence * BINS), BINS - 1)
        bins.setdefault(number, []).append((event.confidence, event.category == post["category"]))
    gaps = (abs(sum(c for c, _ in rows) - sum(right for _, right in rows)) for rows in bins.values())
    return sum(gaps) / max(len(pairs), 1)


def _casualty_figures(pairs: Pairs) -> dict[str, float]:
    right = wrong = missed = 0
    for post, event in pairs:
        got = {(row.kind, row.min, row.max) for row in event.casualties}
        known = {(row["kind"], row["min"], row["max"]) for row in post["casualties"]}
        required = {(row["kind"], row["min"], row["max"]) for row in post["casualties"] if row["required"]}
        right += len(got & required)
        wrong += len(got - known)
        missed += len(required - got)
    return _prf("casualties", right, wrong, missed)


def _place_figures(pairs: Pairs) -> dict[str, float]:
    right = wrong = missed = 0
    country: list[bool] = []
    where: list[bool] = []
    for post, event in pairs:
        labels = {place["name"].casefold(): place for place in post["places"]}
        got = {place.name.casefold(): place for place in event.places}
        required = {name for name, place in labels.items() if place["required"]}
        right += len(required & set(got))
        wrong += len(set(got) - set(labels))
        missed += len(required - set(got))
        shared = [name for name in got if name in labels and labels[name]["country"]]
        country += [got[name].country == labels[name]["country"] for name in shared]
        if any(place["where"] == "yes" for place in labels.values()):
            chosen = {name for name, place in got.items() if place.role == "where"}
            where.append(any(name in labels and labels[name]["where"] != "no" for name in chosen))
    return _prf("places", right, wrong, missed) | {"country": _share(country), "where": _share(where)}


def main() -> None:
    """Print the figures of both splits side by side."""
    extractors = load_extractors()
    dev, test = evaluate("dev", extractors), evaluate("test", extractors)
    sys.stdout.write(f"{'':24}{'dev':>8}{'test':>8}\n")
    for name, figure in dev.items():
        sys.stdout.write(f"{name:24}{figure:8.3f}{test[name]:8.3f}\n")


if __name__ == "__main__":
    main()
