"""What subscribers get in the course of whole stories; see scenarios/README.md."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.cli.app import app
from agents.pipeline import Pipeline
from schemas.alerts import Alert, Decision
from schemas.base import Message
from tests.alerting.scenario import SCENARIOS, Scenario, loaded_pipeline, run, summary

PATHS = sorted(path.parent for path in SCENARIOS.glob("*/posts.jsonl"))


@pytest.fixture(scope="module")
def loaded() -> Pipeline:
    return loaded_pipeline()


@pytest.fixture(params=PATHS, ids=lambda path: path.name)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return Scenario(request.param)


def test_scenario(scenario: Scenario, loaded: Pipeline) -> None:
    expected = scenario.expected
    assert summary(list(run(scenario, loaded, restart=False))) == {
        "messages": expected["messages"], "stories": expected["stories"]
    }  # fmt: skip


def test_a_restart_after_every_post_changes_nothing(scenario: Scenario, loaded: Pipeline) -> None:
    assert list(run(scenario, loaded, restart=True)) == list(run(scenario, loaded, restart=False))


def test_every_alert_has_its_decision_and_names_all_earlier_ones(
    scenario: Scenario, loaded: Pipeline
) -> None:
    messages = list(run(scenario, loaded, restart=False))
    for rule_id, story_id in {(one.rule_id, one.story_id) for one in alerts(messages)}:
        sent = [one for one in alerts(messages) if (one.rule_id, one.story_id) == (rule_id, story_id)]
        ids = [one.alert_id for one in sent]
        assert [one.references for one in sent] == [ids[:number] for number in range(len(ids))]
    fired = [one for one in messages if isinstance(one, Decision) and one.outcome != "held"]
    assert [(one.alert_id, one.outcome, one.reason, one.at) for one in fired] == [
        (one.alert_id, one.kind, one.reason, one.at) for one in alerts(messages)
    ]


def test_the_command_prints_the_same(loaded: Pipeline) -> None:
    path = SCENARIOS / "toll-rises"
    result = CliRunner().invoke(
        app, ["process", str(path / "posts.jsonl"), "--rules", str(path / "rules.yaml")]
    )
    assert result.exit_code == 0, result.output
    printed = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["value"]["alert_id"] for one in printed if one["topic"] == "alerts"] == [
        one.alert_id for one in alerts(list(run(Scenario(path), loaded, restart=False)))
    ]


def test_there_is_no_other_file_in_a_scenario() -> None:
    known = {"posts.jsonl", "rules.yaml", "expected.yaml", "changes.yaml"}
    assert {file.name for path in PATHS for file in Path(path).iterdir()} <= known


def alerts(messages: Sequence[Message]) -> list[Alert]:
    return [one for one in messages if isinstance(one, Alert)]
