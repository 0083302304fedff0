"""``make eval``: all figures of precision and recall, and what regressed against the committed ones.

``python -m tests.eval --write`` commits the figures measured now to figures.json.
"""

import argparse
import sys
from pathlib import Path

import orjson

from tests.eval import classification_eval, dedup_eval

FIGURES = Path(__file__).parent / "figures.json"
TOLERANCE = 0.005
"""A figure that is lower by more than this has regressed."""
LOWER_IS_BETTER = ("calibration_error", "false_positive")


def measure() -> dict[str, float]:
    """Return all figures, by area and name."""
    figures = {f"dedup.{name}": value for name, value in dedup_eval.evaluate().items()}
    for split in ("dev", "test"):
        found = classification_eval.evaluate(split)
        figures |= {f"classification.{split}.{name}": value for name, value in found.items()}
    return {name: round(value, 4) for name, value in figures.items()}


def regressed(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Return the names of figures that are missing or worse than the committed ones."""
    return [
        name for name, value in before.items() if name not in now or _loss(name, value, now[name]) > TOLERANCE
    ]


def _loss(name: str, before: float, now: float) -> float:
    return now - before if any(part in name for part in LOWER_IS_BETTER) else before - now


def main() -> None:
    """Measure, print, and exit with 1 when a figure regressed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="commit the figures measured now")
    now = measure()
    if parser.parse_args().write:
        FIGURES.write_bytes(orjson.dumps(now, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    before = orjson.loads(FIGURES.read_bytes()) if FIGURES.exists() else {}
    worse = regressed(before, now)
    for name, value in now.items():
        note = f"  was {before[name]:.4f}: REGRESSED" if name in worse else ""
        print(f"{name:60} {value:.4f}{note}")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
