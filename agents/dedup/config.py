"""Windows, thresholds and limits of the dedup agent."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DedupConfig:
    """Settings that verdicts depend on; a lane keeps them for as long as it keeps its state."""

    window: timedelta = timedelta(days=7)
    """Posts whose event times lie farther apart are never compared."""
    max_posts: int = 1_000_000
    """Posts remembered at most; the oldest ones in the log go first."""
    max_story_posts: int = 131_072
    """Posts that stories are compared by at most; the oldest ones go first."""
    future_tolerance: timedelta = timedelta(days=1)
    """An event time that lies farther than this after the time of fetching is cut down to it."""

    allowed_lateness: timedelta = timedelta(minutes=10)
    """How long after its event time a post may be fetched before the lane's watermark has passed it."""

    same_text: float = 0.8
    """Containment from which two posts are the same text in other dress."""
    rewritten: float = 0.5
    """Containment from which one post is a rewriting of the other."""
    rewritten_short: float = 0.7
    """The same where the smaller one has fewer than twice `min_shingles`."""
    min_shingles: int = 8
    """Shingles of the smaller post below which only full containment counts."""
    names_agree: float = 0.8
    """Part of the shorter post's names that the other post has, from which they speak of the same thing."""
    numbers_agree: float = 0.5
    """Part of the shorter post's numbers that the other has, from which the figures are the same."""
    recurring_words: int = 30
    """Posts of fewer words are alike by habit of writing, so that time has to agree as well."""
    recurring_gap: timedelta = timedelta(hours=3)
    """Short posts of the same words that lie farther apart than this are different events."""
    verified_candidates: int = 8
    """Earlier posts compared in full at most."""

    story_gap: timedelta = timedelta(hours=72)
    """A story takes no more posts when it has been silent for so long."""
    story_half_life: timedelta = timedelta(hours=96)
    """Silence that halves the likeness needed to join a story."""
    story_threshold: float = 0.19
    """Likeness from which a post of full length joins a story."""
    strangers: float = 0.7
    """Part of the likeness to a story that counts when its nearest post has no name in common."""
    leads_agree: float = 0.2
    """Part of the smaller lead's telling terms in common, from which two posts may tell the same news."""
    retold_words: int = 60
    """Shorter posts are alike by habit of writing, not because one retells the other."""
    retold_words_quoted: int = 45
    """Posts of so many words retell another when they have a quotation or figures in common."""
    retold_likeness: float = 0.26
    """Likeness of two posts from which a quotation or lead in common shows a retelling."""
    retold_alike: float = 0.4
    """Likeness of two posts that shows a retelling by itself."""
    retold_names: float = 0.35
    """Part of the shorter post's names that a retelling has in common with the other."""
    cast: int = 4
    """Names from which those of a post are a cast that tells what it is about."""
    cast_agrees: float = 0.85
    """Part of a cast that two posts have in common when it is the same."""
    retold_cast: float = 0.35
    """Likeness of two posts from which the same cast shows a retelling."""
    retold_people: float = 0.5
    """The same from which a quotation or figures in common show one."""
    retold_quotation: int = 6
    """Shingles of quotations in common that show a retelling."""
    retold_quoted: int = 3
    """The same where other evidence shows one: five words in a row."""
    retold_figures: int = 3
    """Figures in common that show a retelling."""
    retold_figures_agree: float = 0.6
    """Part of the shorter post's figures that they make up at least."""
    retold_shingles: int = 4
    """Shingles in common below which likeness shows no retelling: the next news of a story has own words."""
    retold_lead: float = 0.6
    """Part of the smaller lead's telling terms in common that shows a retelling."""
