"""Whether what a post says is confirmed, claimed, disputed or unverified."""

from agents.classification.category.scan import Scan, cue_bit
from agents.classification.language.text import Text
from schemas.events import Category, EventType, Status

_UNVERIFIED, _DENIAL, _OWN = cue_bit("unverified"), cue_bit("denial"), cue_bit("own")
_CLAIM, _ANNOUNCED, _HYPOTHETICAL = cue_bit("claim"), cue_bit("announced"), cue_bit("hypothetical")
_VIOLENT: frozenset[Category] = frozenset({"strike", "combat", "attack"})
_CONTESTED: frozenset[Category] = _VIOLENT | {"dispute", "posture"}
"""Where a denial at the top is about what happened; in politics a rejection is the news itself."""
_REPORTED: frozenset[Category] = frozenset({"economy", "other"})
"""Where 'said' quotes a figure or a passer-by, and the outlet itself stands for the news."""
_MEASURES: frozenset[EventType] = frozenset({"sanction", "coerce", "concede"})
"""A sanction that was imposed or lifted is an act on record, whoever explains it."""
_SPEECH: frozenset[EventType] = frozenset({"threaten", "request"})
"""What consists of words is somebody's claim, even where no 'said' goes with it."""
_TOLD: frozenset[Category] = _VIOLENT | {"disaster", "accident", "humanitarian", "peace", "health"}
"""Where a short post that names who says it further down is that one's claim as a whole."""
_SHORT_WORDS = 60


def status_of(text: Text, found: Scan, category: Category, event_type: EventType) -> tuple[Status, str]:
    """Return the status and the name of the rule that gave it: the first that fits.

    What counts is the top of the post, its headline and first sentence: that is where the news stands.
    """
    top, anywhere = found.top_cues(text), found.all_cues()
    if category in _CONTESTED and top & _DENIAL:
        return "disputed", "denied at the top"
    if category in _VIOLENT and anywhere & _UNVERIFIED:
        return "unverified", "the outlet could not verify it"
    if category == "sanctions" and event_type in _MEASURES and not top & _HYPOTHETICAL:
        return "confirmed", "an act on record"
    told = anywhere if category in _TOLD and len(text.words) <= _SHORT_WORDS else top
    spoken = told & _CLAIM or category == "dispute" or event_type in _SPEECH
    if category in _REPORTED or top & _OWN or not spoken:
        return "confirmed", "told by the outlet"
    return _of_a_claim(top, anywhere, category)


def _of_a_claim(top: int, anywhere: int, category: Category) -> tuple[Status, str]:
    if anywhere & _UNVERIFIED:
        return "unverified", "the outlet could not verify it"
    if top & _ANNOUNCED and category not in _CONTESTED and category != "peace":
        return "confirmed", "an act that was announced"
    return "claimed", "somebody says it"
