"""Subsets of a figure: 'including three rescuers', 'two of them critically', '(3 soldiers, 9 militants)'."""

from typing import Final

from agents.classification.casualties.clause import Clause, Match
from agents.classification.casualties.figures import Figure
from agents.classification.language.phrases import match_phrase
from schemas.events import CasualtyKind

_KINDS: Final[dict[str, CasualtyKind]] = {
    "dead": "killed", "killed": "killed", "injured": "injured", "wounded": "injured", "missing": "missing",
    "detained": "detained", "arrested": "detained",
}  # fmt: skip
_MAX_MARKER: Final = 5
"""Words of the longest marker."""


def subset_figures(clause: Clause) -> set[int]:
    """Return the first words of the figures that a marker or brackets make part of another."""
    found: set[int] = set()
    before: Figure | None = None
    for figure in clause.figures:
        marked = _marker(clause, figure.first) is not None or _is_bracketed(clause, figure.first)
        listed = before is not None and before.first in found and _is_listed(clause, before, figure)
        if marked or listed:
            found.add(figure.first)
        before = figure
    return found


def subset_matches(clause: Clause, matches: list[Match], earlier: CasualtyKind | None) -> list[Match]:
    """Return the subsets that no trigger of their own has taken.

    Args:
        clause: the sentence, its triggers matched.
        matches: the figures of its triggers.
        earlier: the kind that the sentence before ended with.

    """
    found: list[Match] = []
    for figure in clause.figures:
        if figure.first in clause.used or figure.noun in ("thing", "measure"):
            continue
        tail = _tail(clause, figure)
        if tail is None and (figure.first not in clause.subsets or not _counts(clause, figure)):
            continue
        kind = _KINDS.get(tail or "") or _marker_kind(clause, figure.first)
        kind = kind or _kind_before(matches, figure.first) or earlier
        if kind is not None:
            found.append(Match(kind, (figure,), None))
    return found


def _counts(clause: Clause, figure: Figure) -> bool:
    """Tell a number of people from 'including a child'; a bare number counts after 'of whom'."""
    if figure.noun == "bare":
        return clause.word(figure.first - 1) in ("whom", "which")
    return not figure.single


def _tail(clause: Clause, figure: Figure) -> str | None:
    """Return the last word of 'of them', 'of the dead' and the like after a bare number."""
    at = figure.last + 1
    if (
        figure.noun != "bare"
        or at >= clause.stop
        or clause.word(figure.first - 1) in ("in", "of", "on", "at", "to")
    ):
        return None
    found = match_phrase(clause.grammar.subset_tails, clause.text.words, at, clause.stop)
    return None if found is None else clause.word(found[0] - 1)


def _kind_before(matches: list[Match], at: int) -> CasualtyKind | None:
    """Return the kind of the figure that stands nearest before a word."""
    before = [(match.figures[-1].last, match.kind) for match in matches if match.figures[-1].last < at]
    return max(before)[1] if before else None


def _marker(clause: Clause, at: int) -> int | None:
    """Return the first word of the marker that ends right before a word."""
    for first in range(at - 1, max(clause.start, at - _MAX_MARKER) - 1, -1):
        found = match_phrase(clause.grammar.subset_markers, clause.text.words, first, at)
        if found is not None and found[0] == at:
            return first
    return None


def _marker_kind(clause: Clause, at: int) -> CasualtyKind | None:
    """Return the kind that a marker says itself: 'among the dead were'."""
    first = _marker(clause, at)
    if first is None:
        return None
    return next((_KINDS[word] for word in clause.text.words[first:at] if word in _KINDS), None)


def _is_bracketed(clause: Clause, at: int) -> bool:
    """Tell whether a word opens the brackets after a trigger or figure: '12 killed (3 soldiers, ...'."""
    if at == clause.start or clause.gap(at - 1, at).strip() != "(":
        return False
    counted = clause.figure_to(at - 1)
    return at - 1 in clause.stops or (counted is not None and counted.of_people)


def _is_listed(clause: Clause, before: Figure, figure: Figure) -> bool:
    between = clause.text.words[before.last + 1 : figure.first]
    comma = not between and clause.gap(before.last, figure.first).strip() == ","
    return figure.of_people and (comma or between == ["and"])
