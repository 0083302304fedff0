"""The pipeline over a broker publishes what the pipeline in one process prints, byte for byte."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.alerting.rules.book import RuleBook
from agents.alerting.rules.files import parse_rules
from agents.cli.inputs import posts_of
from agents.cli.stages import Agent, build_stages
from agents.pipeline import load_pipeline
from agents.wiring.connection import Cluster
from agents.wiring.replay import replay
from agents.wiring.rules import delete_rule, follow_rules, list_rules, put_rules
from agents.wiring.stage import Record, Stage
from schemas.codec import encode
from schemas.posts import RawPost
from schemas.rules import Rule
from schemas.topics import topic_for
from tests.broker.support import distinct, new_metrics, posts, read, running, until, until_read

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]

SAMPLES = Path(__file__).parents[2] / "agents" / "samples"
NOW = datetime(2026, 3, 11, tzinfo=UTC)
TOPICS = ("posts.raw", "posts.judged", "events.enriched", "stories", "alerts", "alerts.decisions")

Messages = dict[str, list[tuple[bytes, bytes]]]


def sample_posts() -> list[RawPost]:
    files = sorted([*SAMPLES.glob("*.txt"), *SAMPLES.glob("*.jsonl")])
    return list(posts_of(files, None, None, live=False))


def sample_rules() -> list[Rule]:
    path = SAMPLES / "rules.yaml"
    return parse_rules(path.read_text(), str(path))


def in_one_process(raw: list[RawPost], rules: list[Rule]) -> Messages:
    found: Messages = {topic: [] for topic in TOPICS}
    for message in load_pipeline(rules).run(raw):
        topic = topic_for(type(message))
        found[topic.name].append((str(getattr(message, topic.key)).encode(), encode(message)))
    return {topic: sorted(messages) for topic, messages in found.items()}


def new_stages(cluster: Cluster, rules: list[Rule]) -> list[Stage]:
    return build_stages(list(Agent), cluster.settings, rules, new_metrics(), lambda: NOW)


async def on_the_broker(cluster: Cluster, expected: Messages) -> Messages:
    """Wait until every topic holds as many different messages as expected; return them without repeats."""
    found: Messages = {}
    for topic in TOPICS:
        records = await until_read(cluster, topic, len(expected[topic]), seconds=90)
        found[topic] = sorted((key or b"", value or b"") for key, value in distinct(records).values())
    return found


@pytest.fixture(params=[1, 7, 1000], ids=lambda size: f"batches-of-{size}")
def batched(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    yield Cluster(cluster.address, cluster.settings.model_copy(update={"batch_size": request.param}))


async def test_batches_of_any_size_give_the_same_messages_as_one_process(batched: Cluster) -> None:
    raw, rules = sample_posts(), sample_rules()
    expected = in_one_process(raw, rules)
    assert expected["alerts"]
    await replay(batched, raw)
    async with running(batched, *new_stages(batched, rules)):
        assert await on_the_broker(batched, expected) == expected
    assert await read(batched, "dead.letters") == []


async def test_new_workers_in_the_middle_change_nothing(cluster: Cluster) -> None:
    raw, rules = sample_posts(), sample_rules()
    expected = in_one_process(raw, rules)
    third = len(raw) // 3
    for part in (raw[:third], raw[third : 2 * third]):
        await replay(cluster, part)
        seen = len(distinct(await read(cluster, "posts.judged")))
        async with running(cluster, *new_stages(cluster, rules)):
            await until_read(cluster, "posts.judged", seen + len(part) // 2)
    await replay(cluster, raw[2 * third :])
    async with running(cluster, *new_stages(cluster, rules)):
        assert await on_the_broker(cluster, expected) == expected


async def test_a_post_replayed_is_no_duplicate_of_itself(cluster: Cluster) -> None:
    raw = sample_posts()
    expected = in_one_process(raw, [])
    await replay(cluster, [*raw, *raw])
    async with running(cluster, *new_stages(cluster, [])):
        await until_read(cluster, "stories", len(raw))

        async def all_judged() -> bool:
            return len(await read(cluster, "posts.judged")) == 2 * len(raw)

        await until("both runs are judged", all_judged)
        assert await on_the_broker(cluster, expected) == expected


async def test_rules_put_while_a_worker_runs_are_taken_up(cluster: Cluster) -> None:
    rule = parse_rules("id: every-story\nowner: desk\ntitle: T\nwhen: {outlets: {at_least: 1}}\n", "r.yaml")[
        0
    ]
    book = RuleBook()

    def take(record: Record) -> None:
        book.put((record.key or b"").decode(), record.value, record.offset)

    following = asyncio.ensure_future(follow_rules(cluster, take))
    try:
        await put_rules(cluster, [rule])
        await until("the rule is followed", at_last(lambda: len(book.rules) == 1))
        assert await list_rules(cluster) == [rule]
        await delete_rule(cluster, "every-story")
        await until("the deletion is followed", at_last(lambda: not book.rules))
        assert await list_rules(cluster) == []
    finally:
        following.cancel()
    await put_rules(cluster, [rule])
    await replay(cluster, posts(1))
    async with running(cluster, *new_stages(cluster, [])):
        assert {record.key for record in await until_read(cluster, "alerts", 1)} == {b"every-story"}


def at_last(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return condition()

    return check
