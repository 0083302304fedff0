"""What a place is to the news: where it happens, where it was said, or mentioned only."""

from typing import Final

from agents.classification.corrections import is_correction
from agents.classification.language.text import Text
from agents.classification.language.tokens import Tokens
from agents.classification.places.filter import settlement_before
from agents.classification.places.scan import Mention
from agents.classification.places.words import PlaceWords

_SCORE_WHERE: Final = 4.0
"""From this score on the event happens there."""
_AS_GOOD: Final = 0.6
"""A place whose score lies no further below the best one's is where it happens too."""
_SCORE_ONLY: Final = 1.5
"""The best place of a post is where it happens from this score on."""
_SUBJECT: Final = 1.0
"""What a place gains that is the subject of a sentence."""
_SAID: Final = 2.8
"""What a place is worth where something was said; news that is talk happens there."""
_FILED: Final = 2.5
"""What a place is worth that a story is filed from."""
_TITLED: Final = 5.0
"""What a place is worth that opens a channel's post as its title: 'KHARKIV — explosions'."""
_REPEATED: Final = 0.4
"""What a place gains that is named more than once."""
_NEARNESS: Final = (2.0, 1.8, 1.2, 0.8, 0.4)
"""What a place is worth by its sentence: in the headline or the first of the body, the second, and so on."""
_LISTING: Final = (", ", " and ", ", and ", " or ", " & ")
"""Between two places of a list; the second is as much where it happens as the first."""
_NEAR_BEST: Final = 2.5
"""A place whose score lies further below the best one's is only mentioned."""
_DENIED: Final = -9.0
"""What a place is worth of which the sentence says that it did not happen there."""
_RETOLD: Final = 3.0
"""What a place loses in a correction that tells what was reported before; it may be right all the same."""
_RETELLING: Final = ("reported", "said")
_PLACING: Final = ("was", "were", "happened", "occurred", "place", "struck")
"""Before 'in X' these say where it was, which is what the correction may be about."""
_OWN: Final = frozenset(("we", "post", "version", "story", "article", "report"))
_MAX_RETOLD: Final = 14
"""Words between 'we reported' and the place."""
_TIES: Final = ("in", "at", "near", "the")
_EXCHANGED: Final = (("rather", "than"), ("instead", "of"))
"""The words before a place that another one stands for."""


def assign_roles(words: PlaceWords, tokens: Tokens, text: Text, mentions: list[Mention]) -> None:
    """Set the role of every mention; all mentions of one name get the same."""
    first_body = _first_body_sentence(text)
    scores: dict[str, float] = {}
    said: set[str] = set()
    repeated: set[str] = set()
    denied: set[str] = set()
    before, end = 0.0, len(text.raw)
    for mention in mentions:
        key = mention.key
        is_said = mention.dateline or _is_said(words, tokens, mention)
        if is_said:
            said.add(key)
        score = _score(words, tokens, mention, first_body, is_said=is_said)
        if _is_retold(tokens, mention) and is_correction(text, "new"):
            score -= _RETOLD
        if _is_denied(words, tokens, mention):
            denied.add(key)
            score = before = _DENIED
        elif before == _DENIED and tokens.raw[end : mention.start] == ", ":
            score = _DENIED
        if score < before and tokens.raw[end : mention.start] in _LISTING:
            score = before
        before, end = score, mention.end
        if key in scores:
            repeated.add(key)
            score = max(scores[key], score)
        scores[key] = score
    for key in repeated:
        scores[key] += _REPEATED
    if denied and is_correction(text, "new"):
        scores |= dict.fromkeys(denied, _DENIED)
    _set_roles(mentions, scores, said)


def _set_roles(mentions: list[Mention], scores: dict[str, float], said: set[str]) -> None:
    best = max(scores.values(), default=0.0)
    for mention in mentions:
        score = scores[mention.key]
        if score >= best - (_NEAR_BEST if score >= _SCORE_WHERE else _AS_GOOD) and score >= _SCORE_ONLY:
            mention.role = "where"
        elif mention.key in said:
            mention.role = "said"


