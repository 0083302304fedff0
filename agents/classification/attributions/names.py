"""The name of a speaker in a noun phrase: a person without title, else the phrase without its article."""

from dataclasses import dataclass
from typing import Final

from agents.classification.attributions.data import AttributionGrammar
from agents.classification.language.phrases import match_phrase
from agents.classification.language.text import Text

_MAX_PHRASE: Final = 10
_MAX_OFFICE: Final = 8
"""Words between an office and the end of its phrase: 'the agency on the island of Sumatra'."""


@dataclass(slots=True)
class Speaker:
    """A speaker's name: words ``first`` to ``last``, and whether it is a person's."""

    first: int
    last: int
    person: bool


def phrase_before(
    grammar: AttributionGrammar, text: Text, last: int, start: int, *, any_noun: bool = False
) -> Speaker | None:
    """Return the speaker whose phrase ends with word ``last``, none before word ``start``.

    With ``any_noun`` a noun that is not known to speak will do after an article or in the plural.
    """
    first = last
    while first > start and last - first < _MAX_PHRASE:
        word = text.words[first - 1]
        if text.gaps[first - 1] != " " and not _is_joined(text, first - 1):
            break
        if word in grammar.determiners:
            return _named(grammar, text, first, last, any_noun=any_noun)
        if (
            word in grammar.links
            or word in grammar.stops
            or (word in grammar.verbs and not text.capitals[first - 1])
        ):
            break
        first -= 1
    plural = any_noun and text.words[last].endswith("s")
    return _with_office(grammar, text, first, last, start) or _named(
        grammar, text, first, last, any_noun=plural
    )


def _is_joined(text: Text, at: int) -> bool:
    """Tell whether only a space stands after a word, or the full stop of its abbreviation."""
    gap = text.gaps[at]
    return gap in (" ", "' ") or (gap == ". " and ("." in text.words[at] or len(text.words[at]) <= 3))


def _with_office(
    grammar: AttributionGrammar, text: Text, first: int, last: int, start: int
) -> Speaker | None:
    """Return 'governor of Smolensk region', 'police in Stuttgart'; the name after 'secretary of defense'."""
    for at in range(first - 1, max(start, first - _MAX_OFFICE), -1):
        word = text.words[at]
        if (
            not _is_joined(text, at)
            or (word in grammar.stops and word not in grammar.links)
            or word in grammar.verbs
        ):
            return None
        head = text.words[at - 1]
        if word not in grammar.links or not is_source(grammar, head) or not _is_joined(text, at - 1):
            continue
        if head in grammar.titles and _capitals_before(text, last, at + 1) >= 3:
            return Speaker(last - 1, last, True)
        office = phrase_before(grammar, text, at - 1, start)
        return None if office is None else Speaker(office.first, last, False)
    return None


def _capitals_before(text: Text, last: int, first: int) -> int:
    count = 0
    while last - count >= first and text.capitals[last - count]:
        count += 1
    return count


def phrase_after(grammar: AttributionGrammar, text: Text, first: int, stop: int) -> Speaker | None:
    """Return the speaker whose phrase starts with word ``first`` and ends before word ``stop``."""
    while first < stop and text.words[first] in grammar.determiners:
        first += 1
    last = first - 1
    while last + 1 < min(stop, first + _MAX_PHRASE):
        word = text.words[last + 1]
        if last >= first and text.gaps[last] != " " and not _is_joined(text, last):
            break
        if (word in grammar.inside or word in grammar.particles) and last >= first:
            if not _goes_on(grammar, text, last, stop):
                break
        elif word in grammar.stops or (word in grammar.verbs and not text.capitals[last + 1]):
            break
        last += 1
    return _named(grammar, text, first, last) if last >= first else None


def _goes_on(grammar: AttributionGrammar, text: Text, last: int, stop: int) -> bool:
    """Tell 'ministry of health', 'Luigi di Maio' from 'Paula Jordan of Kestrel Capital'."""
    office = text.words[last] in grammar.sources or text.words[last] in grammar.titles
    particle = text.words[last + 1] in grammar.particles or text.words[last + 1] == "the"
    return last + 2 < stop and (office or particle)


def _named(
    grammar: AttributionGrammar, text: Text, first: int, last: int, *, any_noun: bool = False
) -> Speaker | None:
    """Cut a noun phrase down to the name that it holds."""
    while first <= last and (
        text.words[first] in grammar.determiners or text.words[first] in grammar.skipped
    ):
        first += 1
    if (
        first > last
        or text.words[last].partition("'")[0] in grammar.no_speakers
        or not text.words[first][0].isalpha()
    ):
        return None
    if not text.capitals[last] or (first == last and is_source(grammar, text.words[last])):
        person = text.words[last] in grammar.titles
        known = (
            any_noun
            or is_source(grammar, text.words[last])
            or any(_is_office(grammar, text, at) for at in range(first, last))
        )
        return Speaker(first, last, person) if known else None
    run = last
    while run > first and _in_name(grammar, text, run - 1):
        run -= 1
    if (
        first < last
        and text.words[last].removesuffix("'s") in grammar.sources
        and text.words[last] not in grammar.titles
    ):
        return Speaker(first, last, False)
    name = _after_title(grammar, text, first, run, last)
    return Speaker(name, last, name > first or _looks_like_person(grammar, text, name, last))


def is_source(grammar: AttributionGrammar, word: str) -> bool:
    """Tell whether a noun names somebody who can speak."""
    return word in grammar.sources or word in grammar.titles or word.removesuffix("s") in grammar.titles


def _is_office(grammar: AttributionGrammar, text: Text, at: int) -> bool:
    """Tell 'ministry of health', where the noun that speaks stands before 'of'."""
    return text.words[at + 1] in grammar.links and is_source(grammar, text.words[at])


def _in_name(grammar: AttributionGrammar, text: Text, at: int) -> bool:
    return text.capitals[at] or (
        (text.words[at] in grammar.inside or text.words[at] in grammar.particles)
        and at > 0
        and text.capitals[at - 1]
    )


def _after_title(grammar: AttributionGrammar, text: Text, first: int, run: int, last: int) -> int:
    """Return the first word of the name after the last title, which may be the whole phrase."""
    for at in range(last, first - 1, -1):
        found = match_phrase(grammar.title_phrases, text.words, at, last + 1)
        if found is not None and found[0] <= last:
            return found[0]
        if text.words[at] in grammar.titles and at < last and text.words[at + 1] not in grammar.inside:
            return at + 1
    return run


def _looks_like_person(grammar: AttributionGrammar, text: Text, first: int, last: int) -> bool:
    return last > first and not any(text.words[at] in grammar.sources for at in range(first, last + 1))
