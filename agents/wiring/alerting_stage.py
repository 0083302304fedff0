"""Alerting as a stage: the state of each story lies on the compacted topic alerting.state.

Outputs are delivered before the state, and both before the acknowledgement: after a crash a post either finds
the old state and leads to the same outputs again, or finds the new one and is passed over.

Timers go by the watermarks of posts.judged: what is due is carried out with the first post of the partition
that has passed it, or, where none comes, when the lane is known to have passed it.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from agents.alerting.rules.book import RuleBook
from agents.alerting.rulings.engine import take_event, take_judged
from agents.alerting.rulings.shelf import Shelf
from agents.alerting.rulings.timers import Desk, Outcome, fire
from agents.alerting.stories.contributions import OutletOf
from agents.metrics import Metrics
from agents.wiring.outputs import deletion_of, output_of
from agents.wiring.stage import Fired, LogReader, Output, Reached, Record, Result, process_each, value_of
from agents.wiring.state_records import state_of
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
        self._shelves: dict[int, Shelf] = {}

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Read the rules, and the state of the stories of a partition; both input topics share it."""
        async for record in log.read(RULES):
            self.take_rule(record)
        shelf = Shelf(self._desk().limits)
        async for record in log.read(STATE, [partition]):
            if record.value is not None:
                state = state_of(record, StoryState, self._metrics)
                if state is not None:
                    shelf.put(state)
            elif record.key is not None:
                shelf.drop(record.key.decode("utf-8", "replace"))
        self._shelves[partition] = shelf

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

    def is_due(self, partition: int, reached: Reached) -> bool:
        """Tell whether a timer of a story of the partition is due."""
        return self._shelves[partition].is_due(reached.lanes, reached.idle)

    def fire(self, partition: int, reached: Reached) -> Iterable[Fired]:
        """Carry out the timers of a partition that are due."""
        shelf = self._shelves[partition]
        for state, due in shelf.due(reached.lanes, reached.idle):
            try:
                outcome = self._kept(shelf, fire(self._desk(), state, due))
            except Exception:  # a bug on one story must not stop the others
                log.exception("the timers of story %s fail; they wait for its next post", state.story_id)
                continue
            yield Fired([output_of(message) for message in outcome.published], [_state_of(outcome)])

    def _desk(self) -> Desk:
        return Desk(self._book.rules, self._outlet_of)

    def _take(self, record: Record) -> Result:
        shelf = self._shelves[record.partition]
        value = value_of(record)
        if record.topic != "posts.judged":
            event = decode(value, EnrichedEvent)
            before = shelf.get(event.story_id)
            return self._result(record, shelf, before, [take_event(self._desk(), before, event)])
        post = decode(value, JudgedPost)
        outcomes = [
            self._kept(shelf, fire(self._desk(), state, due))
            for state, due in shelf.due({post.lane: post.watermark})
        ]
        before = shelf.get(post.story_id)
        return self._result(record, shelf, before, [*outcomes, take_judged(self._desk(), before, post)])

    def _result(
        self, record: Record, shelf: Shelf, before: StoryState | None, outcomes: Sequence[Outcome]
    ) -> Result:
        """Return what a record led to: timers first, then what it says itself."""
        last = outcomes[-1]
        told = outcomes if last.state is not before else outcomes[:-1]
        if last.state is not before:
            self._kept(shelf, last)
        outputs = [output_of(message) for outcome in told for message in outcome.published]
        return Result(record, outputs, [_state_of(outcome) for outcome in told])

    def _kept(self, shelf: Shelf, outcome: Outcome) -> Outcome:
        if outcome.forgotten:
            shelf.drop(outcome.state.story_id)
        else:
            shelf.put(outcome.state)
        self._count(outcome)
        return outcome

    def _observe_lag(self, alert: Alert) -> None:
        if alert.status == "actual":
            self._metrics.alert_lag_seconds.observe(max(0.0, (self._clock() - alert.at).total_seconds()))

    def _count(self, outcome: Outcome) -> None:
        self._metrics.stories_open.set(sum(shelf.open_stories for shelf in self._shelves.values()))
        self._metrics.rule_evaluations.inc(outcome.asked)
        for message in outcome.published:
            if isinstance(message, Alert):
                self._metrics.alerts.labels(message.kind, message.reason).inc()
                self._observe_lag(message)
            elif isinstance(message, Decision):
                self._metrics.decisions.labels(message.outcome, message.reason).inc()


def _state_of(outcome: Outcome) -> Output:
    return deletion_of(outcome.state) if outcome.forgotten else output_of(outcome.state)
