"""Places that no gazetteer knows, told by a noun: 'the villages of X and Y', 'X County', 'Lake X'."""

from itertools import chain
from typing import Final

from agents.classification.gazetteer.entry import NO_NAME
from agents.classification.language.tokens import CAPITALISED, LOWER, NORMAL, Tokens
from agents.classification.places.scan import Mention, is_dateline
from agents.classification.places.words import PlaceWords

_LINKS: Final = ("of", "and")
"""Before one of these a single word may be named by the words before."""
_AT: Final = ("in", "at", "near", "around", "outside", "from", "towards")
"""Words before a place that another one explains: 'in X (Y province)', 'near X, Y'."""
_ADJECTIVE_ENDINGS: Final = ("ian", "ish", "ese", "ern")
MAX_WORDS: Final = 3
"""A name of more words is more likely a title or an organisation."""


def find_unknown(
    words: PlaceWords, tokens: Tokens, known: list[Mention], demonyms: dict[str, str]
) -> list[Mention]:
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
        if last == first and not (
            keys[first - 1] in _LINKS
            or keys[last + 1] in words.unit_nouns
            or keys[first - 1] in _AT
            or keys[first - 1] in words.attack_verbs
        ):
            continue
        mention = _unknown(words, tokens, first, last, found, known, demonyms)
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
    words: PlaceWords,
    tokens: Tokens,
    first: int,
    last: int,
    found: list[Mention],
    known: list[Mention],
    demonyms: dict[str, str],
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
    elif (
        _after_settlement(words, tokens, first)
        or _in_list(tokens, first, known, found)
        or _is_explained(words, tokens, first, last, known)
        or _is_nearby(words, tokens, first, last)
        or _is_unit(words, tokens, first, last, demonyms)
    ):
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


def _is_explained(words: PlaceWords, tokens: Tokens, first: int, last: int, known: list[Mention]) -> bool:
    """Tell whether a place says where a name lies: 'retook X (Y)', 'near X, Y.'; not 'in X, Y said'."""
    if tokens.possessive[last] or tokens.glues[last] not in (" (", ", ") or tokens.glues[first - 1] != " ":
        return False
    before = tokens.keys[first - 1]
    if before not in _AT and before not in words.attack_verbs:
        return False
    outer = next((mention for mention in known if mention.first == last + 1), None)
    if outer is None or tokens.glues[last] == " (":
        return outer is not None
    after = tokens.raw[outer.end : outer.end + 1]
    return outer.entry is not None and outer.entry.kind != "city" and after in ("", ".", ",", ";", ")")


def _is_nearby(words: PlaceWords, tokens: Tokens, first: int, last: int) -> bool:
    """Tell 'near X' where X is no adjective of a noun: 'near X after', 'near X.'; not 'near X positions'."""
    if tokens.keys[first - 1] != "near" or tokens.glues[first - 1] != " " or tokens.possessive[last]:
        return False
    return tokens.glues[last] != " " or tokens.keys[last + 1] in words.function_words


def _is_unit(words: PlaceWords, tokens: Tokens, first: int, last: int, demonyms: dict[str, str]) -> bool:
    """Tell 'the X district' and 'near X village' in lower case; not 'the Syrian province', 'an X village'."""
    key, noun, before = tokens.keys[last], tokens.keys[last + 1], tokens.keys[first - 1]
    approached = before in _AT or before in words.attack_verbs
    village = approached and noun in words.settlement_nouns and not noun.endswith("s")
    if not (noun in words.unit_nouns or village) or tokens.shapes[last + 1] != LOWER:
        return False
    if tokens.possessive[last] or tokens.glues[last] != " " or tokens.opens_sentence(first):
        return False
    plain = key in words.directions or key in words.common_words or key in demonyms
    return not (plain or key.endswith(_ADJECTIVE_ENDINGS))


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
