"""What a place is to the news: where it happens, where it was said, or mentioned only."""

from agents.classification.gazetteer import name_key
from agents.classification.places_filter import settlement_before
from agents.classification.places_scan import CAPS, LOWER, UPPER, Mention, Tokens
from agents.classification.places_words import PlaceWords
from agents.classification.text import Text

_SCORE_WHERE = 4.0
"""From this score on the event happens there."""
_AS_GOOD = 0.6
"""A place whose score lies no further below the best one's is where it happens too."""
_SCORE_ONLY = 1.5
"""The best place of a post is where it happens from this score on."""
_NEAR_BEST = 2.5
"""A place whose score lies further below the best one's is only mentioned."""


def is_government(words: PlaceWords, tokens: Tokens, mention: Mention, *, partner: bool) -> bool:
    """Tell whether a capital stands for its government: 'Moscow says', 'aid for Kyiv'; not 'in Moscow'.

    ``partner`` tells whether the capital before it, as in 'Moscow and Kyiv', does.
    """
    first, last = mention.first, mention.last
    before = tokens.key(first - 1) if tokens.glue(first - 1) == " " else ""
    after = tokens.key(last + 1) if tokens.glue(last) == " " else ""
    if is_dateline(tokens, mention) or settlement_before(words, tokens, first):
        return False
    if tokens.possessive[last]:
        return after not in words.place_followers and tokens.shape(last + 1) == LOWER
    if before == "to":
        return not any(tokens.key(first - back) in words.motion for back in (2, 3))
    if before == "between":
        return tokens.key(first - 2) not in words.between_nouns
    if before in ("and", "or"):
        return partner or (after in words.stance_verbs and tokens.opens_sentence(first - 2))
    if before in words.locatives or before in words.attack_verbs:
        return False
    if before in words.relation_words or after in words.stance_verbs or _ends_headline(tokens, mention):
        return True
    if tokens.glue(last) == ", " and tokens.key(last + 1) in ("which", "whose"):
        return True
    return after in ("and", "or") and tokens.key(last + 3) in words.stance_verbs


def _ends_headline(tokens: Tokens, mention: Mention) -> bool:
    """'Border attack repelled – Moscow' and 'Border attack repelled: Moscow' name the speaker."""
    return tokens.glue(mention.first - 1) in (" – ", " - ", " — ", ": ") and tokens.glue(
        mention.last
    ).startswith("\n")


def is_dateline(tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a mention is the place from which a story is filed: 'KYIV, Ukraine (Agency) - ', 'KYIV — '."""
    first = mention.first
    if tokens.shapes[first] != UPPER or tokens.mode(first) == CAPS:
        return False
    if not tokens.opens_sentence(first) and tokens.glue(first - 1) != "/":
        return False
    following = tokens.raw[mention.end : mention.end + 2]
    return following[:1] in (",", "/", ":", ".") or following in (" (", " -", " –", " —")


def assign_roles(words: PlaceWords, tokens: Tokens, text: Text, mentions: list[Mention]) -> None:
    """Set the role of every mention; all mentions of one name get the same."""
    first_body = _first_body_sentence(text)
    scores: dict[str, float] = {}
    said: set[str] = set()
    repeated: set[str] = set()
    for mention in mentions:
        key = name_key(text.raw[mention.start : mention.end])
        if _is_said(words, tokens, mention):
            said.add(key)
        score = _score(words, tokens, mention, first_body)
        if key in scores:
            repeated.add(key)
        scores[key] = max(scores.get(key, score), score)
    for key in repeated:
        scores[key] += _REPEATED
    best = max(scores.values(), default=0.0)
    for mention in mentions:
        key = name_key(text.raw[mention.start : mention.end])
        score = scores[key]
        if score >= best - (_NEAR_BEST if score >= _SCORE_WHERE else _AS_GOOD) and score >= _SCORE_ONLY:
            mention.role = "where"
        elif key in said:
            mention.role = "said"


def _first_body_sentence(text: Text) -> int:
    """Return the number of the first sentence after the headline."""
    return sum(1 for start, _ in text.sentences[:3] if start < text.headline_end)


def _score(words: PlaceWords, tokens: Tokens, mention: Mention, first_body: int) -> float:
    """Return how much speaks for the event happening at a mention: its position, and the words around it."""
    number = max(tokens.sentence[mention.first] - first_body, 0)
    near = _NEARNESS[min(number, len(_NEARNESS) - 1)]
    if is_dateline(tokens, mention):
        return 2.5 if tokens.raw[mention.end : mention.end + 2] in (" (", ", ", " -") else 5.0
    is_country = mention.entry is not None and mention.entry.kind == "country"
    before = _word_before(words, tokens, mention)
    if _is_said(words, tokens, mention):
        return _SAID + near
    earlier = tokens.key(mention.first - 2)
    if before == "to" and earlier in words.motion:
        return _SAID + near if _speech_before(words, tokens, mention) else near * 1.5
    following = (tokens.key(mention.last + 1), tokens.key(mention.last + 2))
    if earlier in words.background_nouns or any(word in words.background_nouns for word in following):
        return near - 1
    if before in words.attack_verbs or before in words.event_locatives or before in words.settlement_nouns:
        if is_country:
            return near * (2.2 if before in ("in", "inside", "across", "throughout", "within") else 0.6)
        return near * 2.5
    if before in words.relation_words or before in ("to", "from", "toward", "towards", "over"):
        return near - 2
    after = tokens.key(mention.last + 1)
    if tokens.opens_sentence(mention.first) and not tokens.possessive[mention.last]:
        return near + (0.0 if after in words.speech_verbs or not after else _SUBJECT)
    return near


_SUBJECT = 1.0
_SAID = 2.8
_REPEATED = 0.4
_NEARNESS = (2.0, 1.8, 1.2, 0.8, 0.4)
"""What a place is worth by its sentence: in the headline or the first of the body, the second, and so on."""


def _word_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> str:
    """Return the word that ties a mention to the sentence, directions and 'the town of' left out."""
    index = mention.first - 1
    if tokens.key(index) == "of" and settlement_before(words, tokens, mention.first):
        return "in"
    while tokens.key(index) in ("the", "a") or tokens.key(index) in words.directions:
        index -= 1
    return tokens.key(index)


def _is_said(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether the words before say that it was said there: 'told a press conference in Brussels'."""
    if is_dateline(tokens, mention):
        return True
    if tokens.key(mention.first - 1) not in ("in", "at", "outside", "near"):
        return False
    if tokens.key(mention.first - 2) in words.speech_verbs:
        return True
    return _speech_before(words, tokens, mention)


def _speech_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a press conference, an interview or the like stands shortly before, in the same sentence."""
    number = tokens.sentence[mention.first]
    for index in range(mention.first - 2, max(mention.first - 8, -1), -1):
        if tokens.sentence[index] != number:
            break
        if tokens.keys[index] in words.speech_events:
            return True
    return False
