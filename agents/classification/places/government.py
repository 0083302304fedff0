"""Capitals that stand for their governments."""

from agents.classification.language.tokens import LOWER, Tokens
from agents.classification.places.filter import settlement_before
from agents.classification.places.scan import Mention
from agents.classification.places.words import PlaceWords


def is_government(words: PlaceWords, tokens: Tokens, mention: Mention, *, partner: bool) -> bool:
    """Tell whether a capital stands for its government: 'Moscow says', 'aid for Kyiv'; not 'in Moscow'.

    ``partner`` tells whether the capital before it, as in 'Moscow and Kyiv', does.
    """
    if mention.dateline or settlement_before(words, tokens, mention.first):
        return False
    if tokens.possessive[mention.last]:
        following = mention.last + 1
        return tokens.keys[following] not in words.place_followers and tokens.shapes[following] == LOWER
    verdict = _by_word_before(words, tokens, mention, partner=partner)
    return _takes_a_stance(words, tokens, mention) if verdict is None else verdict


def _by_word_before(words: PlaceWords, tokens: Tokens, mention: Mention, *, partner: bool) -> bool | None:
    """Return what the word before tells, None when nothing."""
    first = mention.first
    before = tokens.keys[first - 1] if tokens.glues[first - 1] == " " else ""
    if before == "to":
        return not any(tokens.keys[first - back] in words.motion for back in (2, 3))
    if before == "of" and tokens.keys[first - 2] in words.government_nouns:
        return True
    if before == "between":
        return tokens.keys[first - 2] not in words.between_nouns
    if before in ("and", "or"):
        return partner or (
            _word_after(tokens, mention) in words.stance_verbs and tokens.opens_sentence(first - 2)
        )
    there = before in words.locatives or before in words.attack_verbs
    if there or _is_destination_or_share(words, tokens, first, before):
        return False
    return True if before in words.relation_words else None


def _is_destination_or_share(words: PlaceWords, tokens: Tokens, first: int, before: str) -> bool:
    """Tell 'left Miami for Nassau', 'half of Caracas' and 'as far as Accra'."""
    if before == "for":
        return any(tokens.keys[first - back] in words.departures for back in (2, 3, 4))
    nearer = tokens.keys[first - 2]
    return (before == "of" and nearer in words.share_nouns) or (before == "as" and nearer == "far")


def _takes_a_stance(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    last = mention.last
    after = _word_after(tokens, mention)
    explained = tokens.glues[last] == ", " and tokens.keys[last + 1] in ("which", "whose")
    together = after in ("and", "or") and tokens.keys[last + 3] in words.stance_verbs
    return after in words.stance_verbs or explained or together or _ends_headline(tokens, mention)


def _word_after(tokens: Tokens, mention: Mention) -> str:
    return tokens.keys[mention.last + 1] if tokens.glues[mention.last] == " " else ""


def _ends_headline(tokens: Tokens, mention: Mention) -> bool:
    """'Border attack repelled – Moscow' and 'Border attack repelled: Moscow' name the speaker."""
    before, after = tokens.glues[mention.first - 1], tokens.glues[mention.last]
    return before in (" – ", " - ", " — ", ": ") and after.startswith("\n")
