"""Rules tried out on posts, without a broker: what would have been sent, held back or missed, and why."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from agents.alerting.messages.words import reason_words
from agents.alerting.rules.condition_words import Finding, findings
from agents.alerting.stories.facts import Facts, facts_of
from agents.pipeline import Pipeline
from schemas.alerts import Decision
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost, RawPost, text_of
from schemas.rules import Rule
from schemas.story_state import Waiting

MAX_REMEMBERED = 10_000
"""So many of the latest posts are known by headline, for what is sent when a time is over."""
HEADLINE_CHARS = 80
"""Of a post without a headline so much of its text is shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one rule made of one post.

    Attributes:
        at: event time of the post, or the time at which something held back was let go.
        rule_id: id of the rule.
        outcome: what was sent; held: nothing; missed: the rule did not match, and not by far.
        reason: name of the reason; ``not_matched`` where it was missed.
        words: the reason in words.
        story_id: story of the post.
        post_id: the post.
        source: its source.
        headline: its headline or first words.
        alert_id: of what was sent.
        conditions: those that hold, or those that fail where the rule does not match.

    """

    at: datetime
    rule_id: str
    outcome: Literal["alert", "update", "cancel", "held", "missed"]
    reason: str
    words: str
    story_id: str
    post_id: str
    source: str
    headline: str
    alert_id: str | None
    conditions: list[Finding]


@dataclass(slots=True)
class Trial:
    """Rules held against posts in order.

    Attributes:
        pipeline: with the rules.
        rules: the rules, by id.
        misses: whether what was just missed is told too.
        far: posts that met no condition of a rule, by rule.

    """

    pipeline: Pipeline
    rules: dict[str, Rule]
    misses: bool = False
    far: dict[str, int] = field(default_factory=dict)
    _posts: dict[str, JudgedPost] = field(default_factory=dict)
    _order: deque[str] = field(default_factory=deque)

    def run(self, posts: Iterable[RawPost]) -> Iterator[Row]:
        """Yield what the rules make of each post."""
        for post in posts:
            yield from self._take(post)

    def _take(self, post: RawPost) -> Iterator[Row]:
        judged: JudgedPost | None = None
        event: EnrichedEvent | None = None
        decisions: list[Decision] = []
        for message in self.pipeline.take(post):
            if isinstance(message, JudgedPost):
                judged = message
                self._remember(message)
            elif isinstance(message, EnrichedEvent):
                event = message
            elif isinstance(message, Decision):
                decisions.append(message)
        assert judged is not None
        facts = self._facts(judged, event)
        for decision in decisions:
            yield self._decided(decision, facts if decision.post_id == judged.post_id else None)
        if self.misses and facts is not None:
            decided = {one.rule_id for one in decisions if one.post_id == judged.post_id}
            yield from self._missed(judged, facts, decided)

    def _remember(self, post: JudgedPost) -> None:
        if post.post_id not in self._posts:
            self._order.append(post.post_id)
        self._posts[post.post_id] = post
        if len(self._order) > MAX_REMEMBERED:
            del self._posts[self._order.popleft()]

    def _facts(self, judged: JudgedPost, event: EnrichedEvent | None) -> Facts | None:
        """Return what the rules were held against after a post; None where it was passed over."""
        state = self.pipeline.stories.get(judged.story_id)
        if state is None or state.story is None or state.taken != judged.story_seq:
            return None
        text = "" if event is not None else text_of(judged.headline, judged.body)
        item = Waiting(story_seq=judged.story_seq, at=judged.event_time, event=event, text=text)
        return facts_of(state.story, state.older, state.contributions, item)

    def _decided(self, decision: Decision, facts: Facts | None) -> Row:
        post = self._posts.get(decision.post_id)
        matched = decision.outcome != "cancel" and decision.reason != "not_matched_any_more"
        found = findings(self.rules[decision.rule_id].when, facts) if facts is not None else []
        return Row(
            at=decision.at,
            rule_id=decision.rule_id,
            outcome=decision.outcome,
            reason=decision.reason,
            words=reason_words(decision),
            story_id=decision.story_id,
            post_id=decision.post_id,
            source=post.source if post else "",
            headline=headline_of(post) if post else "",
            alert_id=decision.alert_id,
            conditions=[one for one in found if one.holds == matched],
        )

    def _missed(self, post: JudgedPost, facts: Facts, decided: set[str]) -> Iterator[Row]:
        """Yield the rules that did not match a post, of which a condition holds or which have only one."""
        for rule_id, rule in self.rules.items():
            if rule_id in decided:
                continue
            found = findings(rule.when, facts)
            failing = [one for one in found if not one.holds]
            if not failing or (len(found) > 1 and len(failing) == len(found)):
                self.far[rule_id] = self.far.get(rule_id, 0) + 1
                continue
            yield Row(
                at=post.event_time,
                rule_id=rule_id,
                outcome="missed",
                reason="not_matched",
                words="these conditions do not hold",
                story_id=post.story_id,
                post_id=post.post_id,
                source=post.source,
                headline=headline_of(post),
                alert_id=None,
                conditions=failing,
            )


def headline_of(post: RawPost) -> str:
    """Return the headline of a post, or the beginning of its text where it has none."""
    text = " ".join((post.headline or post.body).split())
    return text if len(text) <= HEADLINE_CHARS else f"{text[: HEADLINE_CHARS - 1].rstrip()}…"
