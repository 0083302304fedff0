"""Telling names of places from people, organisations and plain words that are written alike."""

from typing import Final, Literal

from agents.classification.language.tokens import CAPITALISED, CAPS, LOWER, NORMAL, UPPER, Tokens
from agents.classification.places.scan import Mention
from agents.classification.places.words import PlaceWords

Veto = Literal[
    "", "never", "acronym", "common_word", "adjective", "person", "surname", "organisation", "compound"
]
"""Why a mention is not a place; empty when nothing speaks against it."""
_DATELINE_MARKS: Final = (", ", " (", " -", " –", " —", ": ", "/", ". ")
BIG: Final = 200_000
"""From so many inhabitants on a name stands for the city even beside words that are not known."""
SPEAKING: Final = 1_000_000
"""A city of fewer inhabitants that 'said' something is a person of that name."""
FAMOUS: Final = 400_000
"""From so many inhabitants on a given name may be the city's."""


def veto(words: PlaceWords, tokens: Tokens, mention: Mention, surnames: frozenset[str]) -> Veto:
    """Return what speaks against a mention being a place."""
    if tokens.joined(mention.first, mention.last) in words.never:
        return "never"
    if mention.first == mention.last:
        reason = _veto_of_word(words, tokens, mention, surnames)
        if reason:
            return reason
    if _in_organisation(words, tokens, mention):
        return "organisation"
    if mention.first != mention.last and mention.name.curated:
        return ""
    return "person" if _after_person_word(words, tokens, mention) else ""


def _veto_of_word(words: PlaceWords, tokens: Tokens, mention: Mention, surnames: frozenset[str]) -> Veto:
    key = tokens.keys[mention.first]
    if _is_acronym(words, tokens, mention):
        return "acronym"
    if _is_adjective(words, tokens, mention):
        return "adjective"
    curated = mention.name.curated
    located = _after_locative(words, tokens, mention)
    plain = key in words.common_words or (key in words.given_names and mention.name.population < FAMOUS)
    if not curated and plain and not _is_sure(words, tokens, mention, located=located):
        return "common_word"
    if key in surnames and not located:
        return "surname"
    if not curated and not located and _is_speaker(words, tokens, mention):
        return "person"
    return "compound" if _in_compound(words, tokens, mention) else ""


