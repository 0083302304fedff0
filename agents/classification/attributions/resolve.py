"""Speakers called by a part of their name: 'Terekhov' for 'Igor Terekhov', 'the ministry'."""

from typing import Final

from agents.classification.attributions.data import AttributionGrammar
from agents.classification.attributions.names import Speaker, is_source
from agents.classification.language.text import Text

_MAX_LOOKED_AT: Final = 12
"""Speakers looked back at."""


def resolve(
    grammar: AttributionGrammar,
    text: Text,
    speaker: Speaker,
    earlier: list[Speaker],
    names: dict[str, Speaker],
) -> Speaker:
    """Return the fullest mention of a speaker among those named before and the full names of the text."""
    words = {word.removesuffix("'s") for word in text.words[speaker.first : speaker.last + 1]}
    for other in reversed(earlier[-_MAX_LOOKED_AT:]):
        if other.last - other.first > speaker.last - speaker.first and words < {
            word.removesuffix("'s") for word in text.words[other.first : other.last + 1]
        }:
            return other
    if speaker.first == speaker.last and text.capitals[speaker.last]:
        word = text.words[speaker.last].removesuffix("'s")
        return speaker if is_source(grammar, word) else names.get(word, speaker)
    return speaker


def full_names(grammar: AttributionGrammar, text: Text) -> dict[str, Speaker]:
    """Return the first full name of every surname: two capitalised words in a row, the first no title."""
    found: dict[str, Speaker] = {}
    capitals = text.capitals
    for at in range(1, len(capitals)):
        if not (capitals[at] and capitals[at - 1]) or text.words[at] in found:
            continue
        before = text.words[at - 1]
        closed = is_source(grammar, before) or before in grammar.stops or before in grammar.determiners
        plain = text.gaps[at - 1] == " "
        if plain and not closed and before not in grammar.skipped and not before.endswith("'s"):
            found[text.words[at]] = Speaker(at - 1, at, True)
    return found


def last_speaker(speakers: list[Speaker], wanted: str) -> Speaker | None:
    """Return the last speaker named; 'he' and 'she' (``person``) prefer a person."""
    persons = [each for each in speakers[-4:] if each.person]
    if wanted == "person" and persons:
        return persons[-1]
    return speakers[-1] if speakers else None
