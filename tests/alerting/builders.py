"""Small posts and events for the tests of alerting."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.rulings.timers import Desk
from schemas.codec import from_plain
from schemas.events import EnrichedEvent
from schemas.ids import event_id
from schemas.posts import JudgedPost
from schemas.rules import Rule

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
STORY = "story-1"


def rule(when: dict[str, Any], **fields: Any) -> Rule:
    plain = {"id": "r1", "owner": "desk", "title": "A rule", "when": when, **fields}
    return from_plain(plain, Rule)


def desk(*rules: Rule) -> Desk:
    return Desk(compile_rules(rules), lambda source: source.split("-")[0])


def killed(least: int | None, most: int | None = None, claimed_by: str | None = None) -> dict[str, Any]:
    return {
        "kind": "killed", "min": least, "max": most if most is not None else least,
        "claimed_by": claimed_by, "current": True, "span": [0, 1],
    }  # fmt: skip


def place(name: str, country: str, lat: float, lon: float, role: str = "where") -> dict[str, Any]:
    return {"name": name, "country": country, "lat": lat, "lon": lon, "role": role, "span": [0, 1]}


def event(seq: int, *, minutes: float | None = None, post: str | None = None, **fields: Any) -> EnrichedEvent:
    at = START + timedelta(minutes=10 * seq if minutes is None else minutes)
    post_id = post or f"p{seq}"
    revision = fields.get("revision", 0)
    plain: dict[str, Any] = {
        "event_id": event_id(post_id, revision), "post_id": post_id, "story_id": STORY, "story_seq": seq,
        "relation": "new", "source": "agency", "headline": f"Headline {seq}", "summary": f"Summary {seq}.",
        "published_at": at, "event_time": at, "language": "en", "category": "strike", "categories": [],
        "confidence": 0.9, "event_type": "assault", "severity": "moderate", "status": "claimed", "places": [],
        "actors": [], "casualties": [], "attributions": [], "correction": False, "revision": revision,
        "text": f"Headline {seq}\nShells hit the market in the old town.",
        "versions": {"taxonomy": "1", "lexicon": "1", "gazetteer": "1", "model": "1"},
    }  # fmt: skip
    return from_plain({**plain, **fields}, EnrichedEvent)


def judged(seq: int, relation: str = "new", *, post: str | None = None, **fields: Any) -> JudgedPost:
    at = START + timedelta(minutes=10 * seq)
    plain: dict[str, Any] = {
        "post_id": post or f"p{seq}", "source": "agency", "lane": "default", "revision": 0, "body": "Shells.",
        "fetched_at": at, "event_time": at, "kind": "post", "relation": relation, "reason": "test",
        "story_id": STORY, "story_seq": seq, "watermark": at,
    }  # fmt: skip
    return from_plain({**plain, **fields}, JudgedPost)


def announcement(event: EnrichedEvent, reached: datetime = START) -> JudgedPost:
    """Return what dedup says of an event's post, in a lane that had reached a time before it."""
    return judged(
        event.story_seq, event.relation, post=event.post_id, source=event.source, event_time=event.event_time,
        fetched_at=event.event_time, watermark=max(reached, event.event_time), revision=event.revision,
    )  # fmt: skip
