"""People named in a text: by a title before the name, a verb of speech beside it, or an age after it."""

from dataclasses import dataclass
from typing import Final

from agents.classification.actors.grammar import SPEECH_BEFORE, ActorGrammar
from agents.classification.language.tokens import LOWER, NORMAL, UPPER, Tokens

MAX_NAME_WORDS: Final = 4
BYLINE_CHARS: Final = 120
BYLINE_WORDS: Final = 12
"""A line that is no longer and holds nothing but names is a byline."""
_PARTICLES: Final = frozenset(
    ["al", "el", "bin", "ibn", "bint", "abu", "de", "da", "do", "dos", "van", "von", "der", "den", "di", "du",
     "la", "le", "ben", "y"]
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """A person's name, title left out; ``first`` and ``last`` are its words."""

    first: int
    last: int
    titled: bool


class _Occupied:
    """The words that stand in a place or another actor, or are written as one of a single word is."""

    __slots__ = ("_names", "_spans", "_tokens")

    def __init__(self, tokens: Tokens, spans: list[tuple[int, int]]) -> None:
        self._tokens = tokens
        self._names = {tokens.raw[start:end] for start, end in spans}
        self._spans = spans

    def holds(self, index: int) -> bool:
        """Tell whether a word is occupied."""
        start = self._tokens.starts[index]
        if self._tokens.raw[start : self._tokens.ends[index]] in self._names:
            return True
        return any(first <= start < end for first, end in self._spans)

    def any(self, first: int, last: int) -> bool:
        """Tell whether any of some words is occupied."""
        return any(map(self.holds, range(first, last + 1)))


def runs(tokens: Tokens) -> list[tuple[int, int]]:
    """Return the first and last word of each stretch of capitalised words, particles of names inside."""
    found: list[tuple[int, int]] = []
    done = 0
    shapes, keys = tokens.shapes, tokens.keys
    for first in tokens.capitals:
        if first >= done:
            alone = not shapes[first + 1] and keys[first + 1] not in _PARTICLES
            last = first if alone else _run_end(tokens, first)
            found.append((first, last))
            done = last + 1
    return found


def _run_end(tokens: Tokens, first: int) -> int:
    last = at = first
    while tokens.glues[at] in (" ", "-", ". ") and not tokens.possessive[at]:
        if tokens.glues[at] == ". " and tokens.ends[at] - tokens.starts[at] > 3:
            break
        at += 1
        if tokens.shapes[at] != LOWER:
            last = at
        elif tokens.keys[at] not in _PARTICLES:
            break
    return last


def find_people(grammar: ActorGrammar, tokens: Tokens, taken: list[tuple[int, int]]) -> list[Person]:
    """Return the people named.

    Args:
        grammar: words of offices and of speech.
        tokens: the text's words.
        taken: spans of places and of other actors, which are no names of people.

    """
    presented = _presented_runs(grammar, tokens)
    if not presented:
        return []
    occupied = _Occupied(tokens, taken)
    found: list[Person] = []
    for first, last in presented:
        person = _person(grammar, tokens, first, last, occupied)
        if person is not None:
            found.append(person)
    return found


def _presented_runs(grammar: ActorGrammar, tokens: Tokens) -> list[tuple[int, int]]:
    """Return the runs that any of the words which present a person stands at: few of them."""
    keys, modes, speech_verbs = tokens.keys, tokens.modes, grammar.speech_verbs
    return [
        (first, last)
        for first, last in runs(tokens)
        if (
            keys[last + 1] in speech_verbs
            or keys[first - 1] in SPEECH_BEFORE
            or (first != last and _is_introduced(grammar, tokens, first, last))
        )
        and modes[first] == NORMAL
    ]


def _is_introduced(grammar: ActorGrammar, tokens: Tokens, first: int, last: int) -> bool:
    """Tell whether a title stands in or before a run, or an age after it."""
    words = tokens.keys[max(first - 1, 0) : last + 1]
    return not grammar.introductions.isdisjoint(words) or _aged(tokens, last)


def _person(
    grammar: ActorGrammar, tokens: Tokens, first: int, last: int, occupied: _Occupied
) -> Person | None:
    start, titled = _strip(grammar, tokens, first, last, occupied)
    if start > last:
        return None
    titled = titled or _title_before(grammar, tokens, start)
    if not _is_presented(grammar, tokens, first, start, last, titled=titled):
        return None
    if _is_other(grammar, tokens, start, last, occupied) or is_byline(tokens, start):
        return None
    return Person(start, last, titled)


def _is_presented(
    grammar: ActorGrammar, tokens: Tokens, first: int, start: int, last: int, *, titled: bool
) -> bool:
    """Tell whether a title, a verb of speech or an age makes a name a person's; few names have any."""
    speaks = _speaks(grammar, tokens, start, last)
    if start < last:
        return titled or speaks or _aged(tokens, last)
    if not (speaks or (titled and start > first)) or len(tokens.keys[start]) <= 2:
        return False
    return titled or not tokens.opens_sentence(first)


def _is_other(grammar: ActorGrammar, tokens: Tokens, start: int, last: int, occupied: _Occupied) -> bool:
    """Tell whether a name is that of a place, a body or an outlet, or no name at all."""
    names = tokens.keys[start : last + 1]
    if len(names) > MAX_NAME_WORDS or occupied.any(start, last):
        return True
    if not grammar.body_nouns.keys().isdisjoint(names) or _is_written_out(tokens, start, last):
        return True
    key = " ".join(names)
    return key in grammar.outlets or (
        len(names) == 1 and (key in grammar.function_words or key in grammar.never)
    )


def _strip(
    grammar: ActorGrammar, tokens: Tokens, first: int, last: int, occupied: _Occupied
) -> tuple[int, bool]:
    """Return where the name starts after offices and adjectives, and whether an office stood there."""
    titled = False
    index = first
    while index <= last:
        key = tokens.keys[index]
        if key in grammar.titles:
            titled = True
        elif not (
            (index == first and key in grammar.function_words)
            or key in grammar.nationals
            or key in grammar.title_modifiers
            or occupied.holds(index)
        ):
            break
        index += 1
    return index, titled


def _title_before(grammar: ActorGrammar, tokens: Tokens, start: int) -> bool:
    before = start - 1
    return before >= 0 and tokens.glues[before] in (" ", ". ") and tokens.keys[before] in grammar.titles


def _is_written_out(tokens: Tokens, start: int, last: int) -> bool:
    """Tell whether a name stands in capitals, as the place of a dateline does."""
    return all(tokens.shapes[index] == UPPER for index in range(start, last + 1))


def _speaks(grammar: ActorGrammar, tokens: Tokens, start: int, last: int) -> bool:
    after = tokens.keys[last + 1] if tokens.glues[last] in (" ", ", ") else ""
    if after in grammar.speech_verbs and not tokens.possessive[last]:
        return True
    before = start - 1
    return before >= 0 and tokens.glues[before] == " " and tokens.keys[before] in SPEECH_BEFORE


def _aged(tokens: Tokens, last: int) -> bool:
    """Tell whether an age follows: 'Curtis Washington, 52,'."""
    after = tokens.keys[last + 1]
    return tokens.glues[last] == ", " and after.isdigit() and len(after) == 2


def is_byline(tokens: Tokens, index: int) -> bool:
    """Tell whether a word's line is a signature: '— Ann Author', 'By Ann Author', 'X contributed ...'."""
    raw = tokens.raw
    at = tokens.starts[index]
    start, end = raw.rfind("\n", 0, at) + 1, raw.find("\n", at)
    line = raw[start : end if end >= 0 else len(raw)].strip()
    if start == 0 or len(line) > BYLINE_CHARS:
        return False
    words = line.split()
    if len(words) > BYLINE_WORDS:
        return False
    if line[0] in "—–-" or line.startswith(("By ", "by ")) or "contributed" in words or "reporting" in words:
        return True
    return all(word[0].isupper() or word in ("and", "&") for word in words) and len(words) <= 6