def _first_body_sentence(text: Text) -> int:
    """Return the number of the first sentence after the headline."""
    return sum(1 for start, _ in text.sentences[:3] if start < text.headline_end)


def _score(words: PlaceWords, tokens: Tokens, mention: Mention, first_body: int, *, is_said: bool) -> float:
    """Return how much speaks for the event happening at a mention: its position, and the words around it."""
    number = max(tokens.sentence[mention.first] - first_body, 0)
    near = _NEARNESS[min(number, len(_NEARNESS) - 1)]
    if mention.dateline:
        return _FILED if tokens.raw[mention.end : mention.end + 2] in (" (", ", ", " -") else _TITLED
    if is_said:
        return _SAID + near
    before = _word_before(words, tokens, mention)
    if before == "to" and tokens.keys[mention.first - 2] in words.motion:
        return _SAID + near if _speech_before(words, tokens, mention) else near * 1.5
    return _score_by_words(words, tokens, mention, before, near)


def _score_by_words(words: PlaceWords, tokens: Tokens, mention: Mention, before: str, near: float) -> float:
    around = (tokens.keys[mention.first - 2], tokens.keys[mention.last + 1], tokens.keys[mention.last + 2])
    if before not in ("at", "near", "outside") and not words.background_nouns.isdisjoint(around):
        return near - 1
    if before in words.attack_verbs or before in words.event_locatives or before in words.settlement_nouns:
        if mention.entry is None or mention.entry.kind != "country":
            return near * 2.5
        return near * (2.2 if before in ("in", "inside", "across", "throughout", "within") else 0.6)
    if before in words.relation_words or before in ("of", "to", "from", "toward", "towards", "over"):
        return near - 2
    opens = tokens.opens_sentence(mention.first) and not tokens.possessive[mention.last]
    acts = around[1] and around[1] not in words.speech_verbs
    return near + (_SUBJECT if opens and acts else 0.0)


def _word_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> str:
    """Return the word that ties a mention to the sentence, without directions, 'the town of', 'half of'."""
    index = mention.first - 1
    if tokens.keys[index] == "of" and (
        settlement_before(words, tokens, mention.first) or tokens.keys[index - 1] in words.share_nouns
    ):
        return "in"
    while tokens.keys[index] in ("the", "a") or tokens.keys[index] in words.directions:
        index -= 1
    return tokens.keys[index]


def _is_denied(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell 'not in X', 'and not X', 'rather than in X', 'instead of X'."""
    index = mention.first - 1
    while tokens.keys[index] in _TIES or tokens.keys[index] in words.directions:
        index -= 1
    return tokens.keys[index] == "not" or (tokens.keys[index - 1], tokens.keys[index]) in _EXCHANGED


def _is_retold(tokens: Tokens, mention: Mention) -> bool:
    """Tell 'we reported earlier that it was in X', 'an earlier post said that it was in X'."""
    if tokens.keys[mention.first - 2] not in _PLACING:
        return False
    number = tokens.sentence[mention.first]
    for index in range(mention.first - 1, max(mention.first - _MAX_RETOLD, 0), -1):
        if tokens.sentence[index] != number:
            return False
        if tokens.keys[index] in _RETELLING:
            return not _OWN.isdisjoint(tokens.keys[max(index - 3, 0) : index])
    return False


def _is_said(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether the words before say that it was said there: 'told a press conference in Brussels'."""
    if tokens.keys[mention.first - 1] not in ("in", "at", "outside", "near"):
        return False
    if tokens.keys[mention.first - 2] in words.speech_verbs:
        return True
    return _speech_before(words, tokens, mention)


def _speech_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a press conference or the like stands shortly before, in the same sentence."""
    number = tokens.sentence[mention.first]
    for index in range(mention.first - 2, max(mention.first - 8, -1), -1):
        if tokens.sentence[index] != number:
            break
        if tokens.keys[index] in words.speech_events:
            return True
    return False
