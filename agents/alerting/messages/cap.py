"""An alert as a message of the Common Alerting Protocol 1.2 (OASIS, 1 July 2010)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import orjson

from agents.alerting.messages.words import change_words, figure_words
from agents.alerting.rules.values import FILES
from agents.classification.category.taxonomy import load_taxonomy
from agents.data_files import DataFileError
from schemas.alerts import Alert
from schemas.codec import to_plain
from schemas.events import Category, Place, Severity

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SENDER_NAME = "Wiredesk"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""
_PLAIN_ID = "-._~:@/+=!$*()"
"""Marks that may stand in an identifier; CAP forbids spaces, commas, < and & there."""
_Element = tuple[str, str | tuple[str, str]]
"""Name of an element and its text, or its valueName and value."""
_URL = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class CapWords:
    """Words of the protocol.

    Attributes:
        categories: CAP categories by category.
        events: text of ``event`` by category.
        urgency: urgency by severity.

    """

    categories: Mapping[Category, tuple[str, ...]]
    events: Mapping[Category, str]
    urgency: Mapping[Severity, str]


def load_cap_words(directory: Path | None = None) -> CapWords:
    """Load the words.

    Args:
        directory: a desk's own data files; each replaces the shipped file of the same name.

    Raises:
        DataFileError: a file is missing or wrong, or lacks a category.

    """
    content, _ = FILES.read_yaml("cap.yaml", "cap.schema.json", directory)
    categories = {name: info.cap for name, info in load_taxonomy(directory).categories.items()}
    if set(content["events"]) != set(categories):
        wrong = ", ".join(sorted(set(content["events"]) ^ set(categories)))
        raise DataFileError(f"cap.yaml: events: each category has to stand once; missing or unknown: {wrong}")
    return CapWords(categories=categories, events=content["events"], urgency=content["urgency"])


def cap_message(alert: Alert, earlier: Sequence[Alert], sender: str, words: CapWords) -> bytes:
    """Return the CAP message of an alert, as UTF-8.

    The scope is Private, addressed to the rule's owner: a rule's alerts are its owner's. ``sent`` is the
    alert's event time, so that the same alert always gives the same bytes.

    Args:
        alert: the alert.
        earlier: the earlier alerts of the same rule and story; those among them that it refers to are named.
        sender: who sends it, such as ``wiredesk@desk.example.org``.
        words: see ``load_cap_words``.

    """
    root = ElementTree.Element("alert", xmlns=NAMESPACE)
    for name, value in _head(alert, earlier, sender):
        _add(root, name, value)
    info = ElementTree.SubElement(root, "info")
    for name, value in _info(alert, words):
        _add(info, name, value)
    for place in alert.where:
        area = ElementTree.SubElement(info, "area")
        for name, value in _area(place):
            _add(area, name, value)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def cap_time(moment: datetime) -> str:
    """Return a time as CAP wants it: whole seconds, and an offset in hours and minutes, never Z."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _head(alert: Alert, earlier: Sequence[Alert], sender: str) -> Iterator[_Element]:
    yield "identifier", _identifier(alert.alert_id)
    yield "sender", _identifier(sender)
    yield "sent", cap_time(alert.at)
    yield "status", alert.status.capitalize()
    yield "msgType", alert.kind.capitalize()
    yield "source", f"rule {alert.rule_id}"
    yield "scope", "Private"
    yield "addresses", _quoted(alert.owner)
    if alert.status != "actual":
        yield "note", f"{alert.status}: nobody has to act on it"
    elif alert.kind == "cancel":
        yield "note", f"taken back: {alert.reason}"
    known = {one.alert_id: one for one in earlier}
    references = [known[alert_id] for alert_id in alert.references if alert_id in known]
    if references:
        yield (
            "references",
            " ".join(
                f"{_identifier(sender)},{_identifier(one.alert_id)},{cap_time(one.at)}" for one in references
            ),
        )
    yield "incidents", _quoted(alert.story_id)


def _info(alert: Alert, words: CapWords) -> Iterator[_Element]:
    for category in words.categories[alert.category]:
        yield "category", category
    yield "event", words.events[alert.category]
    yield "urgency", "Past" if alert.kind == "cancel" else words.urgency[alert.severity]
    yield "severity", alert.severity.capitalize()
    yield "certainty", alert.certainty.capitalize()
    if alert.event_type is not None:
        yield "eventCode", ("PLOVER", alert.event_type)
    yield "onset", cap_time(alert.since)
    yield "senderName", SENDER_NAME
    yield "headline", alert.headline
    yield "description", _description(alert)
    url = next((one.url for one in reversed(alert.sources) if one.url and _URL.fullmatch(one.url)), None)
    if url is not None:
        yield "web", url
    for name, value in _parameters(alert):
        yield "parameter", (name, value)


def _description(alert: Alert) -> str:
    lines = [alert.summary]
    lines += [figure_words(kind, ledger) for kind, ledger in alert.casualties.items()]
    lines += [change_words(change) for change in alert.changed]
    lines += [f"{one.source}: {one.url}" for one in alert.sources if one.url]
    return "\n".join(lines)


def _parameters(alert: Alert) -> Iterator[tuple[str, str]]:
    """Yield the rule and, by kind of casualty, lowest and highest figure and every claim, which is JSON."""
    yield "rule", alert.rule_id
    yield "sequence", str(alert.sequence)
    yield "reason", alert.reason
    if alert.verification is not None:
        yield "verification", alert.verification
    for kind, ledger in alert.casualties.items():
        for bound, figure in (("min", ledger.min), ("max", ledger.max)):
            if figure is not None:
                yield f"{kind}.{bound}", str(figure)
        for claim in ledger.claims:
            plain = {"kind": kind, **to_plain(claim), "as_of": cap_time(claim.as_of)}
            yield "claim", orjson.dumps(plain).decode()


def _area(place: Place) -> Iterator[_Element]:
    """Yield a place as a circle without extent: posts name places, not how far an event reaches."""
    yield (
        "areaDesc",
        ", ".join(dict.fromkeys(part for part in (place.name, place.admin1, place.country) if part)),
    )
    if place.lat is not None and place.lon is not None:
        yield "circle", f"{place.lat:.5f},{place.lon:.5f} 0"
    if place.country is not None:
        yield "geocode", ("ISO3166-1", place.country)
    if place.geoname_id is not None:
        yield "geocode", ("GEONAMES", str(place.geoname_id))


def _add(parent: ElementTree.Element, name: str, value: str | tuple[str, str]) -> None:
    """Add an element that holds text, or a pair of valueName and value."""
    element = ElementTree.SubElement(parent, name)
    if isinstance(value, tuple):
        for inner, text in zip(("valueName", "value"), value, strict=True):
            _add(element, inner, text)
    else:
        element.text = _NOT_XML.sub("\ufffd", value)


def _identifier(text: str) -> str:
    """Return an id without the characters that CAP forbids in identifiers, by percent-encoding."""
    return quote(_NOT_XML.sub("\ufffd", text), safe=_PLAIN_ID)


def _quoted(text: str) -> str:
    """Return an item of a list that spaces separate, in quotation marks where it holds spaces itself."""
    clean = text.replace('"', "'")
    return f'"{clean}"' if re.search(r"\s", clean) else clean
