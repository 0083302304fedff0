"""Kinds of tokens, and the columns that are known of a text's words."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U32

Kinds = npt.NDArray[np.uint8]


class Kind(IntEnum):
    """What a token is."""

    WORD = 0
    CAPITAL = 1
    NUMBER = 2
    DATE = 3
    MONTH = 4
    REVERSAL = 5
    CLOCK = 6
    BREAK = 7
    LINE = 8
    QUOTE_OPEN = 9
    QUOTE_CLOSE = 10
    QUOTE = 11


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the words of a text, in order; see agents.dedup.lexicon.Lexicon."""

    kinds: Kinds
    hashes: U32
    bases: U32
    names: U32
    terms: U32
    days: npt.NDArray[np.bool_]
    priors: npt.NDArray[np.float32]
