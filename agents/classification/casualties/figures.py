"""Figures of people: a number with its noun ('12 rescue workers'), or one person ('a child', 'his wife')."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from agents.classification.casualties.data import CasualtyGrammar
from agents.classification.language.numbers import quantity_at
from agents.classification.language.phrases import match_phrase
from agents.classification.language.text import Text

FigureClass = Literal["civilian", "combatant", "person", "bare", "unknown", "thing", "measure"]
_MAX_CHUNK: Final = 6
"""Words between a number and its noun."""
_WITHIN_PHRASE: Final = (" ", "-", "  ", "+ ")
"""Between the words of a noun phrase."""
_PARTITIVE: Final = frozenset(("them", "whom", "which", "those", "us", "you", "these"))
_AGE: Final = ("year-old", "year-olds", "y-o", "yr-old", "month-old", "yo")


@dataclass(slots=True)
class Figure:
    """A number of people at words ``first`` to ``last``."""

    first: int
    last: int
    min: int | None
    max: int | None
    noun: FigureClass
    single: bool
    """One person told by the grammar ('the mayor') and not by a number."""

    @property
    def of_people(self) -> bool:
        """Tell whether the noun is known to mean people."""
        return self.noun in ("civilian", "combatant", "person")


def figures_in(
    grammar: CasualtyGrammar, text: Text, start: int, stop: int, stops: frozenset[int]
) -> list[Figure]:
    """Return the figures among words [start, stop), in order, not overlapping.

    ``stops`` are the words that end a noun phrase: those of triggers.
    """
    found: list[Figure] = []
    free = start
    starts_figure = grammar.starts_figure.__getitem__
    for at in range(start, stop):
        if at < free or not starts_figure(text.words[at]) or at in stops:
            continue
        figure = _figure_at(grammar, text, at, stop, stops)
        if figure is not None:
            found.append(figure)
            free = figure.last + 1
    return found


def _figure_at(
    grammar: CasualtyGrammar, text: Text, at: int, stop: int, stops: frozenset[int]
) -> Figure | None:
    word = text.words[at]
    counted = word[0].isdigit() or word in grammar.numbers.starts
    quantity = quantity_at(grammar.numbers, text, at, stop) if counted else None
    if quantity is not None:
        bare = Figure(quantity.first, quantity.last, quantity.min, quantity.max, "bare", False)
        if at and text.words[at - 1] == "aged":
            return replace(bare, noun="measure", last=_other_age(grammar, text, bare.last, stop))
        return _with_noun(grammar, text, bare, stop, stops)
    found = _one_person(grammar, text, at, stop, stops) if word in grammar.determiners else None
    if found is None and word in grammar.object_pronouns and not _continues(grammar, text, at, stop, stops):
        return Figure(at, at, 1, 1, "person", True)
    if found is not None:
        return found
    if word.endswith(_AGE) and word[0].isdigit():
        return Figure(at, at, 1, 1, "person", True) if not word.endswith("s") else None
    return None


def _other_age(grammar: CasualtyGrammar, text: Text, last: int, stop: int) -> int:
    """Return the last word of 'aged one and five'."""
    if last + 2 >= stop or text.words[last + 1] not in ("and", "to"):
        return last
    other = quantity_at(grammar.numbers, text, last + 2, stop)
    return last if other is None else other.last


def _with_noun(
    grammar: CasualtyGrammar, text: Text, bare: Figure, stop: int, stops: frozenset[int]
) -> Figure:
    """Add the noun that follows a number."""
    at = bare.last + 1
    if text.words[at : at + 1] == ["more"] and text.gaps[at - 1] == " ":
        bare = replace(bare, last=at)
        at += 1
    part = text.words[at : at + 1] == ["of"]
    if part and at + 1 < stop and text.words[at + 1] in _PARTITIVE:
        return bare
    if part:
        at += 2 if at + 1 < stop and text.words[at + 1] in grammar.determiners else 1
    head, noun, end = _head(grammar, text, at, stop, stops, plural=True)
    if noun is None:
        return (
            bare
            if part or end == bare.last
            else Figure(bare.first, end, bare.min, bare.max, "unknown", bare.single)
        )
    return Figure(bare.first, head, bare.min, bare.max, noun, bare.single)


def _one_person(
    grammar: CasualtyGrammar, text: Text, at: int, stop: int, stops: frozenset[int]
) -> Figure | None:
    """Return 'a child', 'the mayor', 'another', 'a fourth', 'a family of four' as a figure."""
    word = text.words[at]
    following = text.words[at + 1] if at + 1 < stop else ""
    if word == "another" and not _continues(grammar, text, at, stop, stops):
        return Figure(at, at, 1, 1, "person", True)
    if (
        following in grammar.ordinals
        and text.words[at + 2 : at + 3] != ["of"]
        and not _continues(grammar, text, at + 1, stop, stops)
    ):
        return Figure(at, at + 1, 1, 1, "person", True)
    if following in grammar.numbers.units:
        return None  # 'her three children' are counted by their number
    if following in grammar.collectives and text.words[at + 2 : at + 3] == ["of"]:
        return _collective(grammar, text, at, stop, stops)
    head, noun, _ = _head(grammar, text, at + 1, stop, stops, plural=False)
    if noun is None or noun in ("thing", "measure"):
        return None
    value = grammar.nouns.valued.get(text.words[head], 1)
    return Figure(at, head, value, value, noun, True)


def _collective(
    grammar: CasualtyGrammar, text: Text, at: int, stop: int, stops: frozenset[int]
) -> Figure | None:
    quantity = quantity_at(grammar.numbers, text, at + 3, stop) if at + 3 < stop else None
    if quantity is None:
        return None
    bare = Figure(at, quantity.last, quantity.min, quantity.max, "person", False)
    named = _with_noun(grammar, text, bare, stop, stops)
    return named if named.of_people else bare


def _continues(grammar: CasualtyGrammar, text: Text, at: int, stop: int, stops: frozenset[int]) -> bool:
    """Tell whether a noun phrase goes on after a word."""
    following = at + 1
    return following < stop and not _ends_phrase(grammar, text, following, stops)


def _ends_phrase(grammar: CasualtyGrammar, text: Text, at: int, stops: frozenset[int]) -> bool:
    return at in stops or text.words[at] in grammar.phrase_ends or text.gaps[at - 1] not in _WITHIN_PHRASE


def _head(
    grammar: CasualtyGrammar, text: Text, at: int, stop: int, stops: frozenset[int], *, plural: bool
) -> tuple[int, FigureClass | None, int]:
    """Return (word, class) of the noun of the phrase from ``at`` on, and the last word of the phrase."""
    head, noun = at, None
    end = at - 1
    classes = grammar.nouns.class_of if plural else grammar.nouns.class_of_one
    for index in range(at, min(stop, at + _MAX_CHUNK)):
        word = text.words[index]
        if index == at and word.endswith("ed") and word in grammar.openers:
            continue
        if _ends_phrase(grammar, text, index, stops) or match_phrase(
            grammar.subset_markers, text.words, index, stop
        ):
            break
        end = index
        known = "person" if word[0].isdigit() and word.endswith(_AGE) else classes[word]
        if known is not None:
            head, noun = index, known
        elif noun is not None and plural:
            break
    return head, noun, end
