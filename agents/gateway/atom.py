"""Alerts as an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from schemas.alerts import Alert

CONTENT_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed(alerts: Sequence[Alert], owner: str, url: str) -> bytes:
    """Return a feed of alerts.

    Args:
        alerts: the latest first.
        owner: whose alerts they are.
        url: address of the feed.

    """
    root = Element("feed", xmlns=_NAMESPACE)
    _text(root, "id", f"urn:wiredesk:alerts:{quote(owner)}")
    _text(root, "title", f"Alerts of {owner}")
    _text(root, "updated", _time(max((alert.at for alert in alerts), default=_EPOCH)))
    SubElement(_text(root, "author", ""), "name").text = "Wiredesk"
    SubElement(root, "link", rel="self", href=url)
    for alert in alerts:
        _entry(root, alert)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(root: Element, alert: Alert) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", f"urn:wiredesk:alert:{alert.alert_id}")
    _text(entry, "title", f"{_LABELS.get(alert.kind, '')}{alert.headline or alert.summary or alert.rule_id}")
    _text(entry, "updated", _time(alert.at))
    _text(entry, "summary", alert.summary)
    for term in (alert.rule_id, alert.kind, alert.severity, alert.status):
        SubElement(entry, "category", term=_clean(term))
    for source in alert.sources:
        if source.url:
            SubElement(entry, "link", rel="related", href=_clean(source.url), title=_clean(source.source))


_LABELS = {"update": "Update: ", "cancel": "Cancelled: "}


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    """Return a text without the characters that XML 1.0 does not have."""
    return "".join(
        char
        for char in text
        if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
