"""Which figure belongs to which trigger, by the form of the trigger."""

from dataclasses import replace
from typing import Final

from agents.classification.casualties.clause import Clause, Match
from agents.classification.casualties.object import (
    counted_by_number,
    labelled_figure,
    noun_figure,
    object_figure,
    toll_figure,
)
from agents.classification.casualties.subject import Verb, subject, verb_before
from agents.classification.casualties.triggers import Hit
from schemas.events import CasualtyKind

_MAX_REFERENCE: Final = 7
"""Words between 'the figure' and the number that it is put at."""

_EARLIER: Final = frozenset(("earlier", "previously", "initially", "originally", "first", "had"))
"""Before a reference these say that the figure is no longer so."""


def matches_of(clause: Clause) -> list[Match]:
    """Return the figures of a sentence with their triggers, in the order of the triggers."""
    found: list[Match] = []
    for index, hit in enumerate(clause.hits):
        match = None if _is_shared(clause, index) else _match(clause, hit)
        if match is None or not _fits(match):
            continue
        found.append(match)
        for figure in match.figures:
            clause.used[figure.first] = hit.phrase.kind
    return found


def referred_match(clause: Clause, kind: CasualtyKind) -> Match | None:
    """Return the figure of a sentence that only refers to what was counted: 'revised that to nine'."""
    hit = clause.hits[0]
    if not _EARLIER.isdisjoint(clause.text.words[max(clause.start, hit.first - 4) : hit.first]):
        return None
    at = hit.last + 1
    phrase = hit.last > hit.first and at < clause.stop and clause.gap(at - 1, at) == " "
    direct = clause.figure_from(at) if phrase else None
    match = Match(kind, (direct,), hit) if direct is not None else toll_figure(clause, hit)
    if match is None or match.figures[0].noun not in ("bare", "person"):
        return None
    return replace(match, kind=kind) if match.figures[0].first - hit.last <= _MAX_REFERENCE else None


def _fits(match: Match) -> bool:
    """One person who 'fled' is no figure of the displaced."""
    return match.kind != "displaced" or not any(figure.single for figure in match.figures)


def _is_shared(clause: Clause, index: int) -> bool:
    """'killed or injured 20': nobody can tell how many of which."""
    hit = clause.hits[index]
    for other in clause.hits[max(index - 1, 0) : index + 2]:
        if other.phrase.kind == hit.phrase.kind or other.phrase.form in ("noun", "toll"):
            continue
        left, right = (other, hit) if other.first < hit.first else (hit, other)
        if right.phrase.form == "intransitive":
            continue  # 'was arrested and died' is said of one subject
        if clause.text.words[left.last + 1 : right.first] in (["or"], ["and"]):
            return True
    return False


def _match(clause: Clause, hit: Hit) -> Match | None:
    if hit.phrase.form == "toll":
        return toll_figure(clause, hit)
    if hit.phrase.form == "noun":
        return noun_figure(clause, hit)
    verb = verb_before(clause, hit)
    return None if verb.void else _verb_match(clause, hit, verb)


def _verb_match(clause: Clause, hit: Hit, verb: Verb) -> Match | None:
    form = hit.phrase.form
    if form in ("present", "gerund"):
        return object_figure(clause, hit)
    if counted_by_number(clause, hit):
        return toll_figure(clause, hit)
    if form == "transitive":
        return _transitive(clause, hit, verb)
    if form == "state":
        return None if _qualifies_thing(clause, hit) else _state(clause, hit, verb)
    return subject(clause, hit, verb, near=False)


def _state(clause: Clause, hit: Hit, verb: Verb) -> Match | None:
    if verb.passive:
        return subject(clause, hit, verb, near=False)
    return labelled_figure(clause, hit) or subject(clause, hit, verb, near=True)


def _qualifies_thing(clause: Clause, hit: Hit) -> bool:
    """Tell '12 dead dolphins' from '12 dead'."""
    following = hit.last + 1
    plain = following < clause.stop and clause.gap(hit.last, following) == " "
    return plain and clause.grammar.nouns.class_of[clause.text.words[following]] == "thing"


def _transitive(clause: Clause, hit: Hit, verb: Verb) -> Match | None:
    if verb.passive:
        return subject(clause, hit, verb, near=False)
    active = object_figure(clause, hit)
    if active is not None or verb.perfect:
        return active
    labelled = labelled_figure(clause, hit)
    if labelled is not None:
        return labelled
    return subject(clause, hit, verb, near=False) if _may_be_passive(clause, hit) else None


def _may_be_passive(clause: Clause, hit: Hit) -> bool:
    """Tell 'four killed in a raid' from 'four men killed the mayor'."""
    following = hit.last + 1
    if following >= clause.stop:
        return True
    word = clause.text.words[following]
    plain = clause.gap(hit.last, following) == " "
    return not plain or word in clause.grammar.after_passive or following in clause.stops
