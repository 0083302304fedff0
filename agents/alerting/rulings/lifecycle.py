"""What one rule says about one story in the course of time: its ledger, from ruling to ruling."""

from dataclasses import dataclass

import msgspec

from agents.alerting.messages.build import build_alert, build_decision
from agents.alerting.rules.rule_set import CompiledRule
from agents.alerting.rulings.decide import Ruling, Situation, decide
from agents.alerting.rulings.matching import in_use, matches, supported
from agents.alerting.stories.view import TAKES_BACK, View
from schemas.alerts import Alert, Decision
from schemas.story_state import Owed, RuleLedger


@dataclass(frozen=True, slots=True)
class Turn:
    """What a rule did about a story at one moment.

    Attributes:
        ledger: what it has said by now; None when it never had to do with the story.
        alert: what it sent.
        decision: the record of it; None where there was nothing to decide.

    """

    ledger: RuleLedger | None
    alert: Alert | None = None
    decision: Decision | None = None


def after_post(rule: CompiledRule, ledger: RuleLedger | None, view: View) -> Turn:
    """Hold a rule against a story after a post."""
    if ledger is not None and in_use(ledger):
        ledger = supported(rule, ledger, view.facts, view.contributions)
    matched = view.told and matches(rule, ledger, view.facts)
    if matched and not in_use(ledger):
        fresh = ledger or _opened(rule, view)
        fresh = msgspec.structs.replace(fresh, first_match_at=view.now, supports=[])
        ledger = supported(rule, fresh, view.facts, view.contributions)
    if ledger is None:
        return Turn(None)
    situation = _situation(rule, ledger, view, matched)
    ruling = decide(situation)
    if ruling is None:
        return Turn(ledger)
    return _carried_out(rule, ledger, ruling, view)


def at_time(rule: CompiledRule, ledger: RuleLedger, view: View) -> Turn:
    """Let go what a rule owes, if it still holds and nothing else holds it back.

    What is held back again, or no longer holds, is in the records already and gets no further one.
    """
    matched = view.told and matches(rule, ledger, view.facts)
    ruling = decide(_situation(rule, ledger, view, matched))
    if ruling is None:
        return Turn(owing_nothing(ledger))
    turn = _carried_out(rule, ledger, ruling, view)
    return turn if turn.alert is not None else Turn(turn.ledger)


def _opened(rule: CompiledRule, view: View) -> RuleLedger:
    return RuleLedger(rule_id=rule.rule.id, rule_version=rule.version, first_match_at=view.now)


def _situation(rule: CompiledRule, ledger: RuleLedger, view: View, matched: bool) -> Situation:
    knows = ledger.told is not None and view.corrected <= ledger.told.story_seq
    return Situation(
        rule=rule,
        ledger=ledger,
        matched=matched,
        story=view.story,
        present=view.present,
        now=view.now,
        relation=view.relation,
        corrects=knows and (view.edits or view.relation in TAKES_BACK),
        edits=view.edits,
        late=view.late,
        age=view.age,
        silence=view.silence,
    )


def _carried_out(rule: CompiledRule, ledger: RuleLedger, ruling: Ruling, view: View) -> Turn:
    if ruling.outcome == "held":
        after = _after_holding_back(ledger, ruling)
        return Turn(after, None, build_decision(rule, ledger, ruling, view, None))
    alert = build_alert(rule, ledger, ruling, view)
    after = msgspec.structs.replace(
        ledger,
        alert_ids=[*ledger.alert_ids, alert.alert_id],
        sent_at=view.now,
        cancelled=ruling.outcome == "cancel",
        told=view.present,
        owed=None,
    )
    return Turn(after, alert, build_decision(rule, ledger, ruling, view, alert))


def _after_holding_back(ledger: RuleLedger, ruling: Ruling) -> RuleLedger | None:
    """Return the ledger with what is owed now; a rule that never spoke and owes nothing needs none."""
    if ruling.reason == "late":
        return _if_needed(ledger)
    owed = Owed(due=ruling.until, reason=ruling.takes_back) if ruling.until is not None else None
    return _if_needed(msgspec.structs.replace(ledger, owed=owed))


def owing_nothing(ledger: RuleLedger) -> RuleLedger | None:
    """Return a ledger without what it owes; None when it never spoke."""
    return _if_needed(msgspec.structs.replace(ledger, owed=None))


def _if_needed(ledger: RuleLedger) -> RuleLedger | None:
    return ledger if ledger.owed is not None or ledger.alert_ids else None
