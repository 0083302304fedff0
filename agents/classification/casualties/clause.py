"""A sentence while its figures are being given to its triggers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from agents.classification.casualties.data import CasualtyGrammar
from agents.classification.casualties.figures import Figure
from agents.classification.casualties.triggers import Hit
from agents.classification.language.text import Text
from schemas.events import CasualtyKind

MAX_BETWEEN: Final = 24
"""Words between a figure and its trigger."""


@dataclass(slots=True)
class Match:
    """Figures that belong to a trigger and are added up."""

    kind: CasualtyKind
    figures: tuple[Figure, ...]
    hit: Hit | None
    """None for a subset, which takes its kind from the figure that it is part of."""
    named: bool = False
    """One person told without article or number: 'Lawmaker's neighbour shot dead', 'he was killed'."""
    pronoun: bool = False


@dataclass(slots=True)
class Clause:
    """The words [start, stop) of a sentence, its figures and triggers in order."""

    grammar: CasualtyGrammar
    text: Text
    start: int
    stop: int
    figures: list[Figure]
    hits: list[Hit]
    in_headline: bool
    stops: frozenset[int]
    """The words of the triggers."""
    replaced: dict[int, int]
    """Last and first words of what says that a figure is replaced: 'not 12' of 'nine, not 12, killed'."""
    subsets: set[int] = field(default_factory=set)
    """First words of the figures that are part of another."""
    used: dict[int, CasualtyKind] = field(default_factory=dict)
    """First words of the figures that have a trigger, with its kind."""

    firsts: list[int] = field(init=False)
    lasts: list[int] = field(init=False)
    """First and last words of the figures."""

    def __post_init__(self) -> None:
        self.firsts = [figure.first for figure in self.figures]
        self.lasts = [figure.last for figure in self.figures]

    def gap(self, left: int, right: int) -> str:
        """Return the characters between two words."""
        if right == left + 1:
            return self.text.gaps[left]
        return self.text.folded[self.text.ends[left] : self.text.starts[right]]

    def word(self, at: int) -> str:
        """Return a word of the sentence, empty outside it."""
        return self.text.words[at] if self.start <= at < self.stop else ""

    def figure_from(self, first: int) -> Figure | None:
        """Return the figure that starts at a word."""
        index = bisect_left(self.firsts, first)
        return self.figures[index] if self.firsts[index : index + 1] == [first] else None

    def figure_to(self, last: int) -> Figure | None:
        """Return the figure that ends with a word."""
        index = bisect_left(self.lasts, last)
        return self.figures[index] if self.lasts[index : index + 1] == [last] else None

    def before(self, last: int) -> Iterator[Figure]:
        """Yield the figures that start at or before a word, the nearest first."""
        index = bisect_right(self.firsts, last)
        return reversed(self.figures[max(index - 12, 0) : index])

    def after(self, first: int) -> list[Figure]:
        """Return the next figures that start after a word."""
        index = bisect_right(self.firsts, first)
        return self.figures[index : index + 12]

    def leads_to_trigger(self, at: int) -> bool:
        """Tell whether a trigger, or an auxiliary before one, stands at a word right after another."""
        if at >= self.stop or self.gap(at - 1, at) != " ":
            return False
        word = self.text.words[at]
        return (
            at in self.stops
            or word in self.grammar.be
            or (word in self.grammar.auxiliaries and at + 1 in self.stops)
        )
