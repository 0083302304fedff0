"""Figures that a sentence takes back: 'nine, not 12, killed', 'an earlier post said 12'."""

from typing import Final

from agents.classification.casualties.data import CasualtyGrammar
from agents.classification.casualties.figures import Figure
from agents.classification.language.phrases import match_phrase
from agents.classification.language.text import Text

_REPLACING: Final = (("instead", "of"), ("rather", "than"))
_REPLACERS: Final = frozenset(["not", "instead", "rather"])


def replaced(
    grammar: CasualtyGrammar, text: Text, figures: list[Figure], start: int, stop: int
) -> dict[int, int]:
    """Return what is said of figures that another one replaces: last word -> first word of 'not 12'.

    Args:
        grammar: from ``load_casualties``.
        text: the post.
        figures: those of the sentence.
        start: its first word.
        stop: the word behind its last one.

    """
    words = text.words
    if _REPLACERS.isdisjoint(words[start:stop]):
        return {}
    lasts = {figure.first: figure.last for figure in figures}
    ends = {figure.last for figure in figures}
    found: dict[int, int] = {}
    for at in range(start, stop - 1):
        if words[at] == "not":
            last = lasts.get(at + 1, at + 1 if words[at + 1] in grammar.numbers.units else -1)
            if last > 0 and _is_opposed(text, at, last, stop, ends):
                found[last] = at - 1 if at > start and words[at - 1] == "and" else at
        elif tuple(words[at : at + 2]) in _REPLACING and at + 2 in lasts:
            found[lasts[at + 2]] = at
    return found


def _is_opposed(text: Text, at: int, last: int, stop: int, ends: set[int]) -> bool:
    """Tell 'nine, not 12', 'nine and not 12', 'not 12 but nine' from 'not one was hurt'."""
    if last + 1 < stop and text.words[last + 1] == "but":
        return True
    return at > 0 and (
        text.gaps[at - 1].strip() in (",", "(") or text.words[at - 1] == "and" or at - 1 in ends
    )


def retold(grammar: CasualtyGrammar, text: Text, start: int, stop: int) -> tuple[range, bool]:
    """Return the words of [start, stop) that tell what was reported before, and whether an own text told it.

    'An earlier version of this post said 12' takes 12 back; 'we reported that 12' only where the post gives
    another figure or is a correction: whoever sums up says so too.
    """
    words = text.words
    for at in range(start, stop):
        found = match_phrase(grammar.retellings, words, at, stop) if words[at] in grammar.retellings else None
        if found is not None and (at == start or words[at - 1] != "as"):
            return range(found[0], _turn(grammar, text, found[0], stop)), bool(found[1])
    return range(0), False


def _turn(grammar: CasualtyGrammar, text: Text, first: int, stop: int) -> int:
    """Return the word at which a sentence goes on to what is so: 'said 12 died, but nine did'."""
    for at in range(first, stop):
        if text.words[at] in grammar.turns or ";" in text.gaps[at - 1]:
            return at
    return stop
