"""The rules in force: those of the files, and those on the topic rules, which take precedence."""

from collections.abc import Iterable

from agents.alerting.rules.checks import problems_of
from agents.alerting.rules.ownership import put_refusal
from agents.alerting.rules.rule_set import RuleSet, compile_rules
from schemas.codec import DecodeError, decode
from schemas.rules import Rule


class RuleBook:
    """Keeps a rule set at what files and topic say; a change costs the same however many rules there are."""

    def __init__(self, from_files: Iterable[Rule] = ()) -> None:
        self._from_files = {rule.id: rule for rule in from_files}
        self.rules: RuleSet = compile_rules(self._from_files.values())

    def put(self, rule_id: str, value: bytes | None, offset: int) -> None:
        """Take a message of the topic rules: a rule, or None where it was deleted, with its offset.

        Raises:
            DecodeError: the value is no rule that can be used, or its id belongs to another owner; the rules
                in force stay as they are.

        """
        if value is not None:
            present = self.rules.get(rule_id)
            rule = _checked(decode(value, Rule), rule_id)
            refusal = put_refusal(rule, present.rule if present else None)
            if refusal is not None:
                raise DecodeError("invalid", refusal, "owner")
            self.rules.put(rule, offset)
        elif rule_id in self._from_files:
            self.rules.put(self._from_files[rule_id])
        else:
            self.rules.delete(rule_id)


def _checked(rule: Rule, key: str) -> Rule:
    if rule.id != key:
        raise DecodeError("invalid", f"is {rule.id!r}, and the message's key is {key!r}", "id")
    for field, problem in problems_of(rule):
        raise DecodeError("invalid", problem, field)
    return rule
