"""An owner sees and changes its own rules only, on the command line as in a worker."""

from typing import Any

import pytest

from agents.alerting.rules.book import RuleBook
from agents.alerting.rules.ownership import delete_refusal, owned, put_refusal, put_refusals
from schemas.codec import DecodeError, encode
from schemas.rules import Rule
from tests.alerting.builders import rule


def owned_by(owner: str, **fields: Any) -> Rule:
    return rule({"category": "strike"}, owner=owner, **fields)


@pytest.mark.parametrize(
    ("owner", "holder", "acting", "refusal"),
    [
        ("east", None, None, None),
        ("east", "east", None, None),
        ("east", None, "east", None),
        ("east", "east", "east", None),
        ("east", "west", None, "rule id 'r1' belongs to 'west'"),
        ("east", "west", "east", "rule id 'r1' belongs to another owner"),
        ("east", None, "west", "rule 'r1' names 'east' as its owner, not 'west'"),
        ("east", "east", "west", "rule 'r1' names 'east' as its owner, not 'west'"),
    ],
)
def test_put(owner: str, holder: str | None, acting: str | None, refusal: str | None) -> None:
    found = put_refusal(owned_by(owner), owned_by(holder) if holder else None, acting)
    assert found == refusal if refusal is None else str(found).startswith(refusal)


def test_another_owner_is_not_named_to_an_owner() -> None:
    assert "west" not in str(put_refusal(owned_by("east"), owned_by("west"), "east"))


@pytest.mark.parametrize(
    ("holder", "acting", "is_refused"),
    [
        ("east", None, False),
        ("east", "east", False),
        ("east", "west", True),
        (None, "east", True),
        (None, None, True),
    ],
)
def test_delete(holder: str | None, acting: str | None, is_refused: bool) -> None:
    refusal = delete_refusal("r1", owned_by(holder) if holder else None, acting)
    assert (refusal is not None) is is_refused


def test_a_rule_of_another_owner_looks_as_if_it_were_not_there() -> None:
    assert delete_refusal("r1", owned_by("west"), "east") == delete_refusal("r1", None, "east")


def test_an_owner_sees_its_own_rules() -> None:
    rules = [owned_by("east", id="a"), owned_by("west", id="b")]
    assert [one.id for one in owned(rules, "east")] == ["a"]
    assert owned(rules, None) == rules


def test_all_refusals_are_named() -> None:
    rules = [owned_by("east", id="a"), owned_by("east", id="b"), owned_by("east", id="c")]
    present = {"a": owned_by("west", id="a"), "b": owned_by("east", id="b"), "c": owned_by("west", id="c")}
    assert len(put_refusals(rules, present, "east")) == 2


def test_a_worker_keeps_a_rule_that_a_message_would_take_over() -> None:
    book = RuleBook([owned_by("east", id="filed")])
    mine, theirs = owned_by("east"), owned_by("west")
    book.put("r1", encode(mine), 0)
    for rule_id in ("r1", "filed"):
        with pytest.raises(DecodeError, match="belongs to 'east'") as refused:
            book.put(rule_id, encode(owned_by("west", id=rule_id)), 1)
        assert refused.value.field == "owner"
    assert {one.rule.id: one.rule.owner for one in book.rules} == {"filed": "east", "r1": "east"}
    book.put("r1", None, 2)
    book.put("r1", encode(theirs), 3)
    assert [one.rule for one in book.rules if one.rule.id == "r1"] == [theirs]


def test_reading_the_topic_again_gives_the_same_rules() -> None:
    log = [
        ("r1", encode(owned_by("east"))), ("r1", None), ("r1", encode(owned_by("west"))),
        ("r1", encode(owned_by("east"))),
    ]  # fmt: skip
    book = RuleBook()
    for _ in range(2):
        for offset, (rule_id, value) in enumerate(log):
            try:
                book.put(rule_id, value, offset)
            except DecodeError as error:
                assert error.field == "owner"
        assert [one.rule.owner for one in book.rules] == ["west"]
