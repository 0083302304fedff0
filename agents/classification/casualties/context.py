"""What a sentence says about its figures: background or current, where, on whose word."""

import re
from itertools import chain
from typing import Final

from agents.classification.casualties.data import CasualtyGrammar
from agents.classification.language.phrases import has_phrase
from agents.classification.language.text import Text
from schemas.events import Attribution, CasualtyKind

_DATED: Final = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
_MAX_PLACE_DISTANCE: Final = 12
_MAX_SENTENCE: Final = 80
"""Words of a sentence in which 'he said' is looked for."""


def is_retracted(grammar: CasualtyGrammar, text: Text, start: int, stop: int) -> bool:
    """Tell whether the sentence of words [start, stop) tells its figures in order to take them back."""
    return has_phrase(grammar.retractions, text.words, start, stop)


def is_background(grammar: CasualtyGrammar, text: Text, start: int, stop: int, first_sentence: bool) -> bool:
    """Tell whether the sentence of words [start, stop) is about an earlier event or the total of a war."""
    if has_phrase(grammar.background, text.words, start, stop):
        return True
    is_date = grammar.dates.__getitem__
    for at in range(start + 1, stop):
        if not is_date(text.words[at]):
            continue
        if text.words[at][0].isdigit():
            if _is_past_year(grammar, text, at, start):
                return True
        elif text.words[at - 1] == "since":
            if at + 1 == stop or not _DATED.fullmatch(text.words[at + 1]):
                return True
        elif text.words[at - 1] in ("in", "late", "early", "last") and not first_sentence:
            following = text.words[at + 1] if at + 1 < stop else ""
            if not _DATED.fullmatch(following):
                return True
    return False


def _is_past_year(grammar: CasualtyGrammar, text: Text, at: int, start: int) -> bool:
    """Tell 'in 2016', 'in June 2023' and 'since 3 May 2022' from the date of a note, '3 May 2020'."""
    before = text.words[at - 1]
    if before in ("in", "since", "of", "from", "during", "until", "a", "the"):
        return True
    if at - 3 >= start and text.words[at - 3] == "since":
        return any(word in grammar.numbers.months for word in text.words[at - 2 : at])
    month = before in grammar.numbers.months and at - 2 >= start
    return month and text.words[at - 2] in ("in", "since", "of", "late", "early")


def is_war_total(grammar: CasualtyGrammar, text: Text, kind: CasualtyKind, people: int) -> bool:
    """Tell whether so many killed or injured can only be the total of a war."""
    many = kind in ("killed", "injured") and people >= grammar.total_from
    return many and not any(word in grammar.sudden for word in text.words)


def place_near(
    grammar: CasualtyGrammar, text: Text, first: int, last: int, start: int, stop: int
) -> str | None:
    """Return the place named after words [first, last], else before them, in the sentence [start, stop)."""
    after = range(last + 1, min(stop - 1, last + _MAX_PLACE_DISTANCE))
    before = range(first - 1, max(start, first - _MAX_PLACE_DISTANCE) - 1, -1)
    for at in chain(after, before):
        if text.words[at] in grammar.place_prepositions:
            place = _place_at(grammar, text, at, stop)
            if place is not None:
                return place
    return None


def _place_at(grammar: CasualtyGrammar, text: Text, at: int, stop: int) -> str | None:
    """Return the capitalised name after a preposition at a word."""
    if at + 1 >= stop:
        return None
    end = at + 1
    while end < stop and text.capitals[end] and text.words[end] not in grammar.weekdays:
        if end > at + 1 and text.gaps[end - 1] not in (" ", "-"):
            break
        end += 1
    if end == at + 1:
        return None
    if end < stop and text.gaps[end - 1] == " ":
        following = text.words[end]
        if following in grammar.region_words:
            end += 1
        elif _is_noun(grammar, following) and text.words[at] != "of":
            return None
    if (
        text.words[at] == "of"
        and text.words[end - 1] not in grammar.region_words
        and text.words[at - 1] not in grammar.region_words
    ):
        return None
    return text.raw[text.starts[at + 1] : text.ends[end - 1]]


def _is_noun(grammar: CasualtyGrammar, word: str) -> bool:
    """Tell whether a word after a capitalised one makes that one an adjective: 'in Ukrainian attacks'."""
    closed = (
        word in grammar.openers or word in grammar.determiners or word in grammar.auxiliaries
        or word in grammar.be or word in grammar.finite or word in grammar.weekdays
        or word in grammar.after_passive or word in grammar.triggers
    )  # fmt: skip
    return word.isalpha() and not closed


def claimed_by(
    grammar: CasualtyGrammar, text: Text, start: int, end: int, attributions: list[Attribution]
) -> str | None:
    """Return who says what stands at [start, end) characters: the sentence's speaker, named or a pronoun."""
    index = text.sentence_index(start)
    first, last = text.sentences[index]
    inside = [each for each in attributions if first <= each.span[0] < last]
    if inside:
        return min(inside, key=lambda each: (abs(each.span[0] - start), each.span[0])).name
    earlier = [each for each in attributions if each.span[0] < first]
    if not earlier or not _has_speech(grammar, text, first, last):
        return None
    return max(earlier, key=lambda each: each.span[0]).name


def _has_speech(grammar: CasualtyGrammar, text: Text, first: int, last: int) -> bool:
    """Tell whether a sentence has 'he said', 'she added' or the like."""
    at = max(text.word_index(first), 0)
    stop = min(len(text.words) - 1, at + _MAX_SENTENCE)
    while at < stop and text.starts[at] < last:
        here, following = text.words[at], text.words[at + 1]
        if here in ("he", "she", "it", "they") and following in grammar.speech:
            return True
        at += 1
    return False