def _is_acronym(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a name in capitals amid plain text is an abbreviation ('NATO') and opens no dateline."""
    index = mention.first
    if tokens.shapes[index] != UPPER or tokens.modes[index] == CAPS:
        return False
    if tokens.keys[index] in words.short_countries:
        return False
    length = tokens.ends[index] - tokens.starts[index]
    return length <= 6 and not (
        tokens.opens_sentence(index) and tokens.raw[tokens.ends[index] :][:2] in _DATELINE_MARKS
    )


def _is_sure(words: PlaceWords, tokens: Tokens, mention: Mention, *, located: bool) -> bool:
    if tokens.modes[mention.first] == CAPS:
        return False
    if located or tokens.modes[mention.first] != NORMAL:
        return located
    key, before = tokens.keys[mention.first], tokens.keys[mention.first - 1]
    if key not in words.function_words and (
        mention.suffix in words.region_nouns
        or _in_brackets(tokens, mention)
        or (before == "of" and tokens.keys[mention.first - 2] in words.town_nouns)
    ):
        return True
    return tokens.glues[mention.last] == ", " and tokens.shapes[mention.last + 1] != LOWER


def _in_brackets(tokens: Tokens, mention: Mention) -> bool:
    """Tell 'Jos (Plateau)' and 'Bama (Banki, Plateau)': a bracket after a name says where that is.

    What stands in the bracket of a dateline is the agency: 'BOCHUM (Meridian) - '.
    """
    first = mention.first
    if first < 1 or tokens.shapes[first - 1] != CAPITALISED:
        return False
    before, after = tokens.glues[first - 1], tokens.glues[mention.last]
    if after.startswith((") -", ") –", ") —", "):")):
        return False
    return (before == " (" and after[:1] in (")", ",")) or (before == ", " and after.startswith(")"))


def _is_speaker(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """'Austin said': a town does not speak; capitals are judged elsewhere."""
    if mention.name.population >= SPEAKING:
        return False
    if tokens.glues[mention.last] == " " and tokens.keys[mention.last + 1] in words.speech_verbs:
        return True
    before = tokens.keys[mention.first - 1]
    return before in words.speech_verbs and tokens.glues[mention.first - 1] == " "


def _is_adjective(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """'US forces', 'Moscow-backed' and 'pro-Russia' name no place; 'the US has' and 'Russia-Ukraine' do."""
    return _is_hyphenated(tokens, mention) or _modifies_noun(words, tokens, mention.last)


def _is_hyphenated(tokens: Tokens, mention: Mention) -> bool:
    first, last = mention.first, mention.last
    if tokens.glues[last] in ("-", "–") and tokens.shapes[last + 1] == LOWER:
        return True
    if first == 0 or tokens.glues[first - 1] != "-":
        return False
    return tokens.shapes[first - 1] == LOWER or not mention.name.curated


def _modifies_noun(words: PlaceWords, tokens: Tokens, index: int) -> bool:
    key, following = tokens.keys[index], tokens.keys[index + 1]
    spaced = tokens.glues[index] == " "
    if key in words.adjectival_names:
        return spaced and following not in words.noun_followers
    if key not in words.short_countries or tokens.possessive[index]:
        return False
    if tokens.shapes[index] == CAPITALISED:
        return True
    if not spaced or following in words.noun_followers:
        return False
    named = tokens.shapes[index + 1] != LOWER and tokens.modes[index] == NORMAL
    return named or following in words.adjectival_nouns or not following.endswith(("s", "ed"))


def _in_organisation(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """'Boston Globe', 'Munich Security Conference', 'Bank of England', 'the Minsk agreement'."""
    if _head_before(words, tokens, mention):
        return True
    index = mention.last
    if tokens.glues[index] != " ":
        return False
    if tokens.possessive[index]:
        return not mention.name.curated and _is_organisation_noun(words, tokens, index + 1)
    agreed = (
        tokens.keys[index + 1] in words.agreement_nouns or tokens.keys[index + 2] in words.agreement_nouns
    )
    return agreed or _organisation_after(words, tokens, index)


def _organisation_after(words: PlaceWords, tokens: Tokens, index: int) -> bool:
    for at in range(index + 1, index + 4):
        if tokens.glues[at - 1] != " " or tokens.shapes[at] == LOWER:
            return False
        word = tokens.keys[at]
        if word in words.roles_after and word != "city":
            return False
        if word in words.organisation_nouns:
            of_place = word == "city" or word in words.region_nouns
            return not (of_place and tokens.keys[at + 1] in words.roles_after)
    return False


def _is_organisation_noun(words: PlaceWords, tokens: Tokens, index: int) -> bool:
    return tokens.shapes[index] == CAPITALISED and tokens.keys[index] in words.organisation_nouns


def _head_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    first = mention.first
    if tokens.keys[first - 1] == "the":
        first -= 1
    return (
        first >= 2
        and tokens.keys[first - 1] in ("of", "for")
        and tokens.keys[first - 2] in words.organisation_heads
        and tokens.shapes[first - 2] != LOWER
        and tokens.modes[first] == NORMAL
    )


def _after_person_word(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    index = mention.first - 1
    if index < 0 or tokens.glues[index] not in (" ", ". ") or tokens.possessive[index]:
        return False
    before = tokens.keys[index]
    if tokens.shapes[index] == LOWER:
        return False
    if before in words.given_names:
        return tokens.modes[index] != CAPS
    return before in words.person_titles and tokens.modes[index] == NORMAL


def _after_locative(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    before = tokens.keys[mention.first - 1]
    return before in words.locatives and tokens.glues[mention.first - 1] == " "


def _in_compound(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """'Paula Jordan', 'Paris Hilton': beside capitalised words that are no places it is part of a name."""
    if tokens.modes[mention.first] != NORMAL:
        return False
    index = mention.last
    if not tokens.possessive[index] and tokens.glues[index] == " " and tokens.shapes[index + 1] != LOWER:
        following = tokens.keys[index + 1]
        if (
            following not in words.roles_after
            and following not in words.never
            and following not in words.person_titles
            and following not in words.region_nouns
            and not _ends_in_direction(words, tokens, index + 1)
        ):
            return not mention.name.is_country or tokens.keys[mention.first] in words.given_names
    before = mention.first - 1
    if (
        before < 0
        or tokens.shapes[before] == LOWER
        or tokens.glues[before] != " "
        or tokens.possessive[before]
    ):
        return False
    known = tokens.keys[before] in words.function_words or tokens.keys[before] in words.directions
    if known or mention.name.is_country:
        return False
    big = mention.name.curated or mention.name.population >= BIG
    return not (big and tokens.opens_sentence(before))


def _ends_in_direction(words: PlaceWords, tokens: Tokens, index: int) -> bool:
    """Tell whether a direction ends a name: 'Jos South'; not 'Jos South Police'."""
    last = tokens.shapes[index + 1] == LOWER or tokens.glues[index] != " "
    return last and tokens.keys[index] in words.directions


def surnames_in(words: PlaceWords, tokens: Tokens) -> frozenset[str]:
    """Return the last names that follow a title or a given name somewhere in the text."""
    found: set[str] = set()
    keys, glues, given_names = tokens.keys, tokens.glues, words.given_names
    for before in tokens.capitals:
        if keys[before] not in given_names or tokens.possessive[before] or glues[before] not in (" ", ". "):
            continue
        index = before + 1
        if tokens.shapes[index] != LOWER and keys[index] not in words.roles_after:
            found.add(keys[index])
            if glues[index] == "-":
                found.add(keys[index + 1])
    return frozenset(found)


def is_strong(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether the words around a mention speak for a place: 'in X', 'X, Ukraine', 'the town of X'."""
    if mention.suffix:
        return True
    return _after_locative(words, tokens, mention) or settlement_before(words, tokens, mention.first)


def settlement_before(words: PlaceWords, tokens: Tokens, first: int) -> bool:
    """Tell whether 'the town of' or 'the city' stands before a word."""
    if tokens.keys[first - 1] == "of":
        noun = tokens.keys[first - 2]
        return noun in words.settlement_nouns or noun in words.region_nouns or noun in words.place_nouns
    return tokens.keys[first - 1] in words.settlement_nouns and tokens.glues[first - 1] == " "
