"""Cost and memory of standing rules: CPU of finding all that hold for a story, beside asking every rule.

A match is one post: the rules that the index names, asked in full. Both ways must find the same. All posts
are held against the rules three times over, and the least of each counts, as other processes disturb some.

Usage: python -m tests.bench.bench_rules [--rules 10 1000 10000 100000] [--posts 2000]
"""

import argparse
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.alerting.rules.conditions import holds
from agents.alerting.rules.rule_set import CompiledRule, RuleSet, compile_rules
from agents.alerting.stories.facts import Facts
from schemas.rules import Rule
from tests.bench.bench_dedup import resident
from tests.bench.made_rules import Made, cities

_NAIVE_EVALUATIONS = 2_000_000
"""Asking every rule is measured on fewer posts where there are many rules."""
_ROUNDS = 3
_CHANGES = 500
NOTHING = Facts(
    categories=frozenset(), event_types=frozenset(), severity="unknown", places=(), casualties={}, outlets=0,
    status=None, source="none",
)  # fmt: skip


@dataclass(slots=True)
class Measured:
    """CPU of each match in seconds, and what was found."""

    seconds: list[float] = field(default_factory=list)
    asked: int = 0
    found: list[list[str]] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """Microseconds a match."""
        return sum(self.seconds) / len(self.seconds) * 1e6

    @property
    def p99(self) -> float:
        """Milliseconds that one match in a hundred takes longer than."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] * 1e3


def measure(posts: list[Facts], ask: Callable[[Facts], list[CompiledRule]]) -> Measured:
    """Hold rules against each post."""
    measured = Measured()
    for facts in posts:
        start = time.process_time()
        rules = ask(facts)
        found = [one.rule.id for one in rules if holds(one.condition, facts)]
        measured.seconds.append(time.process_time() - start)
        measured.asked += len(rules)
        measured.found.append(found)
    return measured


def change(rules: RuleSet, others: list[Rule], posts: list[Facts]) -> tuple[float, float]:
    """Put rules anew, each before a post: microseconds of CPU of a put, and of naming the post's rules."""
    changing = matching = 0.0
    for rule, facts in zip(others, posts, strict=False):
        start = time.process_time()
        rules.put(rule)
        between = time.process_time()
        rules.asked(facts, ())
        changing += between - start
        matching += time.process_time() - between
    return changing / len(others) * 1e6, matching / len(others) * 1e6


def started(made: Made, count: int) -> tuple[RuleSet, float, float]:
    """Return so many rules ready to be asked, the seconds of CPU that this took, and the bytes a rule."""
    gc.collect()
    before = resident()
    written = list(made.rules(count))
    start = time.process_time()
    rules = compile_rules(written)
    rules.asked(NOTHING, ())
    seconds = time.process_time() - start
    gc.collect()
    return rules, seconds, (resident() - before) / count


def bench(made: Made, count: int, posts: list[Facts], others: list[Rule]) -> float:
    """Print the figures of so many rules and return the microseconds a match."""
    rules, seconds, memory = started(made, count)
    gc.freeze()
    rounds = [measure(posts, lambda facts: rules.asked(facts, ())) for _ in range(_ROUNDS)]
    indexed = rounds[0]
    indexed.seconds = [min(taken) for taken in zip(*(one.seconds for one in rounds), strict=True)]
    every = list(rules)
    few = posts[: max(20, _NAIVE_EVALUATIONS // count)]
    naive = measure(few, lambda _: every)
    if naive.found != indexed.found[: len(few)]:
        raise AssertionError(f"{count} rules: the index does not find what asking every rule finds")
    matched = sum(map(len, indexed.found)) / len(posts)
    put, after = change(rules, others[: max(1, min(len(others), count // 2))], posts)
    figures = (
        (count, 7, 0), (seconds, 8, 1), (memory, 10, 0), (1e6 / indexed.mean, 8, 0), (indexed.mean, 9, 0),
        (indexed.p99, 7, 2), (indexed.asked / len(posts), 6, 1), (matched, 8, 1), (1e6 / naive.mean, 8, 0),
        (naive.mean, 9, 0), (put, 7, 0), (after, 9, 0),
    )  # fmt: skip
    print(" ".join(f"{figure:{width}.{digits}f}" for figure, width, digits in figures), flush=True)
    return indexed.mean


def main() -> None:
    """Run all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rules", type=int, nargs="+", default=[10, 1_000, 10_000, 100_000])
    arguments.add_argument("--posts", type=int, default=2_000)
    given = arguments.parse_args()
    made = Made(1)
    cities()
    posts = [made.facts() for _ in range(given.posts)]
    others = list(made.rules(_CHANGES))
    print("CPU; asked and matched: rules a post; then: naming the rules of a post after each put")
    print(
        "  rules  start s bytes/rule  posts/s  µs/match p99 ms  asked  matched "
        "naive/s  naive µs  put µs  then µs",
        flush=True,
    )
    means = {count: bench(made, count, posts, others) for count in given.rules}
    if {1_000, 100_000} <= means.keys():
        print(f"100,000 rules cost {means[100_000] / means[1_000]:.1f} times what 1,000 cost", flush=True)


if __name__ == "__main__":
    main()
