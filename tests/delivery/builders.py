"""Alerts and deliveries for tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from schemas.alerts import Alert
from schemas.codec import decode
from schemas.delivery_state import PendingDelivery
from schemas.ids import alert_id, delivery_id
from schemas.rules import DeliverTo

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
SECRET = "whsec_" + "bXVyLXZhbGxleS1kYW0tc2VjcmV0LTE5MjM="
EXAMPLE = Path(__file__).parents[2] / "schemas" / "examples" / "alert" / "valid-first.json"


def alert(
    number: int = 1, *, rule: str = "floods", story: str | None = None, sequence: int = 1, **fields: Any
) -> Alert:
    story = story or f"story-{number}"
    defaults: dict[str, Any] = {
        "alert_id": alert_id(rule, story, sequence),
        "rule_id": rule,
        "owner": "desk-east",
        "story_id": story,
        "sequence": sequence,
        "at": NOW + timedelta(seconds=number),
        "deliver": [DeliverTo(webhook="desk-east")],
    }
    return structs.replace(decode(EXAMPLE.read_bytes(), Alert), **(defaults | fields))


def pending(one: Alert | None = None, **fields: Any) -> PendingDelivery:
    one = one or alert()
    defaults: dict[str, Any] = {
        "delivery_id": delivery_id(one.alert_id, "desk-east"),
        "endpoint": "desk-east",
        "alert": one,
        "first_at": NOW,
        "next_at": NOW,
    }
    return PendingDelivery(**(defaults | fields))
