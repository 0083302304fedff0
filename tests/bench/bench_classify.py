"""How fast the whole enrichment is, and how large: ``python -m tests.bench.bench_classify``."""

import resource
import subprocess
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

ROUNDS = 9
POSTS = 400
SIZES = (120, 240)
"""Words a post."""
MOMENT = datetime(2025, 1, 1, tzinfo=UTC)
PARTS = (
    "analyse", "tokenise", "language_of", "scan", "weigh", "signals_of", "words_of", "judge",
    "choose_category", "find_attributions", "find_casualties", "find_places", "find_actors", "facts_of",
    "severity_of", "status_of", "summarise", "is_correction",
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


def seconds(extractors: Extractors, posts: list[JudgedPost]) -> tuple[float, float]:
    """Return the processor time of a post on one core: undisturbed, and the median of the rounds.

    Undisturbed is each post at its quickest: other work on the machine empties caches, which takes up to
    half as long again, and comes in bursts.
    """
    rounds: list[float] = []
    quickest = [float("inf")] * len(posts)
    for _ in range(ROUNDS):
        total = 0.0
        for number, post in enumerate(posts):
            start = time.process_time()
            enrich(extractors, post)
            taken = time.process_time() - start
            quickest[number] = min(quickest[number], taken)
            total += taken
        rounds.append(total / len(posts))
    return sum(quickest) / len(posts), median(rounds)


def parts(extractors: Extractors, posts: list[JudgedPost]) -> dict[str, float]:
    """Return the seconds that each part takes of a post, undisturbed."""
    spent = dict.fromkeys(PARTS, 0.0)
    quickest = {name: [float("inf")] * len(posts) for name in PARTS}
    with ExitStack() as stack:
        for name in PARTS:
            stack.enter_context(patch.object(module, name, _timed(getattr(module, name), spent, name)))
        for _ in range(ROUNDS):
            for number, post in enumerate(posts):
                enrich(extractors, post)
                for name, taken in spent.items():
                    quickest[name][number] = min(quickest[name][number], taken)
    return {name: sum(times) / len(posts) for name, times in quickest.items()}


def _timed(part: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    """Return a part that notes the processor time it takes."""

    def timed(*arguments: Any) -> Any:
        start = time.process_time()
        result = part(*arguments)
        spent[name] = time.process_time() - start
        return result

    return timed


def machine_speed() -> float:
    """Return the milliseconds of a million additions, by which figures of several machines compare."""
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - start) * 1e3


def start_up() -> float:
    """Return the processor time of a new process from its start until it can enrich a post."""
    ready = "import time; from agents.classification.enrich import load_extractors as load; load()"
    said = subprocess.run(
        [sys.executable, "-c", f"{ready}; print(time.process_time())"],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return float(said.stdout)


def main() -> None:
    """Print the figures."""
    write = sys.stdout.write
    extractors = load_extractors()  # builds the gazetteer's cache where there is none
    write(f"start-up {start_up():.2f} s of processor time, gazetteer built before\n")
    for words in SIZES:
        posts = posts_of(words)
        undisturbed, typical = seconds(extractors, posts)
        write(
            f"{words} words: {1 / undisturbed:.0f} posts/s a core undisturbed, {1 / typical:.0f} here and now"
        )
        write(f" (a million additions of integers: {machine_speed():.0f} ms)\n")
        for name, taken in sorted(parts(extractors, posts).items(), key=lambda part: -part[1]):
            write(f"    {name:18} {taken * 1e6:6.0f} µs\n")
    write(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most\n")


if __name__ == "__main__":
    main()
