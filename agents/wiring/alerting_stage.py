"""Alerting as a stage: the state of each story lies on the compacted topic alerting.state.

Outputs are delivered before the state, and both before the acknowledgement: after a crash a post either finds
the old state and leads to the same outputs again, or finds the new one and is passed over.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from agents.alerting.contributions import OutletOf
from agents.alerting.engine import Desk, Outcome, take_event, take_judged
from agents.alerting.rule_book import RuleBook
from agents.metrics import Metrics
from agents.wiring.outputs import output_of
from agents.wiring.stage import LogReader, Record, Result, process_each, value_of
from schemas.alerts import Alert, Decision
from schemas.codec import DecodeError, decode
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost
from schemas.story_state import StoryState

log = logging.getLogger(__name__)

STATE = "alerting.state"
RULES = "rules"


class AlertingStage:
    """Holds rules against stories."""

    name = "alerting"
    inputs = ("posts.judged", "events.enriched")

    def __init__(
        self, book: RuleBook, outlet_of: OutletOf, metrics: Metrics, clock: Callable[[], datetime]
    ) -> None:
        self._book = book
        self._clock = clock
        self._outlet_of = outlet_of
        self._metrics = metrics
        self._stories: dict[int, dict[str, StoryState]] = {}

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Read the rules, and the state of the stories of a partition; both input topics share it."""
        async for record in log.read(RULES):
            self.take_rule(record)
        stories: dict[str, StoryState] = {}
        async for record in log.read(STATE, [partition]):
            if record.value is not None:
                state = decode(record.value, StoryState)
                stories[state.story_id] = state
        self._stories[partition] = stories

    def take_rule(self, record: Record) -> None:
        """Take a message of the topic rules; one that cannot be used is reported and changes nothing."""
        rule_id = (record.key or b"").decode("utf-8", "replace")
        try:
            self._book.put(rule_id, record.value, record.offset)
        except DecodeError as error:
            field = f"{error.field}: " if error.field else ""
            log.error("rule %r at %s[%d] offset %d cannot be used: %s%s; put it again",
                      rule_id, record.topic, record.partition, record.offset, field, error)  # fmt: skip
        self._metrics.rules.set(len(self._book.rules))

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        """Take in judged posts and events; each story's state is published once, with its last record."""
        results = list(process_each(batch, self._take))
        latest: dict[str, int] = {}
        for number, result in enumerate(results):
            for output in result.state:
                latest[output.key] = number
        for number, result in enumerate(results):
            state = [output for output in result.state if latest[output.key] == number]
            yield Result(result.record, result.outputs, state, result.failure)

    def _take(self, record: Record) -> Result:
        desk = Desk(self._book.rules, self._outlet_of)
        stories = self._stories[record.partition]
        value = value_of(record)
        if record.topic == "posts.judged":
            post = decode(value, JudgedPost)
            before = stories.get(post.story_id)
            outcome = take_judged(desk, before, post)
        else:
            event = decode(value, EnrichedEvent)
            before = stories.get(event.story_id)
            outcome = take_event(desk, before, event)
        if outcome.state is before:
            return Result(record)
        stories[outcome.state.story_id] = outcome.state
        self._count(outcome)
        outputs = [output_of(message) for message in outcome.published]
        return Result(record, outputs, [output_of(outcome.state)])

    def _observe_lag(self, alert: Alert) -> None:
        if alert.status == "actual":
            self._metrics.alert_lag_seconds.observe(max(0.0, (self._clock() - alert.at).total_seconds()))

    def _count(self, outcome: Outcome) -> None:
        self._metrics.stories_open.set(sum(len(stories) for stories in self._stories.values()))
        self._metrics.rule_evaluations.inc(outcome.asked)
        for message in outcome.published:
            if isinstance(message, Alert):
                self._metrics.alerts.labels(message.kind, message.reason).inc()
                self._observe_lag(message)
            elif isinstance(message, Decision):
                self._metrics.decisions.labels(message.outcome, message.reason).inc()
