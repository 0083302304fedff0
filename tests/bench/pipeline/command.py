"""What the commands of these benchmarks have in common: options, what is measured, and how they end."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from agents.classification import summary

_Found = TypeVar("_Found")
PYTHON = " ".join(sys.version.split())
IS_COMPILED = not summary.__file__.endswith(".py")
"""Whether the hot modules of classification are machine code, as in the container image."""


def options(description: str | None, *, kafka: str, posts: int) -> argparse.ArgumentParser:
    """Return a parser that knows --kafka, with that help, --posts, with that default, and --rounds."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kafka", metavar="HOST:PORT", help=kafka)
    parser.add_argument("--posts", type=at_least_one, default=posts, help="of the backlog")
    parser.add_argument("--rounds", type=at_least_one, default=1, help="the middle one counts")
    return parser


def at_least_one(text: str) -> int:
    """Return a number of things without which nothing can be measured.

    Raises:
        argparse.ArgumentTypeError: it is no number, or there are none.

    """
    count = int(text) if text.isdecimal() else 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 1 or more")
    return count


def run_to_end(measuring: Coroutine[Any, Any, _Found]) -> _Found:
    """Say what is measured, and measure; SIGTERM ends all that was started, as Ctrl-C does."""
    print(f"Python {PYTHON}, classification {'compiled' if IS_COMPILED else 'not compiled'}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(measuring)
