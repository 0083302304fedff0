import pytest
from msgspec import Struct

from agents.settings import load_settings
from agents.wiring.topics import broker_config, expected_partitions
from schemas.topics import TOPICS, full_name, table_name, topic_for, topic_of


def test_names_and_schemas_are_each_used_once() -> None:
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)
    assert len({topic.schema for topic in TOPICS}) == len(TOPICS)
    assert len({topic.message for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_topic_is_complete(topic: object) -> None:
    one = topic_of(topic.name)  # type: ignore[attr-defined]
    assert one.doc.endswith(".")
    assert topic_for(one.message) is one
    assert (one.retention is None) == (one.cleanup == "compact")
    assert one.key in one.message.__struct_fields__ or one.name in {"rules", "dead.letters"}


def test_names_carry_the_prefix_there_and_back() -> None:
    assert full_name("alerts", "desk.") == "desk.alerts"
    assert table_name("desk.alerts", "desk.") == "alerts"
    with pytest.raises(KeyError, match="prefix"):
        table_name("alerts", "desk.")
    with pytest.raises(KeyError, match=r"posts\.raw"):
        topic_of("alert")


def test_partitions_and_configuration_follow_the_settings() -> None:
    settings = load_settings(partitions=6, lanes=2)
    counts = {topic.name: expected_partitions(topic, settings) for topic in TOPICS}
    assert (counts["posts.raw"], counts["posts.judged"], counts["rules"]) == (2, 6, 1)
    assert broker_config(topic_of("posts.raw"))["retention.ms"] == "604800000"
    assert "retention.ms" not in broker_config(topic_of("stories"))


def test_topics_that_are_joined_by_story_have_the_same_partitions() -> None:
    joined = {topic_of(name).partitions for name in ("posts.judged", "events.enriched", "alerting.state")}
    assert joined == {"stories"}


def test_a_message_without_topic_is_refused() -> None:
    with pytest.raises(KeyError, match="Struct"):
        topic_for(Struct)
