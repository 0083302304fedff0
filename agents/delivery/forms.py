"""An alert as an endpoint gets it: the body of a webhook, or a few lines of text."""

from datetime import UTC, datetime

import orjson
from standardwebhooks import Webhook

from agents.alerting.messages.words import change_words, figure_words
from schemas.alerts import Alert
from schemas.codec import to_plain

TYPE = "org.wiredesk.alert.v1"
_KINDS = {"alert": "ALERT", "update": "UPDATE", "cancel": "CANCELLED"}


def webhook_body(alert: Alert) -> bytes:
    """Return the body of a webhook: type, time and the alert as it stands on its topic.

    The form is that of Standard Webhooks. The same alert gives the same bytes.
    """
    return orjson.dumps({"type": TYPE, "timestamp": alert.at.isoformat(), "data": to_plain(alert)})


def webhook_headers(body: bytes, alert: Alert, secret: str, now: datetime) -> dict[str, str]:
    """Return the headers of an attempt. The id is the alert's, the same in every attempt.

    Args:
        body: from ``webhook_body``.
        alert: the alert.
        secret: of the endpoint, as Standard Webhooks writes it.
        now: when the attempt is made: receivers refuse what is old.

    """
    return {
        "content-type": "application/json",
        "webhook-id": alert.alert_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(alert.alert_id, now.astimezone(UTC), body.decode()),
    }


def chat_text(alert: Alert) -> tuple[str, str]:
    """Return title and text of an alert for people."""
    mark = "" if alert.status == "actual" else f"[{alert.status.upper()}] "
    title = f"{mark}{_KINDS[alert.kind]}: {alert.headline}"
    lines = [alert.summary] if alert.summary and alert.summary != alert.headline else []
    lines += [change_words(change) for change in alert.changed]
    lines += [figure_words(kind, ledger) for kind, ledger in alert.casualties.items()]
    if alert.where:
        lines.append("Where: " + ", ".join(place.name for place in alert.where))
    lines += [f"{source.source}: {source.url}" if source.url else source.source for source in alert.sources]
    return title, "\n".join(lines)
