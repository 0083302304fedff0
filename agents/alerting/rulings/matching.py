"""Whether a rule matches a story: conditions on the story as it stands, those on posts as they were.

A condition on the post itself (text, source, actor, language, status) that was true of one post of the story
stays true until that post is taken back or rewritten. One that a rule excludes (under ``not``) was not there
when the rule matched, and what later posts say does not undo that.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from agents.alerting.rules.conditions import POST_FIELDS, Condition, Leaf, holds
from agents.alerting.rules.rule_set import CompiledRule
from agents.alerting.stories.facts import Facts
from schemas.story_state import Contribution, RuleLedger, Support

MAX_SUPPORTS = 10
"""So many of the latest posts are remembered for each condition."""


def matches(rule: CompiledRule, ledger: RuleLedger | None, facts: Facts) -> bool:
    """Tell whether a rule matches; with a ledger that is in use, what it rests on counts."""
    return holds(rule.condition, facts, _frozen(rule, ledger) if ledger is not None else None)


def in_use(ledger: RuleLedger | None) -> bool:
    """Tell whether a rule has spoken about the story without taking it back, or owes a message."""
    return ledger is not None and (ledger.owed is not None or speaking(ledger))


def speaking(ledger: RuleLedger | None) -> bool:
    """Tell whether subscribers were told of the story by a rule, and not told that it is off."""
    return ledger is not None and bool(ledger.alert_ids) and not ledger.cancelled


def supported(
    rule: CompiledRule, ledger: RuleLedger, facts: Facts, contributions: Sequence[Contribution]
) -> RuleLedger:
    """Return the ledger with the conditions that are true of the last post, and without posts taken back.

    The conditions of another text of the rule are forgotten.
    """
    last = contributions[-1]
    gone = {one.post_id for one in contributions if one.retracted} | {last.post_id}
    known: Mapping[int, list[str]] = (
        {one.leaf: [post for post in one.post_ids if post not in gone] for one in ledger.supports}
        if ledger.rule_version == rule.version
        else {}
    )
    supports = []
    for leaf, excluded in _post_leaves(rule.condition):
        posts = known.get(leaf.index, [])
        if not excluded and last.relation != "retraction" and leaf.test(facts):
            posts = [*posts, last.post_id][-MAX_SUPPORTS:]
        if posts:
            supports.append(Support(leaf=leaf.index, post_ids=posts))
    return msgspec.structs.replace(ledger, rule_version=rule.version, supports=supports)


def _frozen(rule: CompiledRule, ledger: RuleLedger) -> dict[int, bool] | None:
    if not in_use(ledger) or ledger.rule_version != rule.version:
        return None
    supports = {one.leaf for one in ledger.supports}
    frozen = {}
    for leaf, excluded in _post_leaves(rule.condition):
        if excluded:
            frozen[leaf.index] = False
        elif leaf.index in supports:
            frozen[leaf.index] = True
    return frozen


def _post_leaves(condition: Condition, excluded: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """Yield the conditions on the post itself, each with whether the rule excludes it."""
    if isinstance(condition, Leaf):
        if condition.field in POST_FIELDS:
            yield condition, excluded
        return
    for part in condition.parts:
        yield from _post_leaves(part, excluded != (condition.kind == "not"))
