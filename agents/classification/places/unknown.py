"""Places that no gazetteer knows, told by a noun: 'the villages of X and Y', 'X County', 'Lake X'."""

from itertools import chain

from agents.classification.gazetteer.entry import NO_NAME
from agents.classification.language.tokens import CAPITALISED, LOWER, NORMAL, Tokens
from agents.classification.places.scan import Mention, is_dateline
from agents.classification.places.words import PlaceWords

_LINKS = ("of", "and")
"""Before one of these a single word may be named by the words before."""
MAX_WORDS = 3
"""A name of more words is more likely a title or an organisation."""


def find_unknown(words: PlaceWords, tokens: Tokens, known: list[Mention]) -> list[Mention]:
    """Return mentions without entries, apart from the known ones."""
    taken = {index for mention in known for index in range(mention.first, mention.last + 1)}
    found: list[Mention] = []
    keys, shapes, modes = tokens.keys, tokens.shapes, tokens.modes
    done, count = 0, tokens.count
    for first in tokens.capitals:
        if first < done or first in taken or shapes[first] != CAPITALISED or modes[first] != NORMAL:
            continue
        last = first
        if shapes[first + 1] == CAPITALISED:
            last = _run_end(tokens, first, count, taken)
        done = last + 1
        if last == first and keys[first - 1] not in _LINKS:
            continue
        mention = _unknown(words, tokens, first, last, found, known)
        if mention is not None:
            mention.dateline = is_dateline(tokens, mention)
            found.append(mention)
    return found


def _run_end(tokens: Tokens, first: int, count: int, taken: set[int]) -> int:
    last = first
    while (
        last + 1 < count
        and tokens.glues[last] in (" ", "-")
        and not tokens.possessive[last]
        and tokens.shapes[last + 1] == CAPITALISED
        and last + 1 not in taken
    ):
        last += 1
    return last


def _unknown(
    words: PlaceWords, tokens: Tokens, first: int, last: int, found: list[Mention], known: list[Mention]
) -> Mention | None:
    key, noun = tokens.keys[first], tokens.keys[last]
    if last - first >= MAX_WORDS or key in words.given_names or key in words.never:
        return None
    if any(tokens.keys[index] in words.organisation_nouns for index in range(first, last)):
        return None
    suffix = ""
    if last > first and noun in words.nature_after and not _goes_on(tokens, last):
        suffix = noun
    elif noun in words.organisation_nouns:
        return None
    elif last > first and key in words.nature_before:
        suffix = key
    elif _after_settlement(words, tokens, first) or _in_list(tokens, first, known, found):
        suffix = "village"
    return (
        Mention(first, last, tokens.starts[first], tokens.ends[last], NO_NAME, suffix=suffix)
        if suffix
        else None
    )


def _goes_on(tokens: Tokens, last: int) -> bool:
    """Tell whether a capitalised word follows, so that something else is named: 'Thames Valley Police'."""
    return tokens.glues[last] == " " and tokens.shapes[last + 1] != LOWER


def _after_settlement(words: PlaceWords, tokens: Tokens, first: int) -> bool:
    """'the village of X', 'the towns of X'; not 'the city X', which is as often a person or a firm."""
    if tokens.keys[first - 1] != "of" or tokens.glues[first - 1] != " ":
        return False
    noun = tokens.keys[first - 2]
    return tokens.shapes[first - 2] == LOWER and noun in words.settlement_nouns


def _in_list(tokens: Tokens, first: int, known: list[Mention], found: list[Mention]) -> bool:
    """Tell whether a word goes on a list that 'the villages of' opened: 'the villages of X and Y'."""
    if tokens.keys[first - 1] != "and" or tokens.glues[first - 1] != " ":
        return False
    before = next((mention for mention in chain(known, found) if mention.last == first - 2), None)
    if before is None or tokens.keys[before.first - 1] != "of":
        return False
    return tokens.keys[before.first - 2] in (
        "villages",
        "towns",
        "cities",
        "settlements",
        "districts",
        "islands",
    )
