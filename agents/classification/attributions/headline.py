"""Speakers of headlines: 'Two dead in shelling: governor', 'Blinken: no ceasefire', '... - ministry'."""

import re
from typing import Final

from agents.classification.attributions.data import AttributionGrammar
from agents.classification.attributions.names import Speaker, phrase_after
from agents.classification.language.text import Text
from schemas.events import Stance

_MARK: Final = re.compile(r":\s|\s[-–—]\s")
_MARKS: Final = ":-–—"
_MAX_SPEAKER: Final = 6
_MAX_SENTENCES: Final = 3
_MAX_CHARS: Final = 600
_MAX_LEADING: Final = 4


def headline_speakers(grammar: AttributionGrammar, text: Text) -> list[tuple[Speaker, Stance]]:
    """Return the speakers before the first colon or after the last mark of the headline.

    In a post without headline its first sentences stand for it.
    """
    units = [(0, text.headline_end)] if text.headline_end else text.sentences[:_MAX_SENTENCES]
    found = [_of_unit(grammar, text, start, end) for start, end in units]
    return [(speaker, "says") for speaker in found if speaker is not None]


def _of_unit(grammar: AttributionGrammar, text: Text, start: int, end: int) -> Speaker | None:
    stop = min(end, start + _MAX_CHARS)
    if all(text.folded.find(mark, start, stop) < 0 for mark in _MARKS):
        return None  # a fifth of the time that the pattern takes to find nothing
    marks = list(_MARK.finditer(text.folded, start, stop))
    if not marks:
        return None
    return _trailing(grammar, text, marks[-1].end(), end) or _leading(grammar, text, start, marks[0])


def _trailing(grammar: AttributionGrammar, text: Text, start: int, end: int) -> Speaker | None:
    first, stop = text.word_index(start - 1) + 1, text.word_index(end - 1) + 1
    if not 0 < stop - first <= _MAX_SPEAKER:
        return None
    speaker = phrase_after(grammar, text, first, stop)
    if speaker is None or speaker.last != stop - 1:
        return None
    words = text.words[speaker.first : stop]
    return speaker if any(word in grammar.sources for word in words) else None


def _leading(grammar: AttributionGrammar, text: Text, start: int, mark: re.Match[str]) -> Speaker | None:
    first, stop = text.word_index(start), text.word_index(mark.start() - 1) + 1
    first = max(first, 0)
    if text.folded[mark.start()] != ":" or not 0 < stop - first <= _MAX_LEADING:
        return None
    if text.words[first] in grammar.labels or text.words[stop - 1] in grammar.labels:
        return None
    speaker = phrase_after(grammar, text, first, stop)
    if speaker is None or speaker.last != stop - 1:
        return None
    known = any(word in grammar.sources or word in grammar.titles for word in text.words[first:stop])
    return speaker if known or _is_repeated(text, speaker) else None


def _is_repeated(text: Text, speaker: Speaker) -> bool:
    """Tell 'Blinken: no ceasefire', where the body speaks of Blinken, from 'Nipah: schools shut'."""
    return text.words[speaker.last] in text.words[speaker.last + 1 :]
