"""The history of a story or an alert in words, from what was published about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agents.alerting.messages.words import change_words, facts_words, figure_words, reason_words, utc
from schemas.alerts import Alert, Decision
from schemas.stories import Story

Message = Story | Alert | Decision
KINDS: dict[str, type[Message]] = {"stories": Story, "alerts": Alert, "alerts.decisions": Decision}
"""What the history of a story is read from, by topic, in the order in which the topics are read."""


@dataclass(slots=True)
class Record:
    """What was published about one story, each message once, in the order of its topic.

    Attributes:
        story: its latest state; None where it is not known.
        alerts: by id.
        decisions: of all rules.

    """

    story: Story | None = None
    alerts: dict[str, Alert] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)


def record_of(story_id: str, messages: Iterable[Message]) -> Record:
    """Return what some messages say about a story; repeats of a message are dropped."""
    record = Record()
    decisions: dict[tuple[object, ...], Decision] = {}
    for message in messages:
        if message.story_id != story_id:
            continue
        if isinstance(message, Story):
            if record.story is None or message.story_seq >= record.story.story_seq:
                record.story = message
        elif isinstance(message, Alert):
            record.alerts[message.alert_id] = message
        else:
            key = message.rule_id, message.facts.get("story_seq"), message.at, message.outcome, message.reason
            decisions.setdefault(key, message)
    record.decisions = list(decisions.values())
    return record


def story_of_id(any_id: str, messages: Iterable[Message]) -> tuple[str, str | None] | None:
    """Return the story that an id stands for and, for the id of an alert, its rule; None for neither."""
    for message in messages:
        if any_id == message.story_id:
            return message.story_id, None
        if isinstance(message, Alert | Decision) and any_id == message.alert_id:
            return message.story_id, message.rule_id
    return None


def explain_story(record: Record) -> list[str]:
    """Return the history of a story: what it is, and rule by rule what was sent and what was held back."""
    lines = _story_lines(record.story) if record.story is not None else ["the story itself is not known"]
    rules = {*(one.rule_id for one in record.decisions), *(one.rule_id for one in record.alerts.values())}
    for rule_id in sorted(rules):
        lines += ["", *explain_rule(record, rule_id)]
    if not rules:
        lines += ["", "no rule matched it"]
    return lines


def explain_alert(record: Record, rule_id: str) -> list[str]:
    """Return the history of one rule's alerts about a story."""
    lines = _story_lines(record.story) if record.story is not None else []
    return [*lines, "", *explain_rule(record, rule_id)] if lines else explain_rule(record, rule_id)


def explain_rule(record: Record, rule_id: str) -> list[str]:
    """Return what one rule made of a story, decision by decision."""
    alerts = [one for one in record.alerts.values() if one.rule_id == rule_id]
    lines = [_rule_line(rule_id, alerts)]
    decided = [one for one in record.decisions if one.rule_id == rule_id]
    for decision in decided:
        lines += _decision_lines(decision, record.alerts.get(decision.alert_id or ""))
    known = {decision.alert_id for decision in decided}
    for alert in sorted(alerts, key=lambda one: one.sequence):
        if alert.alert_id not in known:
            lines += [f"  {utc(alert.at)}  {_title(alert)}: {alert.reason}", *_alert_lines(alert)]
    return lines


def _story_lines(story: Story) -> list[str]:
    outlets = f"{len(story.outlets)} outlet{'' if len(story.outlets) == 1 else 's'}"
    posts = f"{story.posts} post{'' if story.posts == 1 else 's'}"
    lines = [
        f"story {story.story_id}: {story.title}",
        f"  {story.category}, severity {story.severity}, {story.status}, {story.state}",
        f"  told by {outlets} ({', '.join(story.outlets)}) in {posts}",
        f"  {utc(story.first_seen)} to {utc(story.last_seen)}",
    ]
    if story.places:
        lines.append(f"  where: {', '.join(place.name for place in story.places)}")
    lines += [f"  {figure_words(kind, ledger)}" for kind, ledger in story.casualties.items()]
    lines += [f"  contradiction: {one.field}: {' / '.join(one.claims)}" for one in story.contradictions]
    return lines


def _rule_line(rule_id: str, alerts: Sequence[Alert]) -> str:
    if not alerts:
        return f"rule {rule_id}: nothing was sent"
    title = alerts[-1].rule_title
    return f"rule {rule_id}" + (f", {title}" if title else "") + f", of {alerts[-1].owner}"


def _decision_lines(decision: Decision, alert: Alert | None) -> Iterator[str]:
    done = _title(alert) if alert is not None else decision.outcome.upper()
    if decision.outcome == "held":
        done = "held back"
    yield f"  {utc(decision.at)}  {done}: {decision.reason}: {reason_words(decision)}"
    yield f"      {_post_words(decision)}"
    facts = facts_words(decision.facts)
    if facts:
        yield f"      known then: {facts}"
    if alert is not None:
        yield from _alert_lines(alert)


def _post_words(decision: Decision) -> str:
    """Return which post led to a decision."""
    headline, source = decision.facts.get("headline"), decision.facts.get("source")
    relation = decision.facts.get("relation")
    by = f" of {source}" if source else ""
    kind = f" ({relation})" if relation else ""
    timer = "" if relation else "when the time was over, after "
    return f"{timer}post {decision.post_id}{by}{kind}" + (f": {headline}" if headline else "")


def _alert_lines(alert: Alert) -> Iterator[str]:
    yield f"      alert {alert.alert_id}: {alert.headline}"
    for change in alert.changed:
        yield f"      changed: {change_words(change)}"
    for kind, ledger in alert.casualties.items():
        yield f"      {figure_words(kind, ledger)}"
    if alert.references:
        yield f"      follows {', '.join(alert.references)}"


def _title(alert: Alert) -> str:
    exercise = "" if alert.status == "actual" else f" ({alert.status})"
    return f"{alert.kind.upper()} {alert.sequence}{exercise}"
