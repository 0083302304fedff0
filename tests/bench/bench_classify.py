"""How fast the whole enrichment is, and how large: ``python -m tests.bench.bench_classify``."""

import resource
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from statistics import median
from typing import Any
from unittest.mock import patch

from agents.classification import enrich as module
from agents.classification.enrich import Extractors, enrich, load_extractors
from schemas.posts import JudgedPost
from tests.eval.classification_eval import load_labelled

ROUNDS = 7
POSTS = 400
SIZES = (120, 240)
"""Words a post."""
MOMENT = datetime(2025, 1, 1, tzinfo=UTC)
PARTS = (
    "analyse", "tokenise", "language_of", "scan", "weigh", "judge", "choose_category", "find_attributions",
    "find_casualties", "find_places", "find_actors", "facts_of", "severity_of", "status_of", "summarise",
    "is_correction",
)  # fmt: skip
"""The functions that ``enrich`` calls, by their names in its module."""


def posts_of(words: int) -> list[JudgedPost]:
    """Return posts of about so many words, cut from the labelled dev posts laid end to end."""
    bodies = [
        f"{post['headline'] or ''}. {post['body']}"
        for post in load_labelled("dev")
        if post["language"] == "en"
    ]
    stream = " ".join(bodies).split(" ")
    cuts = [" ".join(stream[at : at + words]) for at in range(0, len(stream) - words, words)]
    return [
        JudgedPost(
            post_id=str(number),
            source="bench",
            lane="bench",
            revision=0,
            body=cuts[number % len(cuts)],
            fetched_at=MOMENT,
            event_time=MOMENT,
            kind="post",
            relation="new",
            reason="new",
            story_id=str(number),
            story_seq=1,
            watermark=MOMENT,
        )
        for number in range(POSTS)
    ]


def rates(extractors: Extractors, posts: list[JudgedPost]) -> list[float]:
    """Return posts a second of processor time on one core, for each round; the first warms up."""
    found: list[float] = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        for post in posts:
            enrich(extractors, post)
        found.append(len(posts) / (time.process_time() - start))
    return found[1:]


def parts(extractors: Extractors, posts: list[JudgedPost]) -> dict[str, float]:
    """Return the microseconds that each part takes of a post, the median of the rounds."""
    spent: dict[str, list[float]] = {name: [] for name in PARTS}
    with ExitStack() as stack:
        for name in PARTS:
            stack.enter_context(patch.object(module, name, _timed(getattr(module, name), spent[name])))
        for _ in range(ROUNDS):
            for times in spent.values():
                times.append(0.0)
            for post in posts:
                enrich(extractors, post)
    return {name: median(times) / len(posts) * 1e6 for name, times in spent.items()}


def _timed(part: Callable[..., Any], times: list[float]) -> Callable[..., Any]:
    """Return a part that adds the time it takes to the last of ``times``."""

    def timed(*arguments: Any) -> Any:
        start = time.perf_counter()
        result = part(*arguments)
        times[-1] += time.perf_counter() - start
        return result

    return timed


def machine_speed() -> float:
    """Return the milliseconds of a million additions, by which figures of several machines compare."""
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - start) * 1e3


def main() -> None:
    """Print the figures."""
    write = sys.stdout.write
    load_extractors()  # builds the gazetteer's cache where there is none
    start = time.process_time()
    extractors = load_extractors()
    write(f"start-up {time.process_time() - start:.2f} s of processor time, gazetteer built before\n")
    for words in SIZES:
        write(f"a million additions of integers take {machine_speed():.0f} ms just now\n")
        posts = posts_of(words)
        found = rates(extractors, posts)
        write(f"{words} words: {median(found):.0f} posts/s a core, {max(found):.0f} in the best round\n")
        for name, taken in sorted(parts(extractors, posts).items(), key=lambda part: -part[1]):
            write(f"    {name:18} {taken:6.0f} µs\n")
    write(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most\n")


if __name__ == "__main__":
    main()
