"""Endpoint files, addressees, and the forms in which an alert goes out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from agents.delivery.addressees import Addressee, addressees
from agents.delivery.endpoint_files import Endpoint, parse_endpoints
from agents.delivery.forms import chat_text, webhook_body, webhook_headers
from agents.list_files import ListFileError
from schemas.rules import DeliverTo
from tests.delivery.builders import NOW, SECRET, alert

GOOD = """
endpoints:
  - id: desk-east
    owner: desk-east
    webhook:
      url: https://hooks.example/alerts
      secret: {env: DESK_EAST}
  - id: duty-chat
    owner: desk-east
    apprise: {url: {file: chat.url}}
    exercises: true
"""
ENVIRON = {"DESK_EAST": SECRET, "WEAK": "whsec_???"}
FILES = {"chat.url": "json://token@chat.example/\n", "empty": ""}


def read(path: Path) -> str:
    if str(path) not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[str(path)]


def parse(text: str) -> list[Endpoint]:
    return parse_endpoints(text, "endpoints.yaml", ENVIRON, read)


def test_a_good_file_gives_its_endpoints_with_their_secrets() -> None:
    webhook, chat = parse(GOOD)
    assert (webhook.kind, webhook.url, webhook.secret) == ("webhook", "https://hooks.example/alerts", SECRET)
    assert (chat.kind, chat.url, chat.exercises) == ("apprise", "json://token@chat.example/", True)


def test_printing_an_endpoint_shows_no_secret() -> None:
    for endpoint in parse(GOOD):
        assert "token" not in repr(endpoint)
        assert SECRET not in f"{endpoint} {endpoint!r}"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("{env: DESK_EAST}", SECRET, "endpoints.yaml:7: endpoints[0].webhook.secret"),
        ("{env: DESK_EAST}", "{env: MISSING}", "the environment has no variable MISSING"),
        ("{env: DESK_EAST}", "{env: WEAK}", "is no secret of Standard Webhooks"),
        ("{env: DESK_EAST}", "{}", "needs either file or env"),
        ("{file: chat.url}", "{file: gone}", "gone cannot be read: No such file"),
        ("{file: chat.url}", "{file: empty}", "empty is empty"),
        ("apprise: {url: {file: chat.url}}", "", "neither or both of webhook and apprise"),
        (
            "apprise: {url: {file: chat.url}}",
            "apprise: {url: 'json://token@chat.example/'}",
            "endpoints[1].apprise.url",
        ),
        ("https://hooks.example/alerts", "http://127.0.0.1/alerts", "127.0.0.1 is not a public address"),
        (
            "id: duty-chat",
            "id: desk-east",
            "endpoints.yaml:8: endpoints[1].id: 'desk-east' is",
        ),
        ("owner: desk-east", "ovner: desk-east", "endpoints.yaml:4: endpoints[0].ovner"),
        ("endpoints:", "endpoint:", "endpoints.yaml:1: a mapping with the one key endpoints"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field_and_shows_no_secret(
    before: str, after: str, message: str
) -> None:
    with pytest.raises(ListFileError) as caught:
        parse(GOOD.replace(before, after, 1))
    assert message in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "token" not in str(caught.value)


def test_an_alert_goes_to_endpoints_of_its_owner_that_its_rule_names() -> None:
    endpoints = {endpoint.id: endpoint for endpoint in parse(GOOD)}

    def named(*to: DeliverTo, **fields: Any) -> list[tuple[str, bool]]:
        found = addressees(alert(deliver=list(to), **fields), endpoints)
        return [(one.name, one.refusal is None) for one in found]

    webhook, chat = DeliverTo(webhook="desk-east"), DeliverTo(apprise="duty-chat")
    assert named(webhook, chat, webhook) == [("desk-east", True), ("duty-chat", True)]
    assert named(webhook, chat, status="exercise") == [("duty-chat", True)]
    assert named(webhook, owner="desk-west") == [("desk-east", False)]
    assert named(DeliverTo(webhook="duty-chat")) == [("duty-chat", False)]
    assert named(DeliverTo(webhook="nowhere")) == [("nowhere", False)]
    assert Addressee("a").refusal is None


def test_the_official_library_verifies_a_webhook() -> None:
    one = alert()
    body = webhook_body(one)
    headers = webhook_headers(body, one, SECRET, datetime.now(UTC))
    assert Webhook(SECRET).verify(body.decode(), headers) == json.loads(body)
    assert headers["webhook-id"] == one.alert_id
    assert json.loads(body)["data"]["alert_id"] == one.alert_id


def test_every_attempt_has_the_same_id_and_body() -> None:
    one = alert()
    assert webhook_body(one) == webhook_body(alert())
    times = (NOW, NOW.replace(hour=9))
    first, second = (webhook_headers(webhook_body(one), one, SECRET, now) for now in times)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_people_read_what_kind_of_message_it_is_and_who_says_the_figures() -> None:
    title, text = chat_text(alert(kind="cancel", status="exercise"))
    assert title.startswith("[EXERCISE] CANCELLED: ")
    figures = [line for line in chat_text(alert())[1].splitlines() if "(" in line]
    assert all(line.endswith(")") for line in figures)
    assert text
