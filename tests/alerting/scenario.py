"""Scenarios: posts and rules in, messages out, as of ``wiredesk process posts.jsonl --rules rules.yaml``."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agents.alerting.rules.files import parse_rules
from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.rulings.shelf import Shelf
from agents.alerting.rulings.timers import Desk, Limits
from agents.pipeline import Pipeline, load_pipeline
from agents.sources.files import read_files
from agents.sources.profiles import load_profiles
from schemas.alerts import Alert, Decision
from schemas.base import Message
from schemas.codec import decode, encode, from_plain
from schemas.posts import RawPost
from schemas.rules import Rule
from schemas.stories import Story
from schemas.story_state import StoryState

SCENARIOS = Path(__file__).with_name("scenarios")


@dataclass(frozen=True)
class Scenario:
    """One directory: posts.jsonl, rules.yaml, expected.yaml and, where rules change, changes.yaml."""

    path: Path

    @property
    def posts(self) -> list[RawPost]:
        file = self.path / "posts.jsonl"
        return list(read_files([file], source=None, day=None, profiles=load_profiles(None), warn=print))

    @property
    def rules(self) -> list[Rule]:
        return parse_rules((self.path / "rules.yaml").read_text(), "rules.yaml")

    @property
    def changes(self) -> dict[int, list[dict[str, Any]]]:
        """What is put and deleted before the post of a number, from 0."""
        file = self.path / "changes.yaml"
        return yaml.safe_load(file.read_text()) if file.exists() else {}

    @property
    def expected(self) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((self.path / "expected.yaml").read_text())
        return found


def run(scenario: Scenario, loaded: Pipeline, *, restart: bool) -> Iterator[Message]:
    """Yield all messages; with ``restart`` alerting reads its stories back from their state at every post."""
    rules = compile_rules(scenario.rules)
    assert loaded.desk is not None
    pipeline = Pipeline(
        loaded.config, loaded.data, loaded.extractors, Desk(rules, loaded.desk.outlet_of, loaded.desk.limits)
    )
    stories: set[str] = set()
    for number, post in enumerate(scenario.posts):
        for change in scenario.changes.get(number, []):
            if "delete" in change:
                rules.delete(change["delete"])
            else:
                rules.put(from_plain(change["put"], Rule), number)
        for message in pipeline.take(post):
            stories.update([message.story_id] if isinstance(message, Story) else [])
            yield message
        if restart:
            pipeline.stories = restored(pipeline.stories, stories)


def restored(shelf: Shelf, story_ids: set[str]) -> Shelf:
    """Return the stories as they are read back from the topic that keeps them."""
    fresh = Shelf(Limits())
    for story_id in sorted(story_ids):
        state = shelf.get(story_id)
        if state is not None:
            fresh.put(decode(encode(state), StoryState))
    return fresh


def loaded_pipeline() -> Pipeline:
    return load_pipeline([])


def summary(messages: list[Message]) -> dict[str, Any]:
    """Return what subscribers and the record of decisions get, in order, and how the stories end."""
    found: list[dict[str, Any]] = []
    stories: dict[str, Story] = {}
    for message in messages:
        if isinstance(message, Alert):
            found.append(_alert(message))
        elif isinstance(message, Decision) and message.outcome == "held":
            found.append({"held": message.rule_id, "reason": message.reason, "at": _time(message.at)})
        elif isinstance(message, Story):
            stories[message.story_id] = message
    return {"messages": found, "stories": [_story(story) for story in stories.values() if found]}


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        alert.kind: alert.rule_id, "reason": alert.reason, "at": _time(alert.at), "sequence": alert.sequence,
        "references": len(alert.references), "certainty": alert.certainty,
        "changed": {one.field: [one.before, one.after] for one in alert.changed if one.field != "category"},
    }  # fmt: skip


def _story(story: Story) -> dict[str, Any]:
    return {
        "posts": story.posts, "outlets": story.outlets, "status": story.status, "state": story.state,
        "contradictions": len(story.contradictions),
        "casualties": {kind: [one.min, one.max, one.latest] for kind, one in story.casualties.items()},
    }  # fmt: skip


def _time(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%d %H:%M"))
