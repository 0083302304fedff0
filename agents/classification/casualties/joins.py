"""Figures that are added up: 'two women and a child', 'a mother and child'."""

from typing import Final

from agents.classification.casualties.clause import Clause
from agents.classification.casualties.figures import Figure

_JOINERS: Final = (
    ["and"],
    ["and", "also"],
    ["as", "well", "as"],
    ["along", "with"],
    ["plus"],
    ["together", "with"],
)
_MAX_JOINED: Final = 8


def joined_right(clause: Clause, figure: Figure) -> tuple[Figure, ...]:
    """Return a figure with those that follow it in the same list."""
    found, waiting = [figure], list[Figure]()
    last = figure.last
    for follower in clause.after(figure.last)[:_MAX_JOINED]:
        link = _link(clause, last, follower.first)
        if link is None or not follower.of_people or _is_taken(clause, follower):
            break
        if clause.leads_to_trigger(follower.last + 1):
            break
        last = follower.last
        waiting.append(follower)
        if link == "and":
            found += waiting
            waiting = []
    return _summed(clause, found)


def joined_left(clause: Clause, figure: Figure) -> tuple[Figure, ...]:
    """Return a figure with those that precede it in the same list."""
    found = [figure]
    linked = not figure.of_people
    for leader in () if linked else clause.before(figure.first - 1):
        link = _link(clause, leader.last, found[0].first)
        fits = leader.of_people or leader.noun == "bare"
        if link is None or not fits or _is_taken(clause, leader) or (link == "," and len(found) == 1):
            break
        found.insert(0, leader)
    return _summed(clause, found)


def _summed(clause: Clause, found: list[Figure]) -> tuple[Figure, ...]:
    """Return the figures to add up; of 'two people, a man and a woman' only the first."""
    rest = [figure.min or 0 for figure in found[1:]]
    if len(rest) > 1 and found[0].min == found[0].max == sum(rest):
        return (found[0],)
    return (*found, *_bare_noun(clause, found[-1]))


def _is_taken(clause: Clause, figure: Figure) -> bool:
    return figure.first in clause.used or figure.first in clause.subsets


def _link(clause: Clause, last: int, first: int) -> str | None:
    """Return 'and' or ',' where nothing else stands between two figures."""
    between = clause.text.words[last + 1 : first]
    if between in _JOINERS or (
        len(between) == 2 and between[0] == "and" and between[1] in clause.grammar.determiners
    ):
        return "and"
    return "," if not between and clause.gap(last, first).strip() == "," else None


def _bare_noun(clause: Clause, figure: Figure) -> tuple[Figure, ...]:
    """Return the child of 'a mother and child'."""
    at = figure.last + 2
    if not figure.single or clause.word(at - 1) != "and":
        return ()
    noun = clause.grammar.nouns.singular.get(clause.word(at))
    if noun not in ("person", "civilian", "combatant"):
        return ()
    return (Figure(at, at, 1, 1, noun, True),)
