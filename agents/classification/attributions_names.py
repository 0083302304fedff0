"""The name of a speaker in a noun phrase: the person without title, else the whole phrase without its article."""

from dataclasses import dataclass

from agents.classification.attributions_data import AttributionGrammar
from agents.classification.numbers import match_phrase
from agents.classification.text import Text

_MAX_PHRASE = 10
_INSIDE = frozenset(
    ("of", "for", "the", "on", "de", "al", "bin", "van", "von", "da", "del", "der", "la", "ibn")
)
"""Words that may stand inside a speaker's name."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker's name: words ``first`` to ``last``, and whether it is a person's."""

    first: int
    last: int
    person: bool


def phrase_before(grammar: AttributionGrammar, text: Text, last: int, start: int) -> Speaker | None:
    """Return the speaker whose phrase ends with word ``last``, none before word ``start``."""
    first = last
    while first > start and last - first < _MAX_PHRASE:
        word = text.words[first - 1]
        if text.folded[text.ends[first - 1] : text.starts[first]] != " ":
            break
        if word in grammar.determiners:
            return _named(grammar, text, first, last)
        if word in grammar.stops or word in grammar.verbs or word in _INSIDE:
            break
        first -= 1
    if first > start and text.words[first - 1] in ("of", "for", "in", "at"):
        longer = _before_of(grammar, text, first - 1, last, start)
        if longer is not None:
            return longer
    return _named(grammar, text, first, last)


def _before_of(grammar: AttributionGrammar, text: Text, at: int, last: int, start: int) -> Speaker | None:
    """Return 'acting governor of Smolensk region', 'Police in Stuttgart': a source noun before the preposition."""
    head = at - 1
    if head < start or text.words[head] not in grammar.sources:
        return None
    speaker = phrase_before(grammar, text, head, start)
    return None if speaker is None or speaker.person else Speaker(speaker.first, last, False)


def phrase_after(grammar: AttributionGrammar, text: Text, first: int, stop: int) -> Speaker | None:
    """Return the speaker whose phrase starts with word ``first`` and ends before word ``stop``."""
    while first < stop and text.words[first] in grammar.determiners:
        first += 1
    last = first - 1
    while last + 1 < min(stop, first + _MAX_PHRASE):
        word = text.words[last + 1]
        if last >= first and text.folded[text.ends[last] : text.starts[last + 1]] not in (" ", ". "):
            break
        if word in _INSIDE and last >= first:
            if not _goes_on(grammar, text, first, last, stop):
                break
        elif word in grammar.stops or (word in grammar.verbs and last >= first):
            break
        last += 1
    return _named(grammar, text, first, last) if last >= first else None


def _goes_on(grammar: AttributionGrammar, text: Text, first: int, last: int, stop: int) -> bool:
    """Tell 'ministry of health', 'Agence de Presse' from 'Paula Jordan of Kestrel Capital'."""
    return last + 2 < stop and (
        text.words[last] in grammar.sources
        or text.words[last] in grammar.titles
        or (text.words[last + 1] not in ("of", "for", "the", "on"))
    )


def _named(grammar: AttributionGrammar, text: Text, first: int, last: int) -> Speaker | None:
    """Cut a noun phrase down to the name that it holds."""
    while first <= last and (
        text.words[first] in grammar.determiners or text.words[first] in grammar.skipped
    ):
        first += 1
    if first > last or text.words[last] in grammar.no_speakers or not text.words[first][0].isalpha():
        return None
    if not _capital(text, last):
        return Speaker(first, last, text.words[last] in grammar.titles)
    run = last
    while run > first and _in_name(grammar, text, run - 1):
        run -= 1
    name = _after_title(grammar, text, first, run, last)
    return Speaker(name, last, name > first or _looks_like_person(grammar, text, name, last))


def _in_name(grammar: AttributionGrammar, text: Text, at: int) -> bool:
    return _capital(text, at) or (text.words[at] in _INSIDE and at > 0 and _capital(text, at - 1))


def _after_title(grammar: AttributionGrammar, text: Text, first: int, run: int, last: int) -> int:
    """Return the first word of the name after the last title, which may be the whole phrase."""
    for at in range(last, first - 1, -1):
        if text.words[at] in grammar.titles and at < last:
            return at + 1
        found = match_phrase(grammar.title_phrases, text.words, at, last + 1)
        if found is not None and found[0] <= last:
            return found[0]
    return run


def _looks_like_person(grammar: AttributionGrammar, text: Text, first: int, last: int) -> bool:
    return last > first and not any(text.words[at] in grammar.sources for at in range(first, last + 1))


def _capital(text: Text, at: int) -> bool:
    return text.raw[text.starts[at]].isupper()
