"""What is known of a word by itself: hashes, rarity and kind."""

from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.data import DedupData
from agents.dedup.terms import base_of, name_of, term_of
from agents.dedup.words import Columns, Kind

MAX_WORDS = 20_000
"""Words of a post that are compared; a text that is the same as an earlier one is recognised whatever
its length."""
_LIMIT = 1 << 17
"""Words remembered before the memory is emptied. What is known of a word does not depend on it."""


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
        size = _LIMIT + MAX_WORDS
        self._data = data
        self._kinds = (
            (data.weekdays, Kind.DATE),
            (data.months, Kind.MONTH),
            (data.numbers, Kind.NUMBER),
            (data.reversals, Kind.REVERSAL),
        )
        self._rows: dict[str, int] = {}
        self.hashes = np.zeros(size, dtype=np.uint32)
        self.bases = np.zeros(size, dtype=np.uint32)
        self.names = np.zeros(size, dtype=np.uint32)
        self.terms = np.zeros(size, dtype=np.uint32)
        self.days = np.zeros(size, dtype=np.bool_)
        self.gates = np.zeros(size, dtype=np.uint8)
        self.priors = np.zeros(size, dtype=np.float32)
        self.kinds = np.zeros(size, dtype=np.uint8)

    def look_up(self, tokens: list[str]) -> npt.NDArray[Any]:
        """Return the row numbers of at most MAX_WORDS tokens; they hold until the next call."""
        rows = self._rows
        if len(rows) > _LIMIT:
            rows.clear()
        try:
            return np.fromiter(map(rows.__getitem__, tokens), dtype=np.intp, count=len(tokens))
        except KeyError:
            for token in tokens:
                if token not in rows:
                    self._enter(token)
            return np.fromiter(map(rows.__getitem__, tokens), dtype=np.intp, count=len(tokens))

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

    def _enter(self, token: str) -> None:
        row = len(self._rows)
        folded = token.casefold()
        term = term_of(folded)
        self._rows[token] = row
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
