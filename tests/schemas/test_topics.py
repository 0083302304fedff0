"""The topic table, the messages and the schema files agree; an orphan fails."""

import pytest

from schemas.json_schema import MESSAGES, VERSION
from schemas.topics import TOPICS, Topic, full_name, partition_count, table_name, topic_for, topic_of


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_topic_has_a_message_with_a_schema(topic: Topic) -> None:
    name, _, version = topic.schema.partition(".")
    assert MESSAGES[name] is topic.message
    assert version == VERSION


def test_every_message_has_one_topic() -> None:
    assert {topic.message for topic in TOPICS} == set(MESSAGES.values())
    assert len({topic.message for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_is_keyed_by_a_field_of_its_message(topic: Topic) -> None:
    keys = {"dead.letters": "as the original", "rules": "rule_id"}
    assert topic.key in topic.message.__struct_fields__ or keys[topic.name] == topic.key


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_compacted_topics_keep_the_latest_value_for_good_and_others_have_a_retention(topic: Topic) -> None:
    assert (topic.retention is None) == (topic.cleanup == "compact")


def test_topics_that_alerting_joins_have_the_same_partitions() -> None:
    joined = ("posts.judged", "events.enriched", "alerting.state")
    assert {topic_of(name).partitions for name in joined} == {"stories"}


def test_names_with_a_prefix_lead_back_to_the_table() -> None:
    for topic in TOPICS:
        assert table_name(full_name(topic.name, "desk-a."), "desk-a.") == topic.name
        assert topic_for(topic.message) is topic
    with pytest.raises(KeyError, match="does not start with"):
        table_name("posts.raw", "desk-a.")
    with pytest.raises(KeyError, match="topics are"):
        topic_of("posts.cooked")


def test_partitions_follow_the_settings() -> None:
    counts = {
        name: partition_count(topic_of(name), lanes=2, stories=6)
        for name in ("posts.raw", "stories", "rules")
    }
    assert counts == {"posts.raw": 2, "stories": 6, "rules": 1}
