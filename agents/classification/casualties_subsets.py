"""Subsets of a figure: 'including three rescuers', 'two of them critically', '(3 soldiers, 9 militants)'."""

from agents.classification.casualties_match import Clause, Match
from agents.classification.numbers import match_phrase
from schemas.events import CasualtyKind

_KINDS: dict[str, CasualtyKind] = {
    "dead": "killed", "killed": "killed", "injured": "injured", "wounded": "injured", "missing": "missing",
    "detained": "detained", "arrested": "detained",
}  # fmt: skip


def subset_figures(clause: Clause) -> set[int]:
    """Return the figures, by index, that a marker or brackets make part of another."""
    found: set[int] = set()
    reach = -1
    for index, figure in enumerate(clause.figures):
        if _is_marked(clause, figure.first) or _is_bracketed(clause, figure.first):
            found.add(index)
            reach = figure.last
        elif (
            index - 1 in found and reach >= 0 and _is_listed(clause, reach, figure.first) and figure.of_people
        ):
            found.add(index)
            reach = figure.last
    return found


def subset_matches(clause: Clause, matches: list[Match], earlier: CasualtyKind | None) -> list[Match]:
    """Return the subsets that no trigger of their own has taken.

    Args:
        clause: the sentence, its triggers matched.
        matches: the figures of its triggers.
        earlier: the kind that the sentence before ended with.

    """
    found: list[Match] = []
    for index, figure in enumerate(clause.figures):
        if index in clause.used:
            continue
        tail = (
            match_phrase(clause.grammar.subset_tails, clause.text.words, figure.last + 1, clause.stop)
            if (figure.last + 1 < clause.stop)
            else None
        )
        if tail is None and (
            index not in clause.subsets or figure.single or figure.noun in ("thing", "measure")
        ):
            continue
        word = clause.text.words[tail[0] - 1] if tail is not None else ""
        kind = _KINDS.get(word) or _kind_before(clause, matches, figure.first) or earlier
        if kind is not None and (figure.noun != "bare" or tail is not None):
            found.append(Match(kind, (index,), None))
    return found


def _kind_before(clause: Clause, matches: list[Match], at: int) -> CasualtyKind | None:
    """Return the kind of the figure that stands nearest before a word."""
    before = [
        (clause.figures[match.figures[-1]].last, match.kind)
        for match in matches
        if clause.figures[match.figures[-1]].last < at
    ]
    return max(before)[1] if before else None


def _is_marked(clause: Clause, at: int) -> bool:
    words = clause.text.words
    for back in range(1, 6):
        first = at - back
        if first < clause.start:
            return False
        found = match_phrase(clause.grammar.subset_markers, words, first, at)
        if found is not None and found[0] == at:
            return True
    return False


def _is_bracketed(clause: Clause, at: int) -> bool:
    """Tell whether a word opens the brackets after a trigger or its noun: '12 killed (3 soldiers, ...'."""
    return at > clause.start and clause.gap(at - 1, at).strip() == "(" and at - 1 in clause.stops


def _is_listed(clause: Clause, last: int, first: int) -> bool:
    between = clause.text.words[last + 1 : first]
    gap = clause.gap(last, first).strip() if not between else ""
    return (not between and gap == ",") or between == ["and"]
