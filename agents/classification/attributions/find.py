"""Who says it: speakers with their stance, from verbs of saying, 'according to', and headlines."""

from typing import Final

from agents.classification.attributions.data import AttributionGrammar, load_attributions
from agents.classification.attributions.headline import headline_speakers
from agents.classification.attributions.names import (
    Speaker,
    is_source,
    phrase_after,
    phrase_before,
)
from agents.classification.attributions.resolve import full_names, last_speaker, resolve
from agents.classification.language.phrases import match_phrase, openings
from agents.classification.language.text import Text
from schemas.events import Attribution, Stance

__all__ = ["AttributionGrammar", "find_attributions", "load_attributions"]

MAX_TRIGGERS: Final = 300
"""A post of more verbs of saying is read to this many."""
_MAX_SKIPPED: Final = 6
_MAX_APPOSITION: Final = 14


def find_attributions(grammar: AttributionGrammar, text: Text) -> list[Attribution]:
    """Return who says what the text reports, one row a name and stance, in the order of the text.

    A person's name stands without title and in full where the text gives it in full; an organisation's or
    unnamed officials' stands as printed, without its article. A pronoun is the last speaker named.
    The span is where the name stands.
    """
    spoken = headline_speakers(grammar, text)
    speakers = [speaker for speaker, _ in spoken]
    names: dict[str, Speaker] = {}
    spoken += _spoken(grammar, text, speakers)
    if any(speaker.first == speaker.last and text.capitals[speaker.last] for speaker in speakers):
        names = full_names(grammar, text)
    found: dict[tuple[str, Stance], Attribution] = {}
    earlier: list[Speaker] = []
    for speaker, stance in spoken:
        full = resolve(grammar, text, speaker, earlier, names)
        earlier.append(full)
        start, end = text.starts[full.first], text.ends[full.last]
        name = text.raw[start:end].replace("\xa0", " ")
        key = (text.folded[start:end], stance)
        if key not in found:
            found[key] = Attribution(name=name, stance=stance, span=(start, end))
    return sorted(found.values(), key=lambda each: each.span)


def _spoken(grammar: AttributionGrammar, text: Text, speakers: list[Speaker]) -> list[tuple[Speaker, Stance]]:
    """Return the speakers of the verbs of saying in order; ``speakers`` collects those named."""
    found: list[tuple[Speaker, Stance]] = []
    sentences = iter(text.sentence_words)
    start = stop = 0
    for at in openings(grammar.triggers, grammar.seconds, text.words)[:MAX_TRIGGERS]:
        while at >= stop:
            start, stop = next(sentences)
        for speaker, stance in _at(grammar, text, at, start, stop, speakers):
            speakers.append(speaker)
            found.append((speaker, stance))
    return found


def _at(
    grammar: AttributionGrammar, text: Text, at: int, start: int, stop: int, speakers: list[Speaker]
) -> list[tuple[Speaker, Stance]]:
    """Return who speaks at a trigger."""
    word = text.words[at]
    before = (
        match_phrase(grammar.before_source, text.words, at, stop) if word in grammar.before_source else None
    )
    if before is not None:
        speaker = phrase_after(grammar, text, before[0], stop) if before[0] < stop else None
        return [] if speaker is None else [(speaker, grammar.before_source_stance[before[1]])]
    if word in grammar.quoted_before:
        return _quoted(grammar, text, at, start, stop)
    if word not in grammar.verbs or _is_noun(grammar, text, at, stop):
        return []
    speaker = _speaker(grammar, text, at, start, stop, speakers)
    return [] if speaker is None else [(speaker, grammar.verbs[word])]


def _speaker(
    grammar: AttributionGrammar, text: Text, at: int, start: int, stop: int, speakers: list[Speaker]
) -> Speaker | None:
    """Return the subject of a verb of saying."""
    last = _subject_last(grammar, text, at, start)
    if last is None:
        return None
    found = _subject(grammar, text, last, at, start, speakers) if last >= start else None
    return found or _inverted(grammar, text, at, stop)


def _is_noun(grammar: AttributionGrammar, text: Text, at: int, stop: int) -> bool:
    """Tell the noun 'claims' or the plain verb 'put' from a verb of saying, by what follows."""
    if text.words[at] not in grammar.noun_like or at + 1 >= stop:
        return False
    gap = text.gaps[at]
    return (
        gap == " "
        and text.words[at + 1] not in grammar.after_noun_like
        and not text.words[at + 1][0].isdigit()
    )


