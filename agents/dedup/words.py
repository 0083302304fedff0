"""Kinds of tokens, and the columns that are known of a text's words."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U32

Kinds = npt.NDArray[np.uint8]


class Kind:
    """What a token is. Plain numbers: numpy compares them faster than members of an enumeration."""

    WORD: Final = 0
    CAPITAL: Final = 1
    NUMBER: Final = 2
    DATE: Final = 3
    MONTH: Final = 4
    REVERSAL: Final = 5
    CLOCK: Final = 6
    BREAK: Final = 7
    LINE: Final = 8
    QUOTE_OPEN: Final = 9
    QUOTE_CLOSE: Final = 10
    QUOTE: Final = 11


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
