"""Cost and memory of dedup: CPU a post at 10,000, 100,000 and 1,000,000 indexed posts, and of stories
at 20,000 open ones.

Usage: python -m tests.bench.bench_dedup [--posts 10000 100000 1000000] [--batch 256]
"""

import argparse
import gc
import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import xxhash

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.decide import compared
from agents.dedup.judge import judge, judge_batch
from agents.dedup.relation import conflict, rule_for
from agents.dedup.signature import Signature
from agents.dedup.state import DedupState
from schemas.posts import RawPost

_START = datetime(2026, 3, 1, tzinfo=UTC)


class Posts:
    """Made-up posts of about 114 words with the frequencies of words, names and numbers of real ones."""

    def __init__(self, seed: int, interval: timedelta) -> None:
        self._random = random.Random(seed)
        self._interval = interval
        self._made = 0
        prior = load_data().prior
        self._words = [term for term in sorted(prior) if term.isascii()]
        self._weights = list(accumulate(prior[word] for word in self._words))
        self._names = [f"{start}{middle}{end}" for start in _STARTS for middle in _MIDDLES for end in _ENDS]

    def take(self, count: int) -> list[RawPost]:
        """Return the next posts."""
        return [self._post() for _ in range(count)]

    def _post(self) -> RawPost:
        rng, number = self._random, self._made
        self._made += 1
        size = max(20, int(rng.lognormvariate(4.7, 0.5)))
        words = rng.choices(self._words, cum_weights=self._weights, k=size)
        names = rng.sample(self._names, 5)
        for at in range(3, size, 9):
            words[at] = rng.choice(names) if rng.random() < 0.8 else str(rng.randrange(2, 5000))
        for at in range(0, size, 17):
            words[at] = ". " + words[at].capitalize()
        at = _START + self._interval * number
        return RawPost(
            post_id=f"{xxhash.xxh3_128_intdigest(str(number).encode()):032x}",
            source=f"outlet-{rng.randrange(200)}",
            lane="default",
            native_id=str(number),
            revision=0,
            headline=" ".join(words[:9]),
            body=" ".join(words[9:]),
            fetched_at=at,
            event_time=at,
            kind="post",
        )


_STARTS = [
    "Al",
    "Bar",
    "Cor",
    "Dol",
    "El",
    "Fen",
    "Gor",
    "Har",
    "Il",
    "Jas",
    "Kor",
    "Lem",
    "Mor",
    "Nur",
    "Or",
    "Pel",
    "Qua",
    "Ros",
    "Sel",
    "Tor",
    "Ul",
    "Var",
    "Wes",
    "Yor",
    "Zan",
]
_MIDDLES = ["a", "an", "e", "en", "i", "in", "o", "on", "u", "un"]
_ENDS = ["dov", "grad", "ka", "lia", "mir", "nov", "pol", "rek", "sk", "stan", "tez", "va", "viv", "zor"]


def resident() -> int:
    """Return the bytes that this process holds in memory."""
    pages = Path("/proc/self/statm")
    if pages.is_file():
        return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _wording(state: DedupState, post: RawPost, signature: Signature) -> None:
    """Do all of a verdict that rests on the wording: everything but the story."""
    time_of_post = state.time_of(post)
    _, alike = state.candidates(signature, time_of_post)
    for seen in compared(state, signature, time_of_post, alike.tolist()):
        if rule_for(seen, state.config) is not None:
            conflict(seen, state.config)


def bench_index(sizes: list[int], batch: int) -> None:
    """Print the cost of a verdict and the memory a post at each size of the index."""
    gc.freeze()
    posts = Posts(1, timedelta(milliseconds=500))
    state = DedupState(DedupConfig(), load_data())
    posts.take(10)
    before = resident()
    held = 0
    for size in sizes:
        while held < size:
            some = posts.take(min(1_000, size - held))
            judge_batch(state, some)
            held += len(some)
        memory = (resident() - before) / held
        sample = posts.take(2_048)
        start = time.process_time()
        for at in range(0, len(sample), batch):
            for post, signature in zip(
                sample[at : at + batch], state.signatures(sample[at : at + batch]), strict=True
            ):
                _wording(state, post, signature)
        verdict = (time.process_time() - start) / len(sample) * 1e6
        start = time.process_time()
        judge_batch(state, sample)
        whole = (time.process_time() - start) / len(sample) * 1e6
        held += len(sample)
        print(
            f"{size:>9} posts  verdict {verdict:6.0f} µs  with story and taking in {whole:6.0f} µs  "
            f"{memory:6.0f} bytes/post"
        )


def bench_stories(stories: int) -> None:
    """Print the cost of finding a post's story among many open ones."""
    posts = Posts(2, timedelta(seconds=5))
    state = DedupState(DedupConfig(), load_data())
    for post in posts.take(stories):
        judge(state, post)
    sample = posts.take(1_000)
    signatures = state.signatures(sample)
    start = time.process_time()
    for post, signature in zip(sample, signatures, strict=True):
        vector = state.stories.vector(signature.profile, signature.words)
        state.stories.alike(vector, state.time_of(post), state.rows.first)
    print(
        f"{stories:>9} open stories  assignment {(time.process_time() - start) / len(sample) * 1e6:6.0f} µs"
    )


def main() -> None:
    """Run both."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--batch", type=int, default=256)
    given = arguments.parse_args()
    bench_stories(20_000)
    bench_index(given.posts, given.batch)


if __name__ == "__main__":
    main()
