"""Patterns that are looked for around gate words only, words without which they cannot match.

One pass finds all gate words. A search through whole posts would cost 500 µs for boilerplate and 350 µs for
corrections.
"""

import re
from collections.abc import Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind


class GateWords:
    """Finds the neighbourhoods of some words.

    Args:
        words: the words, in lower case.
        before: characters before a word that belong to its neighbourhood; ``after``: those behind it.

    """

    def __init__(self, words: Sequence[str], before: int, after: int) -> None:
        self._words = AhoCorasick(words, matchkind=MatchKind.LeftmostLongest)
        self._before = before
        self._after = after

    def around(self, lowered: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each neighbourhood in a text in lower case; those that overlap are one."""
        low, high = 0, -1
        for _, start, end in self._words.find_matches_as_indexes(lowered):
            if start - self._before > high >= 0:
                yield low, high
                high = -1
            low = low if high >= 0 else max(start - self._before, 0)
            high = end + self._after
        if high >= 0:
            yield low, high


def search(pattern: re.Pattern[str], text: str, parts: list[tuple[int, int]]) -> bool:
    """Tell whether a pattern matches within one of some parts of a text."""
    return any(pattern.search(text, low, high) for low, high in parts)
