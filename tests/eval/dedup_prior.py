"""Write the prior document frequencies that stories start from.

Usage: python -m tests.eval.dedup_prior FREQUENCIES

FREQUENCIES holds a word and its count a line; the shipped file was made from
``frequency_dictionary_en_82_765.txt`` of
symspellpy 6.10 (MIT). Counts of the project's own sample posts are mixed in, because news has words of
its own, and the function words of other languages.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import yaml

from agents.dedup.data import read, synonyms_of
from agents.dedup.normalise import readable, tokens_of
from agents.dedup.terms import meant_by, term_of

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "agents" / "dedup" / "data" / "prior.yaml"
POST_WORDS = 120
"""Words of the post that a frequency is turned into the probability of."""
BURST = 0.7
"""Words come in bursts: fewer posts have a word than its frequency alone says."""
TEXT_WEIGHT = 150
"""Posts that the general frequencies count as, beside the sample posts."""
STEP = 0.25
"""Width of a bucket, in nats of inverse document frequency."""
FOREIGN, AMONG = 8, 20
"""Bucket of a function word of another language, and the first one of those it is taken from: a word that
English has as well ('war') stays where it is."""
RAREST = 36
"""Buckets from here on are left out: a word that is not in the file is as rare as that."""


_SYNONYMS = synonyms_of(read("synonyms")["groups"])


def _term(word: str) -> str:
    return term_of(meant_by(word, _SYNONYMS))


def general(path: Path) -> dict[str, float]:
    """Return for each term the probability that a post of POST_WORDS words has it."""
    counts: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        word, count = line.split()
        counts[_term(word)] += int(count)
    total = counts.total()
    return {term: 1 - math.exp(-BURST * POST_WORDS * count / total) for term, count in counts.items()}


def samples(paths: Iterable[Path]) -> tuple[Counter[str], int]:
    """Return in how many of the sample posts each term stands, and how many posts there are."""
    having: Counter[str] = Counter()
    posts = 0
    for path in sorted(paths):
        for line in path.read_text(encoding="utf-8").splitlines():
            post = json.loads(line)
            having.update(
                {_term(word.casefold()) for word in tokens_of(readable(post["headline"], post["body"]))}
            )
            posts += 1
    return having, posts


def foreign(path: Path) -> set[str]:
    """Return the terms of the function words of other languages."""
    languages = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {_term(word) for words in languages.values() for word in words.split()}


def buckets(
    prior: dict[str, float], having: Counter[str], posts: int, others: set[str]
) -> dict[int, list[str]]:
    """Return terms by bucket of inverse document frequency."""
    found: dict[int, list[str]] = {}
    for term in sorted(prior.keys() | {term for term, count in having.items() if count > 2} | others):
        if term.isalpha():
            share = (TEXT_WEIGHT * prior.get(term, 0.0) + having[term]) / (TEXT_WEIGHT + posts)
            bucket = round(-math.log(share) / STEP) if share else RAREST
            if term in others and bucket >= AMONG:
                bucket = FOREIGN
            if bucket < RAREST:
                found.setdefault(bucket, []).append(term)
    return found


def main() -> None:
    """Write the file. The sample posts are named, so that new ones for other stages do not change stories."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("frequencies", type=Path)
    having, posts = samples((ROOT / "tests" / "eval" / "posts").glob("[abc]_dev.jsonl"))
    others = foreign(Path(__file__).with_name("dedup_function_words.yaml"))
    found = buckets(general(arguments.parse_args().frequencies), having, posts, others)
    content = {
        "step": STEP,
        "rarest": RAREST,
        "buckets": {number: " ".join(found[number]) for number in sorted(found)},
    }
    heading = (
        "# Made by tests/eval/dedup_prior.py; terms by bucket of inverse document frequency (nats / step).\n"
    )
    TARGET.write_text(
        heading + yaml.safe_dump(content, width=110, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
