"""What is known of a word by itself: hashes, rarity and kind."""

from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.dedup.data import DedupData
from agents.dedup.normalise import tokens_of
from agents.dedup.pieces import LONGEST, Ints, PieceTable, bounds_of, keys_of
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


class _Pieces:
    """Row numbers of the tokens of pieces of text between spaces: no token reaches over a space."""

    def __init__(self, words: _Words) -> None:
        size = _LIMIT + 2 * PART  # texts without their boilerplate are looked up as well
        self._words = words
        self._numbers: dict[bytes, int] = {}
        self._table = PieceTable(size)
        self._rows = np.zeros(size, dtype=np.int32)
        """Those of all pieces one after the other."""
        self._ends = np.zeros(size, dtype=np.int64)
        """Where those of a piece end by its number; the piece before it ends where they start."""
        self._count = 1

    def clear(self) -> None:
        """Forget all."""
        self._numbers.clear()
        self._table.clear()
        self._count = 1

    def __len__(self) -> int:
        """Return the pieces or the tokens of them that are held, whichever are more."""
        return max(self._count, int(self._ends[self._count - 1]))

    def rows_of(self, texts: list[bytes]) -> list[bytes]:
        """Return the row numbers of the tokens of texts, packed."""
        joined = b" ".join([*texts, b""])
        starts, ends = bounds_of(joined)
        numbers = self._numbers_of(joined, starts, ends)
        held = self._count
        for at in (ends - starts > LONGEST).nonzero()[0].tolist():
            numbers[at] = self._added(joined[starts[at] : ends[at]])
        first = self._ends.take(numbers - 1)
        counts = self._ends.take(numbers) - first
        after = counts.cumsum()
        rows = self._rows.take((first - after + counts).repeat(counts) + np.arange(after[-1]))
        self._count = held
        last = ends.searchsorted([at - 1 for at in accumulate(len(text) + 1 for text in texts)])
        bounds = (after.take(last) * rows.itemsize).tolist()
        packed = rows.tobytes()
        return [packed[low:high] for low, high in pairwise([0, *bounds])]

    def _numbers_of(self, joined: bytes, starts: Ints, ends: Ints) -> Ints:
        """Return the numbers of pieces, 0 for those of more than LONGEST bytes: these are not remembered."""
        keys = keys_of(joined, starts, ends - starts)
        numbers = self._table.find(keys).astype(np.int64)
        new = []
        for at in ((numbers == 0) & (ends - starts <= LONGEST)).nonzero()[0].tolist():
            piece = joined[starts[at] : ends[at]]
            if piece not in self._numbers:
                self._numbers[piece] = self._added(piece)
                new.append(at)
            numbers[at] = self._numbers[piece]
        if new:
            self._table.enter(keys.take(new, axis=0), numbers.take(new))
        return numbers

    def _added(self, piece: bytes) -> int:
        """Put the tokens of a piece behind those of the others, and return its number."""
        number, start = self._count, int(self._ends[self._count - 1])
        rows = [self._words[token] for token in tokens_of(piece.decode("utf-8", "surrogatepass"))]
        self._rows[start : start + len(rows)] = rows
        self._ends[number] = start + len(rows)
        self._count += 1
        return number


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

    def rows_of(self, texts: Sequence[str]) -> list[tuple[bytes, list[str]]]:
        """Return for each text the row numbers of its first MAX_WORDS tokens as 32-bit integers, and the
        tokens beyond them."""
        ordinary = [text.encode("utf-8", "surrogatepass") for text in texts if len(text) <= MAX_WORDS]
        found = iter(self._pieces.rows_of(ordinary) if ordinary else [])
        return [(next(found), []) if len(text) <= MAX_WORDS else self._first_rows(text) for text in texts]

    def _first_rows(self, text: str) -> tuple[bytes, list[str]]:
        tokens = tokens_of(text)
        return array("i", map(self._words.__getitem__, tokens[:MAX_WORDS])).tobytes(), tokens[MAX_WORDS:]

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
