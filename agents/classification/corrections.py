"""Whether a post says that it, or the page it stands on, has been corrected."""

import re

from ahocorasick_rs import AhoCorasick, MatchKind

from agents.classification.language.text import Text

_LABEL = re.compile(
    r"(?:^|[\n.(\[*_]\s*)(?:correction|clarification|corrected|corrige|erratum|editor's note)\s?[:\-]"
)
"""A label such as 'Correction:' at the start of a line or sentence."""
_UPDATED = re.compile(
    r"\b(?:an earlier|a previous|the original) version of (?:this|(?:the|our) "
    r"(?:post|story|article|blog|report|item|entry|headline|update|piece|text|alert))\b|"
    r"\b(?:an earlier|a previous) (?:version|post|item|entry|headline|report|alert|update) "
    r"(?:\w+ ){0,3}?(?:mis\w+|incorrectly|wrongly|erroneously|said|gave|had)\b|"
    r"\bthis (?:\w+ ){0,3}?(?:post|story|article|blog|report|item|entry|version|headline|update|piece|text)"
    r" (?:has been|was|is) (?:\w+ ){0,2}?(?:updated|corrected|amended|clarified|edited|revised)\b|"
    r"\b(?:corrects|correcting) (?:the |an |a )?(?:\w+ ){0,3}?"
    r"(?:in|of|to|from|spelling|name|figure|number|toll|date|day|headline|paragraph|location|title)\b"
)
_GATES = AhoCorasick(
    [
        "correct",
        "clarif",
        "corrige",
        "erratum",
        "editor's note",
        "an earlier ",
        "a previous ",
        "the original version",
        "updated",
        "amended",
        "edited",
        "revised",
    ],
    matchkind=MatchKind.LeftmostFirst,
)
"""Without any of these neither pattern can match; looking for them is faster."""


def is_correction(text: Text, relation: str) -> bool:
    """Tell whether the post carries a correction, by its own words or by the dedup verdict."""
    if relation == "correction":
        return True
    folded = text.folded
    if not _GATES.find_matches_as_indexes(folded):
        return False
    return _LABEL.search(folded) is not None or _UPDATED.search(folded) is not None
