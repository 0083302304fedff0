"""The figure after a trigger: 'killing four', 'fatalities: 5', 'the death toll rose to 12'."""

from dataclasses import replace
from typing import Final

from agents.classification.casualties.clause import Clause, Match
from agents.classification.casualties.figures import Figure
from agents.classification.casualties.joins import joined_right
from agents.classification.casualties.subject import is_capitalised, is_denied, one
from agents.classification.casualties.triggers import Hit

_MAX_TOLL: Final = 14
"""Words between 'death toll' and its figure."""
_LABEL_MARKS: Final = (":", "-", "–", "—", "=", ":-")


def object_figure(clause: Clause, hit: Hit) -> Match | None:
    """Return the figure that stands right after an active verb, or after 'killing of', 'deaths of'."""
    at = hit.last + 1
    if clause.word(at) == "of" and hit.phrase.form in ("gerund", "noun"):
        at += 1
    if at >= clause.stop or clause.gap(at - 1, at) not in (" ", "  "):
        return None
    if clause.replaced and clause.word(at) == "not":
        at = _behind_replaced(clause, at)
    figure = clause.figure_from(at) or _possessed(clause, at)
    if figure is None:
        return _bare_object(clause, hit, at)
    if figure.noun in ("thing", "measure") or (hit.phrase.strict and not figure.of_people):
        return None
    if hit.phrase.nouns and clause.word(figure.last) not in hit.phrase.nouns:
        return None
    if not figure.of_people and clause.leads_to_trigger(figure.last + 1):
        return None
    return Match(hit.phrase.kind, joined_right(clause, figure), hit)


def _possessed(clause: Clause, at: int) -> Figure | None:
    """Return the figure of 'its two occupants', 'the two men'."""
    figure = clause.figure_from(at + 1) if clause.word(at) in clause.grammar.determiners else None
    return None if figure is None or figure.single or clause.gap(at, at + 1) != " " else figure


def _behind_replaced(clause: Clause, at: int) -> int:
    """Return the word of 'nine' in 'killed not 12 but nine'."""
    last = next((last for last, first in clause.replaced.items() if first == at), at - 1)
    return last + 2 if clause.word(last + 1) == "but" else last + 1


def _bare_object(clause: Clause, hit: Hit, at: int) -> Match | None:
    """'Bird flu kills farm worker' in a headline, 'killed commander Fuad Shukr', 'arrested Marta Ruiz'."""
    nouns = clause.grammar.nouns
    if hit.phrase.strict or hit.phrase.nouns:
        return None
    for index in range(at, min(at + 4, clause.stop)):
        if clause.word(index) in clause.grammar.openers or clause.figure_from(index) is not None:
            break
        if nouns.is_person(clause.word(index)):
            following = clause.word(index + 1)
            named = is_capitalised(clause, index + 1) and clause.gap(index, index + 1) == " "
            fits = named or (clause.in_headline and hit.phrase.form == "present")
            return one(hit, index) if fits and nouns.class_of[following] is None else None
    return one(hit, at + 1) if _is_full_name(clause, at) else None


def _is_full_name(clause: Clause, at: int) -> bool:
    """Tell two or three capitalised words that end a phrase, as a person's name does."""
    end = at
    while end < clause.stop and end - at < 5 and is_capitalised(clause, end):
        end += 1
        if end < clause.stop and clause.gap(end - 1, end) != " ":
            break
    if not 2 <= end - at <= 4:
        return False
    following = clause.word(end)
    plain = end < clause.stop and clause.gap(end - 1, end) == " "
    return not plain or following in clause.grammar.openers or following in clause.grammar.after_passive


def labelled_figure(clause: Clause, hit: Hit) -> Match | None:
    """'Killed: 3', 'Fatalities - 5', 'Fatalities reported: 5'."""
    at = hit.last + 1
    if clause.word(at) in ("reported", "confirmed", "so", "total", "count"):
        at += 1
    mark = clause.gap(at - 1, at).strip() if at < clause.stop else ""
    counted = clause.figure_to(hit.first - 1) is not None and clause.gap(hit.first - 1, hit.first) == " "
    if mark not in _LABEL_MARKS or counted:
        return None
    figure = clause.figure_from(at)
    if figure is None or figure.noun in ("thing", "measure") or clause.leads_to_trigger(figure.last + 1):
        return None
    return Match(hit.phrase.kind, (figure,), hit)


def noun_figure(clause: Clause, hit: Hit) -> Match | None:
    """'7 fatalities', 'the deaths of four', 'a death', 'deaths: 5', 'deaths rise to nine'."""
    figure = clause.figure_to(hit.first - 1)
    if figure is not None and clause.gap(figure.last, hit.first) in (" ", "-", "+ "):
        if figure.noun in ("thing", "measure") or figure.single or is_denied(clause, figure):
            return None
        return Match(hit.phrase.kind, (figure,), hit)
    if clause.word(hit.last + 1) == "of":
        found = object_figure(clause, hit)
        if found is not None:
            return found
    if _is_single(clause, hit) and _has_article(clause, hit.first):
        return one(hit, hit.first - 1)
    return labelled_figure(clause, hit) or toll_figure(clause, hit, rising=True)


def _is_single(clause: Clause, hit: Hit) -> bool:
    """Tell 'a death' and 'a body (was found)' from 'a body of the European Union'."""
    if clause.word(hit.last) not in clause.grammar.bodies:
        return clause.word(hit.last) in clause.grammar.single_nouns
    around = clause.text.words[max(hit.first - 4, clause.start) : min(hit.last + 5, clause.stop)]
    return any(word in clause.grammar.finds for word in around)


def _has_article(clause: Clause, at: int) -> bool:
    """Tell 'a death', 'an unidentified body'."""
    for before in range(at - 1, max(clause.start, at - 4) - 1, -1):
        if clause.gap(before, before + 1) != " " or clause.word(before) in clause.grammar.openers:
            return False
        if clause.word(before) in ("a", "an", "single", "his", "her"):
            return True
    return False


def counted_by_number(clause: Clause, hit: Hit) -> bool:
    """Tell 'the number of people killed (in floods has risen to nine)'."""
    for at in range(hit.first - 1, max(clause.start, hit.first - 7), -1):
        if clause.word(at) == "of":
            nearer = [figure for figure in clause.after(at) if figure.first < hit.first]
            defined = at - 1 == clause.start or "the" in clause.text.words[max(at - 3, clause.start) : at - 1]
            return clause.word(at - 1) == "number" and defined and not nearer
    return False


def toll_figure(clause: Clause, hit: Hit, *, rising: bool = False) -> Match | None:
    """Return the figure after 'rose to', 'stands at', 'of' or a colon; ``rising``: only after 'rose to'."""
    for figure in clause.after(hit.last):
        if figure.first - hit.last > _MAX_TOLL or figure.first in clause.used:
            return None
        if figure.noun in ("measure", "thing") or figure.single:
            continue
        link = clause.word(figure.first - 1)
        if link == "from" and "to" in clause.text.words[figure.first : figure.last]:
            return Match(hit.phrase.kind, (replace(figure, min=figure.max),), hit)
        if rising:
            linked = link in ("to", "at", "as") and clause.word(figure.first - 2) in clause.grammar.rising
        else:
            mark = clause.gap(figure.first - 1, figure.first).strip()
            linked = (
                link in clause.grammar.toll_links
                or link in clause.grammar.toll_passed
                or mark in _LABEL_MARKS[:4]
            )
        if linked:
            return Match(hit.phrase.kind, (figure,), hit)
    return None
