"""Rules of several owners on their topic, and the history of a story read from topics."""

from pathlib import Path

import pytest

from agents.alerting.messages.explain import explain_alert, explain_story, record_of, story_of_id
from agents.cli import main
from agents.wiring.connection import Cluster
from agents.wiring.history import messages_about
from agents.wiring.rules import delete_rule, list_rules, put_rules
from schemas.alerts import Alert, Decision
from schemas.codec import encode
from schemas.stories import Story
from schemas.topics import topic_for
from tests.alerting.builders import desk, event, killed, rule
from tests.alerting.test_engine import STRIKES, feed
from tests.broker.conftest import settings_for_test
from tests.broker.support import produce

pytestmark = pytest.mark.broker


async def test_an_id_stays_with_its_owner_until_the_rule_is_deleted(cluster: Cluster) -> None:
    mine, theirs = rule(STRIKES, owner="east"), rule(STRIKES, owner="west")
    warnings: list[str] = []
    await put_rules(cluster, [mine])
    await put_rules(cluster, [theirs])
    assert await list_rules(cluster, warnings.append) == [mine]
    assert len(warnings) == 1
    assert "rule 'r1' at offset 1" in warnings[0]
    assert "belongs to 'east'" in warnings[0]
    await delete_rule(cluster, "r1")
    await put_rules(cluster, [theirs])
    assert await list_rules(cluster, warnings.append) == [theirs]


async def test_what_is_no_rule_is_named_and_the_others_are_listed(cluster: Cluster) -> None:
    good = rule(STRIKES, id="good")
    warnings: list[str] = []
    await produce(cluster, "rules", [(b"bad", b"{"), (b"other", encode(good))])
    await put_rules(cluster, [good])
    assert await list_rules(cluster, warnings.append) == [good]
    assert [text.split(" of the topic")[0] for text in warnings] == [
        "rule 'bad' at offset 0",
        "rule 'other' at offset 1",
    ]


async def test_the_history_of_a_story_is_read_from_the_topics(cluster: Cluster) -> None:
    rules = [rule(STRIKES), rule({"killed": {"at_least": 10}}, id="r2")]
    posts = [event(1, casualties=[killed(3)]), event(2, casualties=[killed(11)])]
    published = [*feed(desk(*rules), posts)[1], *feed(desk(*rules), [event(1, story_id="story-2")])[1]]
    for message in published:
        topic = topic_for(type(message))
        await produce(cluster, topic.name, [(getattr(message, topic.key).encode(), encode(message))])
    alert = next(one for one in published if isinstance(one, Alert) and one.rule_id == "r2")
    expected = explain_story(record_of("story-1", published))
    for any_id in ("story-1", alert.alert_id):
        found = await messages_about(cluster, any_id)
        assert {one.story_id for one in found} == {"story-1"}
        assert {type(one) for one in found} == {Story, Alert, Decision}
        assert explain_story(record_of("story-1", found)) == expected
    assert story_of_id(alert.alert_id, found) == ("story-1", "r2")
    assert explain_alert(record_of("story-1", found), "r2")[-1].strip().startswith("killed: ")
    assert await messages_about(cluster, "nothing") == []


def run(capfd: pytest.CaptureFixture[str], command: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(command.split())
    code = end.value.code
    assert isinstance(code, int | None)
    return code or 0, *capfd.readouterr()


def test_an_owner_lists_puts_and_deletes_its_own_rules_only(
    embedded_address: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREDESK_BROKER", embedded_address)
    monkeypatch.setenv("WIREDESK_TOPIC_PREFIX", settings_for_test().topic_prefix)
    files = {owner: tmp_path / f"{owner}.yaml" for owner in ("east", "west")}
    for owner, file in files.items():
        file.write_text(f"id: r1\nowner: {owner}\ntitle: T\nwhen: {{category: strike}}\n")
    assert run(capfd, "topics create")[0] == 0
    assert run(capfd, f"rules put {files['east']} --owner east") == (0, "", "put r1\n")
    refused = run(capfd, f"rules put {files['west']} --owner west")
    assert refused == (2, "", "wiredesk rules put: rule id 'r1' belongs to another owner; take another id\n")
    assert run(capfd, f"rules put {files['east']} --owner west")[0] == 2
    assert run(capfd, "rules delete r1 --owner west")[0] == 2
    listed = '{"id":"r1","owner":"east","title":"T","when":{"category":"strike"}}\n'
    assert run(capfd, "rules list --owner west") == (0, "", "")
    assert run(capfd, "rules list --owner east") == run(capfd, "rules list") == (0, listed, "")
    assert run(capfd, "rules delete r1 --owner east") == (0, "", "deleted r1\n")
    assert run(capfd, f"rules put {files['west']} --owner west")[0] == 0
