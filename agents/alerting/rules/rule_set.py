"""Rules ready to be asked, in a fixed order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property
from operator import attrgetter
from zoneinfo import ZoneInfo

from agents.alerting.index.index import NumberPool, PredicateIndex
from agents.alerting.rules.canonical import canonical_when, conditions_version, rule_version
from agents.alerting.rules.conditions import Condition, compile_when
from agents.alerting.stories.facts import Facts
from agents.durations import parse_duration, parse_zone
from schemas.events import SEVERITY_ORDER, Severity
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


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its texts parsed.

    Attributes:
        rule: as it was written.
        offset: where on the topic rules it stands; None for a rule from a file.
        condition: its conditions in their canonical form, so that equal versions number their leaves alike.

    """

    rule: Rule
    offset: int | None
    condition: Condition
    cooldown: timedelta
    expires: timedelta | None
    hold: HoldBack | None
    quiet: QuietHours | None

    @cached_property
    def version(self) -> str:
        """Hash of its conditions, to which the numbers of leaves belong."""
        return conditions_version(self.rule)

    @cached_property
    def text_version(self) -> str:
        """Hash of the whole rule, for the records of what it did."""
        return rule_version(self.rule)


_id_of = attrgetter("rule.id")


class RuleSet:
    """All standing rules, by id; one of them can be put or deleted without regard to how many there are."""

    def __init__(self) -> None:
        self._index = PredicateIndex()
        self._pool = NumberPool(0)
        self._numbers: dict[str, int] = {}
        self._rules: dict[int, CompiledRule] = {}

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[CompiledRule]:
        return iter(sorted(self._rules.values(), key=_id_of))

    def get(self, rule_id: str) -> CompiledRule | None:
        """Return the rule of an id, None where there is none."""
        number = self._numbers.get(rule_id)
        return None if number is None else self._rules[number]

    def put(self, rule: Rule, offset: int | None = None) -> None:
        """Take in a rule that has been checked, in place of one of the same id."""
        compiled = _compile(rule, offset)
        self.delete(rule.id)
        number = self._pool.take()
        self._numbers[rule.id] = number
        self._rules[number] = compiled
        self._index.add(number, compiled.condition)

    def delete(self, rule_id: str) -> None:
        """Take out a rule; one that is not there is passed over."""
        number = self._numbers.pop(rule_id, None)
        if number is not None:
            self._index.remove(number, self._rules.pop(number).condition)
            self._pool.give_back(number)

    def asked(self, facts: Facts, known: Iterable[str]) -> list[CompiledRule]:
        """Return the rules to be asked about a story, by id: no other one can hold.

        Args:
            facts: of the story.
            known: ids of rules that are asked in any case: those that the story has a ledger of.

        """
        chosen = self._index.candidates(facts)
        chosen.update(self._numbers[rule_id] for rule_id in known if rule_id in self._numbers)
        return sorted((self._rules[number] for number in chosen), key=_id_of)


def compile_rules(rules: Iterable[Rule]) -> RuleSet:
    """Compile rules that have been checked; a later rule takes the place of an earlier one of the same id."""
    compiled = RuleSet()
    for rule in rules:
        compiled.put(rule)
    return compiled


def is_at_least(severity: Severity, floor: Severity | None) -> bool:
    """Tell whether a severity reaches a floor; without a floor nothing does."""
    return floor is not None and SEVERITY_ORDER.index(severity) >= SEVERITY_ORDER.index(floor)


def _compile(rule: Rule, offset: int | None) -> CompiledRule:
    policy = rule.alert
    hold = policy.hold
    quiet = policy.quiet
    return CompiledRule(
        rule=rule,
        offset=offset,
        condition=compile_when(canonical_when(rule.when)),
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
