"""Results for the words of texts, which repeat themselves, kept in a dictionary."""

from collections.abc import Callable
from typing import Generic, TypeVar

MAX_WORDS = 1 << 16
"""So many words are kept; then all are forgotten, which costs less than keeping track of the oldest."""
MAX_CHARS = 100
"""A longer word is worked out each time: it hardly comes again, and would take memory."""

Value = TypeVar("Value")


class Remembered(dict[str, Value], Generic[Value]):
    """What a pure function returns, by word: ``remembered[word]``.

    A look-up touches one table only, where ``functools.lru_cache`` also relinks a list of all its entries;
    over the words of a post that took twice the time.
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> Value:
        if len(word) > MAX_CHARS:
            return self._function(word)
        if len(self) >= MAX_WORDS:
            self.clear()
        result = self[word] = self._function(word)
        return result
