"""All patterns of all rules found in one pass over a text, with patterns that come and go."""

from operator import itemgetter

import numpy as np
from ahocorasick_rs import BytesAhoCorasick

_FIRST = itemgetter(0)
_MOST_RECENT = 500
"""So many new patterns, or gone ones, are put up with before the large automaton is built anew.

That takes about 1.5 µs a pattern; the small automaton of the new ones takes under a millisecond.
"""


class _Automaton:
    """An Aho-Corasick automaton whose patterns have numbers."""

    def __init__(self, patterns: dict[str, int]) -> None:
        self._numbers = np.fromiter(patterns.values(), dtype=np.int32, count=len(patterns))
        self._finder = BytesAhoCorasick([pattern.encode() for pattern in patterns])

    def find(self, text: bytes) -> list[int]:
        """Return the numbers of the patterns that a text holds, overlapping ones too."""
        matches = self._finder.find_matches_as_indexes(text, overlapping=True)
        numbers: list[int] = self._numbers[
            np.fromiter(map(_FIRST, matches), dtype=np.intp, count=len(matches))
        ].tolist()
        return numbers


class TermIndex:
    """Numbered patterns: most in a large automaton, those added since it was built in a small one.

    Automata are built when a text is read, not when a pattern changes. Until then a pattern that is gone may
    still be found, by a number that is perhaps another key's by now.
    """

    def __init__(self) -> None:
        self._patterns: dict[str, int] = {}
        self._recent: dict[str, int] = {}
        self._gone = 0
        self._large = _Automaton({})
        self._small: _Automaton | None = None

    def add(self, pattern: str, number: int) -> None:
        """Take in a pattern that is not there."""
        self._patterns[pattern] = number
        self._recent[pattern] = number
        self._small = None

    def remove(self, pattern: str) -> None:
        """Take out a pattern that is there."""
        del self._patterns[pattern]
        if self._recent.pop(pattern, None) is None:
            self._gone += 1

    def find(self, text: str) -> list[int]:
        """Return the numbers of the patterns that a text holds, and perhaps of some that are gone."""
        self._build()
        data = text.encode()
        found = self._large.find(data)
        return found if self._small is None else found + self._small.find(data)

    def _build(self) -> None:
        if len(self._recent) > _MOST_RECENT or self._gone > _MOST_RECENT + len(self._patterns):
            self._large, self._small = _Automaton(self._patterns), None
            self._recent, self._gone = {}, 0
        elif self._recent and self._small is None:
            self._small = _Automaton(self._recent)
