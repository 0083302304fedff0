"""What compiling gains: ``python -m tests.bench.bench_compiled build/compiled``.

Plain and compiled modules take turns, each turn in a process of its own, so that other work on the machine
slows both alike; the quickest turn counts. Without a directory: one turn, with the modules that are imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from agents.classification.enrich import load_extractors
from tests.bench.bench_classify import SIZES, posts_of, seconds

ROOT = Path(__file__).parents[2]
TURNS = 2
POSTS = 100


def measure() -> list[float]:
    """Return the processor time of a post, undisturbed, for each size."""
    extractors = load_extractors()
    return [seconds(extractors, posts_of(words)[:POSTS])[0] for words in SIZES]


def turn(packages: Path) -> list[float]:
    """Return what ``measure`` says in a process that imports the packages of a directory."""
    paths = os.pathsep.join([str(packages.resolve()), str(ROOT)])
    command = [sys.executable, "-P", "-m", "tests.bench.bench_compiled"]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, check=True, stdout=subprocess.PIPE)
    found: list[float] = json.loads(done.stdout)
    return found


def compare(compiled: Path) -> None:
    """Print both rates of each size, and how they compare."""
    turns = [(turn(ROOT), turn(compiled)) for _ in range(TURNS)]
    for place, words in enumerate(SIZES):
        slow, quick = (min(one[side][place] for one in turns) for side in (0, 1))
        sys.stdout.write(f"{words} words: {1 / slow:.0f} posts/s a core plain, {1 / quick:.0f} compiled")
        sys.stdout.write(f": {slow / quick:.2f} times as many\n")


if __name__ == "__main__":
    if sys.argv[1:]:
        compare(Path(sys.argv[1]))
    else:
        sys.stdout.write(json.dumps(measure()))
