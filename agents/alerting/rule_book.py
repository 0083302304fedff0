"""The rules in force: those of the files, and those on the topic rules, which take precedence."""

from collections.abc import Iterable

from agents.alerting.rule_checks import problems_of
from agents.alerting.rule_set import RuleSet, compile_rules
from schemas.codec import DecodeError, decode
from schemas.rules import Rule


class RuleBook:
    """Rules by id, compiled anew when one of them changes."""

    def __init__(self, from_files: Iterable[Rule] = ()) -> None:
        self._from_files = {rule.id: rule for rule in from_files}
        self._from_topic: dict[str, Rule] = {}
        self._offsets: dict[str, int] = {}
        self.rules: RuleSet = compile_rules(self._from_files.values())

    def put(self, rule_id: str, value: bytes | None, offset: int) -> None:
        """Take a message of the topic rules: a rule, or None where it was deleted, with its offset.

        Raises:
            DecodeError: the value is no rule that can be used; the rules in force stay as they are.

        """
        if value is None:
            self._from_topic.pop(rule_id, None)
            self._offsets.pop(rule_id, None)
        else:
            self._from_topic[rule_id] = _checked(decode(value, Rule))
            self._offsets[rule_id] = offset
        self.rules = compile_rules({**self._from_files, **self._from_topic}.values(), self._offsets)


def _checked(rule: Rule) -> Rule:
    for field, problem in problems_of(rule):
        raise DecodeError("invalid", problem, field)
    return rule
