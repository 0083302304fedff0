"""What is known of a word by itself: hashes, rarity and kind."""

from array import array
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.dedup.data import DedupData
from agents.dedup.normalise import tokens_of
from agents.dedup.terms import base_of, hash_of, meant_by, name_of, term_of
from agents.dedup.words import Columns, Kind

MAX_WORDS = 20_000
"""Words of a post that are compared; a text that is the same as an earlier one is recognised whatever
its length."""
PART = 1 << 17
"""Most characters of the texts that are looked up between two calls of make_room, long texts counting as
MAX_WORDS."""
_LIMIT = 1 << 17
"""Words, and pieces of text between spaces, remembered before they are emptied. What is known of a word does
not depend on it."""
_LONGEST_PIECE = 32
"""Characters of a piece that is remembered: what is longer does not come again."""
_KNOWN = Struct("=4IfI")
"""Hashes of a token, of its base, name and term, the term's prior, and whether it can be a day."""


class _Words(dict[str, int]):
    """Row numbers by token; a token that is not known is entered."""

    def __init__(self, enter: Callable[[str, int], None]) -> None:
        super().__init__()
        self._enter = enter

    def __missing__(self, token: str) -> int:
        row = self[token] = len(self)
        self._enter(token, row)
        return row

    def packed(self, tokens: Sequence[str]) -> bytes:
        """Return the row numbers of tokens as 32-bit integers."""
        return array("i", map(self.__getitem__, tokens)).tobytes()


class _Pieces(dict[str, bytes]):
    """Row numbers of the tokens of pieces of text between spaces, packed: no token reaches over a space."""

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, piece: str) -> bytes:
        rows = self._words.packed(tokens_of(piece))
        if len(piece) <= _LONGEST_PIECE:
            self[piece] = rows
        return rows


class Lexicon:
    """Turns tokens into row numbers of columns that know them.

    Attributes:
        gates: what patterns the token may be part of; see agents.dedup.data.
        kinds: a Kind each.

    """

    def __init__(self, data: DedupData) -> None:
        size = _LIMIT + PART
        self._data = data
        self._kinds = (
            (data.weekdays, Kind.DATE),
            (data.months, Kind.MONTH),
            (data.numbers, Kind.NUMBER),
            (data.reversals, Kind.REVERSAL),
        )
        self._words = _Words(self._enter)
        self._pieces = _Pieces(self._words)
        self.gates = np.zeros(size, dtype=np.uint8)
        self.kinds = np.zeros(size, dtype=np.uint8)
        self._known = np.zeros((size, 8), dtype=np.uint32)
        """Row by row what Columns tell of it, so that it is found in one cache line."""

    def make_room(self) -> None:
        """Empty what has grown too large; row numbers given before hold no longer."""
        if len(self._words) > _LIMIT or len(self._pieces) > _LIMIT:
            self._words.clear()
            self._pieces.clear()

    def rows_of(self, text: str) -> tuple[bytes, list[str]]:
        """Return the row numbers of a text's first MAX_WORDS tokens as 32-bit integers, and the tokens beyond
        them."""
        if len(text) <= MAX_WORDS:
            return b"".join(map(self._pieces.__getitem__, text.split(" "))), []
        tokens = tokens_of(text)
        return self._words.packed(tokens[:MAX_WORDS]), tokens[MAX_WORDS:]

    def columns(self, rows: npt.NDArray[Any]) -> Columns:
        """Return what is known of the tokens of some rows."""
        known = self._known.take(rows, axis=0)
        hashes, bases, names, terms, priors, days = (known[:, at].copy() for at in range(6))
        kinds = self.kinds.take(rows)
        return Columns(kinds, hashes, bases, names, terms, priors.view(np.float32), days != 0)

    def _enter(self, token: str, row: int) -> None:
        folded = token.casefold()
        base = base_of(folded)
        meant = meant_by(folded, self._data.synonyms)
        term = term_of(meant)
        _KNOWN.pack_into(
            self._known.data,
            row * self._known.strides[0],
            hash_of(folded),
            hash_of(self._data.numbers.get(base, base)),
            hash_of(name_of(meant)),
            hash_of(term),
            self._data.prior.get(term, self._data.rarest),
            len(folded) <= 2 and folded.isdecimal() and 0 < int(folded) < 32,
        )
        self.gates[row] = self._data.gates.get(folded, 0)
        self.kinds[row] = self._kind(token, folded)

    def _kind(self, token: str, folded: str) -> int:
        if token in _MARKS:
            return _MARKS[token]
        for words, kind in self._kinds:
            if folded in words:
                return kind
        if token[0].isdigit():
            return Kind.CLOCK if ":" in token else Kind.NUMBER
        return Kind.CAPITAL if token[0].isupper() else Kind.WORD


_MARKS = {
    **dict.fromkeys(".!?…", Kind.BREAK),
    "\n": Kind.LINE,
    **dict.fromkeys("“„«", Kind.QUOTE_OPEN),
    **dict.fromkeys("”»", Kind.QUOTE_CLOSE),
    '"': Kind.QUOTE,
}
