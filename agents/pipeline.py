"""The whole pipeline in one process, without a broker: what the agents publish, in the order of the posts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.rulings.engine import take_event, take_judged
from agents.alerting.rulings.shelf import Shelf
from agents.alerting.rulings.timers import Desk, Limits, Outcome, fire
from agents.classification.enrich import Extractors, enrich, load_extractors
from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData, load_data
from agents.dedup.families import family_of
from agents.dedup.judge import judge
from agents.dedup.state import DedupState
from schemas.base import Message
from schemas.posts import REPEATS, JudgedPost, RawPost
from schemas.rules import Rule


@dataclass(slots=True)
class Pipeline:
    """The state of the three stages.

    Attributes:
        config: thresholds of the dedup stage.
        data: data files of the dedup stage.
        extractors: data files of the classification stage.
        desk: rules and publisher families; None leaves alerting out.
        lanes: what dedup holds, by lane.
        stories: what alerting holds.

    """

    config: DedupConfig
    data: DedupData
    extractors: Extractors
    desk: Desk | None
    lanes: dict[str, DedupState] = field(default_factory=dict)
    stories: Shelf = field(default_factory=lambda: Shelf(Limits()))

    def run(self, posts: Iterable[RawPost]) -> Iterator[Message]:
        """Yield each post and, after it, every message that it leads to."""
        for post in posts:
            yield post
            yield from self.take(post)

    def take(self, post: RawPost) -> Iterator[Message]:
        """Yield every message that a post leads to.

        That is its verdict, what was due until the time that its lane reaches with it, its event, and what
        alerting makes of the two.
        """
        judged = judge(self._lane(post.lane), post)
        yield judged
        yield from self.advance(judged.lane, judged.watermark)
        yield from self._alerting(judged)
        if judged.relation not in REPEATS:
            event = enrich(self.extractors, judged)
            yield event
            if self.desk is not None:
                yield from self._keep(take_event(self.desk, self.stories.get(event.story_id), event))

    def advance(self, lane: str, watermark: datetime) -> Iterator[Message]:
        """Yield what the stories of a lane send until a time, in the order of their timers."""
        if self.desk is None:
            return
        for state, due in self.stories.due({lane: watermark}):
            yield from self._keep(fire(self.desk, state, due))

    def _lane(self, lane: str) -> DedupState:
        if lane not in self.lanes:
            self.lanes[lane] = DedupState(self.config, self.data)
        return self.lanes[lane]

    def _alerting(self, judged: JudgedPost) -> Iterator[Message]:
        if self.desk is not None:
            yield from self._keep(take_judged(self.desk, self.stories.get(judged.story_id), judged))

    def _keep(self, outcome: Outcome) -> list[Message]:
        if outcome.forgotten:
            self.stories.drop(outcome.state.story_id)
        else:
            self.stories.put(outcome.state)
        return list(outcome.published)


def load_pipeline(
    rules: Iterable[Rule] | None = None, *, config: DedupConfig | None = None, directory: Path | None = None
) -> Pipeline:
    """Load all data files and return a pipeline that has seen nothing.

    Args:
        rules: standing rules; None leaves alerting out.
        config: thresholds of the dedup stage, the defaults when None.
        directory: a desk's own data files, in place of the shipped ones of the same name.

    """
    data = load_data(directory)
    desk = None if rules is None else Desk(compile_rules(rules), lambda source: family_of(source, data))
    return Pipeline(
        config=config or DedupConfig(), data=data, extractors=load_extractors(directory), desk=desk
    )
