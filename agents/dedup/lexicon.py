"""What is known of a word by itself: hashes, rarity and kind."""

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.data import DedupData
from agents.dedup.normalise import tokens_of
from agents.dedup.terms import base_of, name_of, term_of
from agents.dedup.words import Columns, Kind

MAX_WORDS = 20_000
"""Words of a post that are compared; a text that is the same as an earlier one is recognised whatever
its length."""
PART = 1 << 16
"""Most characters of the texts that are looked up between two calls of make_room, long texts counting as
MAX_WORDS."""
_LIMIT = 1 << 17
"""Words, and pieces of text between spaces, remembered before they are emptied. What is known of a word does
not depend on it."""
_LONGEST = 40
"""Characters of a piece of text that is remembered."""


class _Words(dict[str, int]):
    """Row numbers by token; a token that is not known is entered."""

    def __init__(self, enter: Callable[[str, int], None]) -> None:
        super().__init__()
        self._enter = enter

    def __missing__(self, token: str) -> int:
        row = self[token] = len(self)
        self._enter(token, row)
        return row


class _Pieces(dict[str, bytes]):
    """Row numbers of the tokens of a piece of text between spaces, packed: no token reaches over a space."""

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, piece: str) -> bytes:
        packed = array("i", map(self._words.__getitem__, tokens_of(piece))).tobytes()
        if len(piece) <= _LONGEST:
            self[piece] = packed
        return packed


class Lexicon:
    """Turns tokens into row numbers of columns that know them.

    Attributes:
        hashes: 32-bit hash of the folded token.
        bases: 32-bit hash of the folded token without a possessive.
        names: 32-bit hash of the letters of a name.
        terms: 32-bit hash of its term.
        days: whether it is a number that a day of a month can have.
        gates: what patterns the token may be part of; see agents.dedup.data.
        priors: probability that a post of ordinary length has the term, before any post was seen.
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
        self.hashes = np.zeros(size, dtype=np.uint32)
        self.bases = np.zeros(size, dtype=np.uint32)
        self.names = np.zeros(size, dtype=np.uint32)
        self.terms = np.zeros(size, dtype=np.uint32)
        self.days = np.zeros(size, dtype=np.bool_)
        self.gates = np.zeros(size, dtype=np.uint8)
        self.priors = np.zeros(size, dtype=np.float32)
        self.kinds = np.zeros(size, dtype=np.uint8)

    def make_room(self) -> None:
        """Empty what has grown too large; row numbers given before hold no longer."""
        if len(self._words) > _LIMIT or len(self._pieces) > _LIMIT:
            self._words.clear()
            self._pieces.clear()

    def rows_of(self, text: str) -> tuple[bytes, list[str]]:
        """Return the row numbers of the first MAX_WORDS tokens of a text as 32-bit integers, and the
        tokens beyond them."""
        if len(text) <= MAX_WORDS:
            return b"".join(map(self._pieces.__getitem__, text.split(" "))), []
        tokens = tokens_of(text)
        return array("i", map(self._words.__getitem__, tokens[:MAX_WORDS])).tobytes(), tokens[MAX_WORDS:]

    def columns(self, rows: npt.NDArray[Any]) -> Columns:
        """Return what is known of the tokens of some rows."""
        return Columns(
            kinds=self.kinds[rows],
            hashes=self.hashes[rows],
            bases=self.bases[rows],
            names=self.names[rows],
            terms=self.terms[rows],
            days=self.days[rows],
            priors=self.priors[rows],
        )

    def _enter(self, token: str, row: int) -> None:
        folded = token.casefold()
        term = term_of(folded)
        self.hashes[row] = _hash(folded)
        self.bases[row] = _hash(base_of(folded))
        self.names[row] = _hash(name_of(folded))
        self.terms[row] = _hash(term)
        self.days[row] = len(folded) <= 2 and folded.isdecimal() and 0 < int(folded) < 32
        self.gates[row] = self._data.gates.get(folded, 0)
        self.priors[row] = self._data.prior.get(term, self._data.rarest)
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


def _hash(text: str) -> int:
    return xxhash.xxh32_intdigest(text.encode("utf-8", "surrogatepass"))


_MARKS = {
    **dict.fromkeys(".!?…", Kind.BREAK),
    "\n": Kind.LINE,
    **dict.fromkeys("“„«", Kind.QUOTE_OPEN),
    **dict.fromkeys("”»", Kind.QUOTE_CLOSE),
    '"': Kind.QUOTE,
}
