"""Whose rule it is: an owner sees, changes and deletes its own rules and no others.

An id belongs to the owner of the rule that holds it until that rule is deleted.
"""

from collections.abc import Iterable, Mapping

from schemas.rules import Rule


def put_refusal(rule: Rule, present: Rule | None, acting: str | None = None) -> str | None:
    """Return why a rule must not be put, None when it may be.

    Args:
        rule: the rule to put.
        present: the rule that holds its id now, None where there is none.
        acting: owner who puts it; None for an operator, who may put rules of every owner.

    """
    if acting is not None and rule.owner != acting:
        return f"rule {rule.id!r} names {rule.owner!r} as its owner, not {acting!r}"
    if present is not None and present.owner != rule.owner:
        return _taken(rule.id, present.owner, acting)
    return None


def delete_refusal(rule_id: str, present: Rule | None, acting: str | None = None) -> str | None:
    """Return why a rule must not be deleted, None when it may be; arguments as for ``put_refusal``.

    Another owner's rule is refused as if it were not there.
    """
    if present is None or (acting is not None and present.owner != acting):
        return f"there is no rule {rule_id!r}" + (f" of {acting!r}" if acting is not None else "")
    return None


def put_refusals(rules: Iterable[Rule], present: Mapping[str, Rule], acting: str | None = None) -> list[str]:
    """Return why some of several rules must not be put, empty when all may be."""
    found = (put_refusal(rule, present.get(rule.id), acting) for rule in rules)
    return [refusal for refusal in found if refusal is not None]


def owned(rules: Iterable[Rule], acting: str | None) -> list[Rule]:
    """Return the rules that an owner may see; all for an operator, None."""
    return [rule for rule in rules if acting in (None, rule.owner)]


def _taken(rule_id: str, owner: str, acting: str | None) -> str:
    """Return that an id is taken; only an operator is told by whom."""
    if acting is None:
        return f"rule id {rule_id!r} belongs to {owner!r}; take another id, or delete that rule first"
    return f"rule id {rule_id!r} belongs to another owner; take another id"
