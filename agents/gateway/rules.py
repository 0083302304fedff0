"""Rules that are put: the same checks as for files."""

import asyncio
import logging
from typing import Any

import orjson

from agents.alerting.rules.checks import Problem
from agents.alerting.rules.ownership import owned
from agents.alerting.rules.reading import read_rule as rule_of
from agents.gateway.problems import Mistake, bad_request, invalid
from schemas.codec import DecodeError, decode, encode, to_plain
from schemas.ids import stable_hash
from schemas.rules import Rule

log = logging.getLogger(__name__)


def read_rule(body: bytes, rule_id: str, owner: str) -> Rule:
    """Return the rule of a request.

    Args:
        body: the rule as JSON; id and owner may be left out.
        rule_id: id that the address gives.
        owner: owner of a rule that names none.

    Raises:
        ProblemError: the body is not JSON, or the rule cannot be used; all mistakes are named.

    """
    try:
        plain = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"the body is not JSON: {error}") from error
    if isinstance(plain, dict):
        plain = {"id": rule_id, "owner": owner, **plain}
    rule, problems = rule_of(plain)
    if rule is not None and rule.id != rule_id:
        problems = [*problems, Problem("id", f"is {rule.id!r}; the address says {rule_id!r}")]
    if rule is None or problems:
        errors = [Mistake(field=problem.field or None, message=problem.message) for problem in problems]
        raise invalid("the rule cannot be used", errors)
    return rule


class RuleShelf:
    """The rules as they stand on their topic."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._news = asyncio.Event()

    def put(self, rule_id: str, value: bytes | None) -> None:
        """Take the new text of a rule; None removes it, and so does a text that is no rule."""
        self._rules.pop(rule_id, None)
        if value is not None:
            try:
                self._rules[rule_id] = decode(value, Rule)
            except DecodeError as error:
                log.warning("rule %s on the topic cannot be used: %s", rule_id, error)
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def until(self, rule_id: str, wanted: Rule | None) -> None:
        """Wait until a rule is as wanted; None: until it is gone."""
        while self.get(rule_id) != wanted:
            await self._news.wait()

    def get(self, rule_id: str) -> Rule | None:
        """Return a rule, None when there is none of that id."""
        return self._rules.get(rule_id)

    def of(self, owner: str) -> list[Rule]:
        """Return an owner's rules, by id."""
        return owned((self._rules[rule_id] for rule_id in sorted(self._rules)), owner)


def rule_body(rule: Rule) -> bytes:
    """Return a rule as JSON that may be put again: fields that hold nothing are left out."""
    return orjson.dumps(_without_empty(to_plain(rule)))


def rules_body(rules: list[Rule]) -> bytes:
    """Return a list of rules as JSON."""
    return orjson.dumps({"items": [_without_empty(to_plain(rule)) for rule in rules]})


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_empty(inner) for name, inner in value.items() if inner is not None}
    return value


def version_tag(rule: Rule) -> str:
    """Return the ETag of a rule."""
    return f'"{stable_hash(encode(rule).decode())}"'
