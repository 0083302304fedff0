"""How fast the whole enrichment is, and how large: ``python -m tests.bench.bench_classify``."""

import resource
import sys
import time
from datetime import UTC, datetime

from agents.classification.enrich import Extractors, enrich, load_extractors
from schemas.posts import JudgedPost
from tests.eval.classification_eval import load_labelled

ROUNDS = 3
POSTS = 400
MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


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
        )
        for number in range(POSTS)
    ]


def rate(extractors: Extractors, words: int) -> float:
    """Return posts a second on one core, the best of some rounds."""
    posts = posts_of(words)
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for post in posts:
            enrich(extractors, post)
        best = min(best, time.process_time() - start)
    return len(posts) / best


def main() -> None:
    """Print the figures."""
    start = time.process_time()
    extractors = load_extractors()
    sys.stdout.write(f"start-up {time.process_time() - start:.2f} s of processor time\n")
    for words in (120, 240):
        sys.stdout.write(f"{words} words: {rate(extractors, words):.0f} posts/s a core\n")
    sys.stdout.write(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most\n")


if __name__ == "__main__":
    main()
