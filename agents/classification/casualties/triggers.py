"""Where a text speaks of casualties: the trigger words and phrases, traps left out."""

from dataclasses import dataclass
from typing import Final

from agents.classification.casualties.data import CasualtyGrammar, TriggerPhrase
from agents.classification.language.phrases import match_phrase, openings
from agents.classification.language.text import Text

MAX_TRIGGERS: Final = 150
"""A post of more trigger words is read to this many."""


@dataclass(slots=True)
class Hit:
    """A trigger in the text: words ``first`` to ``last``."""

    first: int
    last: int
    phrase: TriggerPhrase


def triggers_in(grammar: CasualtyGrammar, text: Text) -> list[Hit]:
    """Return the triggers of a text in order, not overlapping, the longest first at each word."""
    found: list[Hit] = []
    free = 0
    for at in openings(grammar.triggers, grammar.seconds, text.words)[:MAX_TRIGGERS]:
        if at < free:
            continue
        hits = [hit for hit in _longest(grammar, text, at) if not _is_trap(grammar, text, hit)]
        found += hits
        free = hits[0].last + 1 if hits else free
    return found


def _longest(grammar: CasualtyGrammar, text: Text, at: int) -> list[Hit]:
    found: list[Hit] = []
    following = text.words[at + 1] if at + 1 < len(text.words) else ""
    for phrase in grammar.triggers[text.words[at]]:
        size = len(phrase.words)
        if found and size < len(found[0].phrase.words):
            break
        if size > 1 and (phrase.words[1] != following or tuple(text.words[at : at + size]) != phrase.words):
            continue
        found.append(Hit(at, at + size - 1, phrase))
    return found


def _is_trap(grammar: CasualtyGrammar, text: Text, hit: Hit) -> bool:
    word = text.words[hit.first]
    if hit.first and text.words[hit.first - 1] in grammar.not_preceded_by.get(word, ()):
        return True
    voids = grammar.voided_by.get(word)
    named = hit.phrase.form != "gerund" or text.words[hit.first - 1 : hit.first] == ["the"]
    if voids and named and any(each in voids for each in text.words[max(hit.first - 8, 0) : hit.first]):
        return True
    following = hit.last + 1
    table = grammar.not_followed_by.get(word) if hit.first == hit.last else None
    if table is None or following >= len(text.words):
        return False
    plain = text.gaps[hit.last] == " "
    return plain and match_phrase(table, text.words, following, len(text.words)) is not None
