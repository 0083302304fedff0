"""Numbers of people: 'at least four', 'nearly 20,000', 'between 10 and 15', 'a dozen', '30+'."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agents.classification.files import FILES
from agents.classification.language.phrases import Phrases, match_phrase, phrase_table
from agents.classification.language.text import Text

_FIGURE: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+(?:\.\d+)?")
_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_NO_COUNT_BEFORE: Final = frozenset("$€£¥₴₹#/:@№.-")
_SEPARATORS: Final = frozenset(":.-")
"""Part of a number between digits, else marks before one."""
_NO_COUNT_AFTER: Final = frozenset("%°/$€£")
_DASHES: Final = frozenset("-–—")
_PLAIN_GAPS: Final = frozenset((" ", "-", "\t", "  "))
_PHRASE_FIELDS: Final = ("fixed", "vague", "at_least", "at_most", "exact")
_MAX_COUNT: Final = 10_000_000_000
"""More people than there are: not a count."""


@dataclass(frozen=True, slots=True)
class NumberGrammar:
    """The words of numbers, loaded from ``numbers.yaml``."""

    units: dict[str, int]
    multipliers: dict[str, int]
    phrases: Phrases
    """Phrases that are a number of their own; a negative value is the lower end of an open range."""
    qualifiers: Phrases
    """Words before a number; 1: at least, -1: at most, 0: neither."""
    months: frozenset[str]
    year_openers: frozenset[str]
    starts: frozenset[str]
    """First words of everything but digits that can start a number."""
    seconds: dict[str, frozenset[str]]
    """Those of them that start phrases only, with the words that must follow."""
    version: str


@dataclass(slots=True)
class Quantity:
    """A number in the text: words ``first`` to ``last`` and the range that they say."""

    first: int
    last: int
    min: int | None
    max: int | None


def load_numbers(directory: Path | None) -> NumberGrammar:
    """Load the number words.

    Raises:
        DataFileError: the file is missing or does not fit its schema.

    """
    data, version = FILES.read_yaml("numbers.yaml", "numbers.schema.json", directory)
    units = data["units"]
    compounds = {f"{tens}-{ones}" for tens in units for ones in units}
    phrases = phrase_table(dict.fromkeys((phrase for name in _PHRASE_FIELDS for phrase in data[name]), 0))
    alone = frozenset(compounds).union(units, ["between"])
    return NumberGrammar(
        starts=alone.union(phrases),
        seconds={
            first: frozenset(continuations)
            for first, continuations in phrases.items()
            if first not in alone and "" not in continuations
        },
        units=units,
        multipliers=data["multipliers"],
        phrases=phrase_table(data["fixed"] | {phrase: -value for phrase, value in data["vague"].items()}),
        qualifiers=phrase_table(
            dict.fromkeys(data["at_least"], 1)
            | dict.fromkeys(data["at_most"], -1)
            | dict.fromkeys(data["exact"], 0)
        ),
        months=frozenset(data["months"]),
        year_openers=frozenset(data["year_openers"]),
        version=version,
    )


def quantity_at(grammar: NumberGrammar, text: Text, at: int, stop: int) -> Quantity | None:
    """Return the number that starts, qualifiers included, at a word and ends before word ``stop``."""
    word = text.words[at]
    if word == "between":
        return _between(grammar, text, at, stop)
    if word in grammar.seconds and (at + 1 >= stop or text.words[at + 1] not in grammar.seconds[word]):
        return None
    side, first = 0, at
    for _ in range(3):
        found = None
        if at < stop and text.words[at] in grammar.qualifiers:
            found = match_phrase(grammar.qualifiers, text.words, at, stop)
        if found is None:
            break
        at, bound = found
        side = side or bound
    if at >= stop:
        return None
    number = _number(grammar, text, at, stop)
    return None if number is None else _bounded(grammar, text, first, side, number, stop)


def _bounded(
    grammar: NumberGrammar, text: Text, first: int, side: int, number: tuple[int, int, int | None], stop: int
) -> Quantity | None:
    """Apply what stands before and after a number to its range."""
    last, low, high = number
    if high == low:
        upper = _upper_end(grammar, text, last, stop)
        if upper is not None and upper[1] > low:
            last, high = upper
    after = text.folded[text.ends[last] : text.ends[last] + 1]
    if after == "+" or text.words[last + 1 : last + 3] == ["or", "more"]:
        last = last if after == "+" else last + 2
        side = 1
    if side > 0:
        return Quantity(first, last, low, None)
    if side < 0 and high is not None:
        return Quantity(first, last, None, high)
    return Quantity(first, last, low, high)


def _between(grammar: NumberGrammar, text: Text, at: int, stop: int) -> Quantity | None:
    low = _number(grammar, text, at + 1, stop) if at + 1 < stop else None
    if low is None or low[0] + 2 >= stop or text.words[low[0] + 1] != "and":
        return None
    high = _number(grammar, text, low[0] + 2, stop)
    if high is None or high[1] < low[1]:
        return None
    return Quantity(at, high[0], low[1], high[2])


def _upper_end(grammar: NumberGrammar, text: Text, last: int, stop: int) -> tuple[int, int] | None:
    """Return (last word, value) of the upper end in '10 to 15', 'four or five', '10–15'."""
    if last + 1 >= stop:
        return None
    gap = text.gaps[last]
    at = last + 1
    if text.words[at] in ("to", "or"):
        at += 1
    elif gap.strip() not in _DASHES or not gap:
        return None
    number = _number(grammar, text, at, stop) if at < stop else None
    return None if number is None or number[2] is None else (number[0], number[1])


def _number(grammar: NumberGrammar, text: Text, at: int, stop: int) -> tuple[int, int, int | None] | None:
    """Return (last word, low, high) of the number that starts at a word, without its qualifiers."""
    word = text.words[at]
    if word[0].isdigit():
        return _digits(grammar, text, at, stop)
    fixed = match_phrase(grammar.phrases, text.words, at, stop) if word in grammar.phrases else None
    if fixed is not None:
        end, value = fixed
        return (end - 1, -value, None) if value < 0 else (end - 1, value, value)
    return _spelled(grammar, text, at, stop)


def _spelled(grammar: NumberGrammar, text: Text, at: int, stop: int) -> tuple[int, int, int | None] | None:
    """Read 'one hundred and twenty-three' and the like."""
    if (at and text.words[at - 1] in ("no", "not")) or not _unit(grammar, text.words[at]):
        return None
    total, part, last = 0, _unit(grammar, text.words[at]), at
    index = at + 1
    while index < min(stop, at + 8) and text.gaps[index - 1] in _PLAIN_GAPS:
        word = text.words[index]
        unit = _unit(grammar, word)
        if word in grammar.multipliers and len(word) > 2:
            part *= grammar.multipliers[word]
            if part >= 1000:
                total, part = total + part, 0
            last = index
        elif unit and (part == 0 or part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and unit < 10)):
            if last + 1 == index or text.words[index - 1] == "and":
                part += unit
                last = index
        elif word != "and" or (part and part % 100):
            break
        index += 1
    return last, total + part, total + part


def _unit(grammar: NumberGrammar, word: str) -> int:
    value = grammar.units.get(word)
    if value is not None:
        return value
    tens, dash, ones = word.partition("-")
    if dash and tens in grammar.units and ones in grammar.units:
        return grammar.units[tens] + grammar.units[ones]
    return 0


def _digits(grammar: NumberGrammar, text: Text, at: int, stop: int) -> tuple[int, int, int | None] | None:
    word, folded = text.words[at], text.folded
    start, end = text.starts[at], text.ends[at]
    if not _is_count(folded, start, end) or _is_date(grammar, text, at):
        return None
    span = _RANGE.fullmatch(word)
    if span is not None:
        low, high = int(span[1]), int(span[2])
        return (at, low, high) if low < high <= _MAX_COUNT else None
    if _FIGURE.fullmatch(word) is None or len(word) > 14:
        return None
    following = text.words[at + 1] if at + 1 < stop else ""
    gap = folded[end : text.starts[at + 1]] if following else ""
    if following in grammar.multipliers and gap in ((" ", "-", "") if len(following) > 2 else ("",)):
        decimal = word if re.fullmatch(r"\d+\.\d+", word) else word.replace(",", "")
        return _checked(at + 1, round(float(decimal) * grammar.multipliers[following]))
    if following.isdecimal() and len(following) == 3 and gap == " " and len(word) <= 3 and word.isdecimal():
        return _checked(at + 1, int(word + following))
    plain = word.replace(",", "") if "." not in word else word.replace(".", "")
    whole = word.isdecimal() or len(re.split(r"[.,]", word)[-1]) == 3
    return _checked(at, int(plain)) if whole and plain.isdecimal() else None


def _checked(last: int, value: int) -> tuple[int, int, int | None] | None:
    return (last, value, value) if value <= _MAX_COUNT else None


def _is_count(folded: str, start: int, end: int) -> bool:
    """Tell money, times, dates, percentages and parts of names from a count."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before in _SEPARATORS and not folded[start - 2 : start - 1].isdigit():
        before = ""
    if before.isalnum() or (before and before in _NO_COUNT_BEFORE):
        return False
    return after not in _NO_COUNT_AFTER and not (after == ":" and folded[end + 1 : end + 2].isdigit())


def _is_date(grammar: NumberGrammar, text: Text, at: int) -> bool:
    """Tell a year, or a day beside the name of its month, from a count."""
    word = text.words[at]
    if not word.isdecimal():
        return False
    before = text.words[at - 1] if at and "\n" not in text.gaps[at - 1] else ""
    after = text.words[at + 1] if at + 1 < len(text.words) else ""
    if len(word) <= 2:
        near = text.gaps[at - 1] if at else ""
        return (before in grammar.months and near in (" ", ". ")) or (
            after in grammar.months and (after != "may" or before in ("on", "since", "from", "until"))
        )
    is_year = len(word) == 4 and "1800" <= word < "2100"
    return is_year and (before in grammar.year_openers or before in grammar.months or before.isdecimal())
