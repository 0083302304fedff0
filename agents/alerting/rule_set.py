"""Rules ready to be asked, in a fixed order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from agents.alerting.conditions import Condition, compile_when
from agents.alerting.durations import parse_duration, parse_zone
from schemas.codec import encode
from schemas.events import SEVERITY_ORDER, Severity
from schemas.ids import stable_hash
from schemas.rules import Rule, Unless


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of a zone's day in which nothing is sent, unless the severity is at least ``unless``."""

    start: time
    end: time
    zone: ZoneInfo
    unless: Severity | None


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Time to wait after the first match, unless the severity is at least ``unless``."""

    wait: timedelta
    unless: Severity | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its texts parsed.

    Attributes:
        rule: as it was written.
        version: hash of its conditions, to which the numbers of leaves belong.
        text_version: hash of the whole rule, for the records of what it did.
        offset: where on the topic rules it stands; None for a rule from a file.

    """

    rule: Rule
    version: str
    text_version: str
    offset: int | None
    condition: Condition
    cooldown: timedelta
    expires: timedelta | None
    hold: HoldBack | None
    quiet: QuietHours | None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All standing rules, by id."""

    rules: tuple[CompiledRule, ...]


def compile_rules(rules: Iterable[Rule], offsets: Mapping[str, int] | None = None) -> RuleSet:
    """Compile rules that have been checked; a later rule takes the place of an earlier one of the same id.

    Args:
        rules: the rules.
        offsets: by rule id, where those of the topic rules stand on it.

    """
    by_id = {rule.id: rule for rule in rules}
    known = offsets or {}
    return RuleSet(tuple(_compile(by_id[rule_id], known.get(rule_id)) for rule_id in sorted(by_id)))


def is_at_least(severity: Severity, floor: Severity | None) -> bool:
    """Tell whether a severity reaches a floor; without a floor nothing does."""
    return floor is not None and SEVERITY_ORDER.index(severity) >= SEVERITY_ORDER.index(floor)


def _compile(rule: Rule, offset: int | None) -> CompiledRule:
    policy = rule.alert
    hold = policy.hold
    quiet = policy.quiet
    return CompiledRule(
        rule=rule,
        version=stable_hash(encode(rule.when).decode()),
        text_version=stable_hash(encode(rule).decode()),
        offset=offset,
        condition=compile_when(rule.when),
        cooldown=parse_duration(policy.cooldown) if policy.cooldown else timedelta(0),
        expires=parse_duration(policy.expires) if policy.expires else None,
        hold=HoldBack(parse_duration(hold.for_), _floor(hold.unless)) if hold else None,
        quiet=QuietHours(
            start=time.fromisoformat(quiet.from_),
            end=time.fromisoformat(quiet.to),
            zone=parse_zone(quiet.tz),
            unless=_floor(quiet.unless),
        )
        if quiet
        else None,
    )


def _floor(unless: Unless | None) -> Severity | None:
    return unless.severity.at_least if unless else None
