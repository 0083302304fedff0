"""Rules tried out on posts: what would have been sent, held back or just missed, and why."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.rulings.timers import Desk
from agents.classification.enrich import Extractors, load_extractors
from agents.dedup.config import DedupConfig
from agents.dedup.data import DedupData, load_data
from agents.pipeline import Pipeline
from agents.trial import Row, Trial, headline_of
from schemas.codec import from_plain
from schemas.posts import RawPost
from schemas.rules import Rule
from tests.alerting.builders import rule

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


def post(number: int, body: str, source: str = "agency", **fields: Any) -> RawPost:
    at = START + timedelta(minutes=10 * number)
    times = {"fetched_at": at, "event_time": at, "published_at": at}
    plain = {
        "post_id": f"p{number}",
        "source": source,
        "lane": "x",
        "revision": 0,
        "body": body,
        "kind": "post",
    }
    return from_plain({**plain, **times, **fields}, RawPost)


@cache
def data() -> tuple[DedupData, Extractors]:
    return load_data(), load_extractors()


def trial(rules: list[Rule], posts: list[RawPost], misses: bool = False) -> tuple[Trial, list[Row]]:
    pipeline = Pipeline(DedupConfig(), *data(), Desk(compile_rules(rules), str))
    tried = Trial(pipeline, {one.id: one for one in rules}, misses)
    return tried, list(tried.run(posts))


POSTS = [
    post(1, "A drone strike hit a market in Kharkiv. Two people were killed, the mayor said."),
    post(
        2, "A drone strike hit a market in Kharkiv. Two people were killed, the mayor said.", source="other"
    ),
    post(3, "Parliament passed the budget in Vienna on Tuesday after a long debate.", source="other"),
]


def words(row: Row) -> list[tuple[str, str]]:
    return [(one.field, one.words) for one in row.conditions]


def test_what_fires_says_which_conditions_held() -> None:
    _, rows = trial([rule({"text": "drone OR missile", "killed": {"at_least": 2}})], POSTS)
    first = rows[0]
    assert (first.outcome, first.reason, first.post_id, first.source) == (
        "alert",
        "first_match",
        "p1",
        "agency",
    )
    assert first.headline.startswith("A drone strike hit a market")
    assert first.alert_id
    assert words(first) == [
        ("when.killed", "killed at least 2: 2"),
        ("when.text", "text drone OR missile: the post has drone"),
    ]
    assert {row.post_id for row in rows} == {"p1", "p2"}


def test_what_is_held_back_says_why() -> None:
    _, rows = trial([rule({"text": "drone"}, alert={"hold": {"for": "1h"}})], POSTS[:1])
    assert [(row.outcome, row.reason) for row in rows] == [("held", "hold")]
    assert rows[0].words == "the first alert waits for a second publisher, until 2026-03-10 13:10 UTC"


def test_what_is_let_go_when_its_time_is_over_names_its_post() -> None:
    late = post(9, "Parliament passed the budget in Vienna on Tuesday after a long debate.")
    _, rows = trial([rule({"text": "drone"}, alert={"hold": {"for": "1h"}})], [POSTS[0], late])
    assert [(row.outcome, row.post_id) for row in rows] == [("held", "p1"), ("alert", "p1")]
    assert rows[1].at == START + timedelta(minutes=70)
    assert rows[1].headline == rows[0].headline


def test_what_was_just_missed_is_told_when_asked() -> None:
    rules = [
        rule({"text": "drone", "place": {"country": "AT"}}, id="near"),
        rule({"text": "earthquake", "place": {"country": "JP"}}, id="far"),
        rule({"place": {"country": "UA"}}, id="met"),
    ]
    tried, rows = trial(rules, POSTS[:1], misses=True)
    assert [(row.rule_id, row.outcome) for row in rows] == [("met", "alert"), ("near", "missed")]
    assert words(rows[1]) == [("when.place", "place in AT: Kharkiv (Kharkiv Oblast, UA)")]
    assert tried.far == {"far": 1}
    assert trial(rules, POSTS[:1])[1] == rows[:1]


def test_nested_conditions_are_told_as_one() -> None:
    when = {"any": [{"killed": {"at_least": 9}}, {"language": "fr"}], "not": {"source": {"any": ["agency"]}}}
    _, rows = trial([rule(when), rule({"text": "drone", **when}, id="r2")], POSTS[:1], misses=True)
    assert [words(row) for row in rows] == [
        [
            ("when.any", "any of: killed at least 9: 2 | language fr: en"),
            ("when.not", "not: source one of agency: agency"),
        ]
    ]


def test_a_post_without_a_headline_is_named_by_its_first_words() -> None:
    assert headline_of(post(1, "word " * 40)) == ("word " * 40)[:79].rstrip() + "…"
    assert headline_of(post(1, "body", headline="A headline")) == "A headline"