def _quoted(
    grammar: AttributionGrammar, text: Text, at: int, start: int, stop: int
) -> list[tuple[Speaker, Stance]]:
    """'RIA quoted Lavrov as saying', 'the FSB was quoted as saying', 'a source quoted by the channel'."""
    found: list[tuple[Speaker | None, Stance]] = []
    if text.words[at + 1 : at + 2] == ["by"] and at + 2 < stop:
        found.append((phrase_after(grammar, text, at + 2, stop), "says"))
    for last in range(at + 1, min(at + 9, stop - 1)):
        if tuple(text.words[last : last + 2]) in grammar.quoted_after:
            subject = at - 1
            while subject > start and (
                text.words[subject] in grammar.be or text.words[subject] in grammar.skipped
            ):
                subject -= 1
            quoting = last > at + 1
            if subject >= start:
                found.append((phrase_before(grammar, text, subject, start), "says" if quoting else "quotes"))
            if quoting:
                found.append((phrase_after(grammar, text, at + 1, last), "quotes"))
            break
    return [(speaker, stance) for speaker, stance in found if speaker is not None]


def _subject_last(grammar: AttributionGrammar, text: Text, at: int, start: int) -> int | None:
    """Return the last word of a verb's subject, ``start`` - 1 without one, None where the verb is passive."""
    last = at - 1
    for _ in range(_MAX_SKIPPED):
        if last < start:
            break
        word = text.words[last]
        if word in grammar.be or (word in ("to", "and") and last == at - 1):
            return None
        if (
            word not in grammar.skipped
            and not (word.isdecimal() and len(word) <= 2)
            and not word.endswith("ly")
        ):
            break
        last -= 1
    return last


def _subject(
    grammar: AttributionGrammar, text: Text, last: int, at: int, start: int, speakers: list[Speaker]
) -> Speaker | None:
    word = text.words[last]
    gap = text.gaps[last]
    if gap not in (" ", ", ") or '"' in text.raw[text.ends[last] : text.starts[at]]:
        return None
    if word in grammar.pronouns:
        return last_speaker(speakers, grammar.pronouns[word])
    silent = word in grammar.no_speakers or word in grammar.stops or word in grammar.verbs
    if silent or _is_own_text(grammar, text, last, start):
        return None
    familiar = _familiar(text, last, start)
    if familiar is not None:
        return familiar
    if gap == ", ":
        return _with_apposition(grammar, text, last, start)
    return phrase_before(grammar, text, last, start, any_noun=text.words[at] in grammar.plain_speech)


def _is_own_text(grammar: AttributionGrammar, text: Text, last: int, start: int) -> bool:
    """Tell 'an earlier post', 'an earlier version of this article'."""
    own = last > start and text.words[last - 1] in grammar.own_words
    return own and text.words[last] in grammar.own_texts and not text.capitals[last]


def _familiar(text: Text, last: int, start: int) -> Speaker | None:
    """'two sources familiar with the matter'."""
    if text.words[last - 3 : last] != ["familiar", "with", "the"] or last - 4 < start:
        return None
    return Speaker(last - 4, last, False)


def _with_apposition(grammar: AttributionGrammar, text: Text, last: int, start: int) -> Speaker | None:
    """'Katerina Vlachou, a retired teacher from Volos, said' and 'the mayor, Oleh Marchenko, said'."""
    for first in range(last, max(start, last - _MAX_APPOSITION), -1):
        if text.gaps[first - 1] != ", ":
            continue
        inner = phrase_before(grammar, text, last, first)
        outer = phrase_before(grammar, text, first - 1, start)
        if inner is not None and inner.person and inner.first == first:
            return inner
        return outer if outer is not None and text.capitals[outer.last] else inner
    return phrase_before(grammar, text, last, start)


def _inverted(grammar: AttributionGrammar, text: Text, at: int, stop: int) -> Speaker | None:
    """'said Lula after the meeting', 'says sociologist Inés Paredes'."""
    first = at + 1
    if text.words[at] in grammar.noun_like or first >= stop or text.gaps[at] != " ":
        return None
    if text.words[first] in grammar.stops or text.words[first] in grammar.no_speakers:
        return None
    speaker = phrase_after(grammar, text, first, stop)
    if speaker is None or not (text.capitals[speaker.last] or is_source(grammar, text.words[speaker.last])):
        return None
    return speaker
