"""A story as rules see it: after a post, or at the time that a timer is set to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agents.alerting.rulings.changes import told_of
from agents.alerting.stories.facts import Facts, facts_of
from agents.alerting.stories.story import is_told
from schemas.posts import Relation
from schemas.stories import Story
from schemas.story_state import Contribution, Older, StoryState, Told, Waiting

TAKES_BACK = frozenset({"correction", "retraction"})
"""Relations of posts that change what an earlier one said."""
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Event time of posts that nothing dates."""


@dataclass(frozen=True, slots=True)
class View:
    """What all rules have in common at one moment of a story.

    Attributes:
        story: the story.
        older: what is known of posts that are no longer kept one by one.
        contributions: those that are kept, the newest last.
        facts: what conditions are held against.
        told: whether anything of the story still stands.
        present: what an alert would tell.
        at: event time of the post, or the time that a timer was set to.
        now: the time that the lane has reached.
        relation: what the post is to the earlier ones; None at a timer.
        corrected: story_seq of the post that it corrects, edits or takes back, 0 where that is not known.
        edits: the post is a new text of a post that was there before.
        late: the post is too old for any rule.
        age: how far the lane had gone beyond the time of the post when it came; 0 of what changes an earlier
            post, which bears that one's time, and of posts that nothing dates.
        silence: how long the story had been silent before the post.

    """

    story: Story
    older: Older | None
    contributions: Sequence[Contribution]
    facts: Facts
    told: bool
    present: Told
    at: datetime
    now: datetime
    relation: Relation | None = None
    corrected: int = 0
    edits: bool = False
    late: bool = False
    age: timedelta = timedelta(0)
    silence: timedelta = timedelta(0)

    @property
    def last(self) -> Contribution:
        """The newest post."""
        return self.contributions[-1]


def after_post(
    story: Story,
    contributions: Sequence[Contribution],
    item: Waiting,
    before: StoryState,
    now: datetime,
    *,
    corrected: Contribution | None,
    late_after: timedelta,
) -> View:
    """Return what rules see after a post, the last of the contributions.

    Args:
        story: the story after the post.
        contributions: those that are kept.
        item: the post.
        before: the story's state before it.
        now: the time that the lane has reached with it.
        corrected: the earlier post that it changes.
        late_after: an older post is too old.

    """
    last, older = contributions[-1], before.older
    edits = any(one.post_id == last.post_id for one in before.contributions)
    timeless = edits or last.relation in TAKES_BACK or last.at <= _UNDATED
    age = timedelta(0) if timeless else now - last.at
    return View(
        story=story,
        older=older,
        contributions=contributions,
        facts=facts_of(story, older, contributions, item),
        told=is_told(older, contributions),
        present=told_of(story, older, contributions),
        at=last.at,
        now=now,
        relation=last.relation,
        corrected=corrected.story_seq if corrected is not None else 0,
        edits=edits,
        late=age > late_after,
        age=age,
        silence=now - before.watermark if before.watermark is not None else timedelta(0),
    )


def at_time(state: StoryState, story: Story, moment: datetime) -> View:
    """Return what rules see of a story at a time at which no post came in."""
    return View(
        story=story,
        older=state.older,
        contributions=state.contributions,
        facts=facts_of(story, state.older, state.contributions, None),
        told=is_told(state.older, state.contributions),
        present=told_of(story, state.older, state.contributions),
        at=moment,
        now=moment,
    )
