"""Cutting a series into runs of bounded size."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def runs(
    items: Iterable[T], size_of: Callable[[T], int], most: int, most_items: int | None = None
) -> Iterator[list[T]]:
    """Yield items in order, in runs whose sizes add up to ``most`` or less, save where one item has more.

    A run has no more than ``most_items`` of them.
    """
    run: list[T] = []
    total = 0
    for item in items:
        size = size_of(item)
        if run and (total + size > most or len(run) == most_items):
            yield run
            run, total = [], 0
        run.append(item)
        total += size
    if run:
        yield run
