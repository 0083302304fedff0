"""Whether what a post says is confirmed, claimed, disputed or unverified."""

from agents.classification.scan import Scan, cue_bit
from agents.classification.text import Text
from schemas.events import Category, Status

_UNVERIFIED, _DENIAL, _OWN = cue_bit("unverified"), cue_bit("denial"), cue_bit("own")
_CLAIM, _ANNOUNCED = cue_bit("claim"), cue_bit("announced")
_CONTESTED: frozenset[Category] = frozenset({"dispute", "posture", "strike", "combat", "attack"})
"""Where a denial at the top is about what happened; in politics a rejection is the news itself."""
_REPORTED: frozenset[Category] = frozenset({"economy", "other"})
"""Where 'said' quotes a figure or a passer-by, and the outlet itself stands for the news."""


def status_of(text: Text, found: Scan, category: Category) -> tuple[Status, str]:
    """Return the status and the name of the rule that gave it: the first that fits.

    What counts is the top of the post, its headline and first sentence: that is where the news stands.
    """
    top = found.top_cues(text)
    if category in _CONTESTED and top & _DENIAL:
        return "disputed", "denied at the top"
    if category in _REPORTED or top & _OWN or not top & _CLAIM:
        return "confirmed", "told by the outlet"
    if any(bits & _UNVERIFIED for bits in found.cues):
        return "unverified", "the outlet could not verify it"
    if top & _ANNOUNCED:
        return "confirmed", "an act that was announced"
    return "claimed", "somebody says it"
