"""What a place is to the news: where it happens, where it was said, or mentioned only."""

from agents.classification.places_filter import settlement_before
from agents.classification.places_scan import CAPS, LOWER, NORMAL, UPPER, Mention, Tokens
from agents.classification.places_words import PlaceWords
from agents.classification.text import Text

LEAD_CHARS = 400
"""The news stands in the headline and in so many first characters of the body."""


def is_government(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a capital stands for its government: 'Moscow says', 'aid for Kyiv'; not 'in Moscow'."""
    before = tokens.key(mention.first - 1) if tokens.glue(mention.first - 1) == " " else ""
    after = tokens.key(mention.last + 1) if tokens.glue(mention.last) == " " else ""
    if is_dateline(tokens, mention):
        return False
    if before in words.locatives and before not in words.relation_words:
        return before == "to" and tokens.key(mention.first - 2) not in _MOTION
    if before in words.attack_verbs or settlement_before(words, tokens, mention.first):
        return False
    if before in words.relation_words or after in words.stance_verbs:
        return True
    if tokens.possessive[mention.last]:
        return True
    return before in ("and", "or") or after in ("and", "or")


_MOTION = frozenset(
    ["travel", "travelled", "traveled", "travels", "travelling", "flew", "flies", "fly", "flying", "went", "go", "goes", "going", "trip", "visit", "way",
     "back", "return", "returned", "returning", "close", "came", "come", "road", "heading", "headed", "heads", "moved", "taken", "train", "trains", "flights", "flight",
     "route", "sent", "deported", "next", "bound", "spread", "fled", "up", "down"]
)  # fmt: skip


def is_dateline(tokens: Tokens, mention: Mention) -> bool:
    """Tell whether a mention is the place from which a story is filed: 'KYIV, Ukraine (Agency) - ', 'KYIV — '."""
    first = mention.first
    if not tokens.opens_sentence(first) or tokens.shapes[first] != UPPER:
        return False
    rest = tokens.raw[mention.end : mention.end + 60]
    if not rest or rest[0] not in " ,:./":
        return False
    return tokens.mode(first) != CAPS


def assign_roles(words: PlaceWords, tokens: Tokens, text: Text, mentions: list[Mention]) -> None:
    """Set the role of every mention."""
    body_start = text.headline_end + 1
    for mention in mentions:
        mention.role = _role(words, tokens, mention, body_start)
    if any(mention.role == "where" for mention in mentions):
        return
    for mention in mentions:
        if mention.start < body_start + LEAD_CHARS and mention.role == "said":
            mention.role = "where"
            return


def _role(words: PlaceWords, tokens: Tokens, mention: Mention, body_start: int) -> str:
    if is_dateline(tokens, mention):
        return "said"
    before = tokens.key(mention.first - 1)
    if before in words.directions:
        before = "in"
    elif before == "of" and settlement_before(words, tokens, mention.first):
        before = "in"
    if _speech_before(words, tokens, mention):
        return "said"
    lead = mention.start < body_start + LEAD_CHARS
    if lead and (before in words.event_locatives or before in words.attack_verbs):
        return "where"
    return "mentioned"


def _speech_before(words: PlaceWords, tokens: Tokens, mention: Mention) -> bool:
    number = tokens.sentence[mention.first]
    index = mention.first - 1
    while index >= 0 and index > mention.first - 8 and tokens.sentence[index] == number:
        if tokens.keys[index] in words.speech_events:
            return True
        index -= 1
    return False


