"""The parts of the gateway that need no broker: tokens, rates, cursors, queries, filters, stories, posts."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gateway import atom
from agents.gateway.alert_index import AlertIndex
from agents.gateway.cursors import decode_cursor, encode_cursor
from agents.gateway.facets import facets_of_alert, facets_of_event
from agents.gateway.filters import filter_of
from agents.gateway.posts import MOST_POSTS, Reader, items_of
from agents.gateway.problems import Mistake, ProblemError
from agents.gateway.queries import AlertQuery, EventQuery, parse_query
from agents.gateway.rates import BURST_SECONDS, Bucket
from agents.gateway.shelf import StoryShelf
from agents.gateway.sse import one_line
from agents.gateway.token_file import TokenFile
from agents.gateway.tokens import find, line_for, parse_tokens, token_from
from agents.list_files import ListFileError
from schemas.codec import encode
from schemas.posts import RawPost
from tests.gateway.support import NOW, TOKENS, alert, event, story, write_tokens

HASH = "sha256:" + "0" * 64


def token(name: str = "a", digest: str = HASH) -> dict[str, Any]:
    return {"name": name, "owner": "o", "scopes": ["read"], "hash": digest}


def test_a_new_token_is_let_in_by_its_lines_in_the_file_and_no_other_is() -> None:
    made = token_from(bytes(range(32)))
    tokens = parse_tokens("tokens:\n" + line_for("desk-east", made), "tokens.yaml")
    found = find(tokens, made)
    assert found is not None
    assert (found.name, found.owner, found.scopes) == ("desk-east", "desk-east", ["ingest", "read", "rules"])
    assert find(tokens, made + "x") is None
    assert find(tokens, "") is None
    assert made not in line_for("desk-east", made)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"tokens": [token() | {"scopes": ["all"]}]}, "tokens[0].scopes[0]"),
        ({"tokens": [token() | {"scopes": []}]}, "tokens[0].scopes"),
        ({"tokens": [token(), token("b")]}, "tokens[1].hash: "),
        ({"tokens": [token(), token(digest=HASH[:-1] + "1")]}, "tokens[1].name: "),
        ({"tokens": [token(digest="plain")]}, "tokens[0].hash"),
        ({"tokens": [token() | {"colour": 1}]}, "colour"),
        ({}, "tokens"),
    ],
)
def test_a_token_file_that_cannot_be_used_is_refused_with_its_place(content: Any, said: str) -> None:
    with pytest.raises(ListFileError, match=r"^t\.json:1: ") as caught:
        parse_tokens(orjson.dumps(content).decode(), "t.json")
    assert said in str(caught.value)


def test_a_token_file_that_changes_is_noticed(tmp_path: Path) -> None:
    path = write_tokens(tmp_path)
    file = TokenFile(path)
    assert len(file.read()) == len(TOKENS["tokens"])
    assert not file.changed()
    write_tokens(tmp_path, {"tokens": [token()]})
    assert file.changed()
    assert [one.name for one in file.read()] == ["a"]
    path.unlink()
    assert file.changed()
    with pytest.raises(ListFileError, match="cannot be read"):
        file.read()


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), max_size=60))
def test_over_time_no_more_than_the_rate_is_taken(steps: list[tuple[float, int]]) -> None:
    bucket, now, taken, largest = Bucket.full(10, 0.0), 0.0, 0, 0
    for pause, cost in steps:
        now += pause
        wait = bucket.take(cost, now)
        if wait is None:
            taken, largest = taken + cost, max(largest, cost)
        else:
            assert 0 <= wait <= largest / 10 + 1e-6
    assert taken <= 10 * (now + BURST_SECONDS) + largest + 1e-6


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=20), st.integers(0, 3))
def test_a_cursor_comes_back_as_it_was_and_new_partitions_begin_at_their_start(
    position: list[int], more: int
) -> None:
    found = decode_cursor(encode_cursor("e", position), "e", len(position) + more)
    assert found == position + [0] * more


@given(st.text(max_size=40))
def test_no_text_that_is_no_cursor_is_taken_for_one(text: str) -> None:
    try:
        position = decode_cursor(text, "e", 2)
    except ProblemError as error:
        assert error.status == 400
    else:
        assert all(offset >= 0 for offset in position)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ([], True),
        ([("category", "disaster")], True),
        ([("category", "strike"), ("category", "disaster")], True),
        ([("category", "strike")], False),
        ([("severity", "minor")], True),
        ([("severity", "extreme")], False),
        ([("source", "none")], False),
        ([("story", "story-1")], True),
        ([("since", NOW.isoformat())], True),
        ([("until", NOW.isoformat())], False),
        ([("since", "2026-03-11T08:00:00 00:00")], True),
    ],
)
def test_filters_let_through_what_was_asked_for(query: list[tuple[str, str]], passes: bool) -> None:
    facets = facets_of_event(encode(event(1, severity="severe")))
    assert filter_of(parse_query(query, EventQuery)).passes(facets) is passes


def test_an_owner_sees_its_own_alerts_only() -> None:
    facets = facets_of_alert(encode(alert(1)))
    query = parse_query([("rule", facets.rule or "")], AlertQuery)
    assert filter_of(query, "desk").passes(facets)
    assert not filter_of(query, "other").passes(facets)


def test_stories_make_room_for_those_told_later_and_pages_hold_each_once() -> None:
    size = len(encode(story(1))) + 500
    shelf = StoryShelf(10 * size)
    for number in range(30):
        shelf.put(f"story-{number}", encode(story(number)))
    assert shelf.bytes <= 10 * size
    assert shelf.dropped == 30 - len(shelf)
    assert shelf.get("story-0") is None
    seen: list[bytes] = []
    cursor: str | None = None
    while True:
        values, cursor = shelf.page(filter_of(parse_query([], EventQuery)), 3, cursor)
        seen += values
        if cursor is None:
            break
    assert seen == [encode(story(number)) for number in range(29, 29 - len(shelf), -1)]
    shelf.put("story-29", None)
    assert shelf.get("story-29") is None


READER = Reader(1000, NOW)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"source": "a"}, "body"),
        ({"body": "x"}, "source"),
        ({"source": "a", "body": " "}, "body"),
        ({"source": "a", "body": "x" * 1001}, "body"),
        ({"source": "a", "body": "x", "colour": 1}, "colour"),
        ({"source": "a", "body": "x", "revision": 1}, "revision"),
        ({"source": "a", "body": "x", "revision": -1, "native_id": "n"}, "revision"),
        ({"source": "a", "body": "x", "published_at": "2026-01-01T00:00:00"}, "published_at"),
        ({"source": "a", "body": "x", "published_at": "0001-01-01T00:00:00+14:00"}, "published_at"),
        ({"source": "a", "body": "x", "updated_at": "9999-12-31T23:59:59-14:00"}, "updated_at"),
        (["a"], None),
    ],
)
def test_a_post_that_cannot_be_used_is_named_by_index_and_field(item: object, field: str | None) -> None:
    found = READER.read(3, item)
    assert isinstance(found, Mistake)
    assert (found.index, found.field) == (3, field)


def test_posts_that_begin_alike_are_not_taken_for_one() -> None:
    start = "word " * 30
    same = {"source": "a", "headline": "H", "published_at": "2026-01-01T00:00:00Z"}
    ids = set()
    for body in (start, start + "one", start + "two", start):
        found = READER.read(0, same | {"body": body})
        assert isinstance(found, RawPost)
        ids.add(found.post_id)
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}\n{", "application/x-ndjson", 400),
        (b"\n", "application/jsonl", 400),
        (b"{}", "text/plain", 415),
        (b"[" + b"{}," * MOST_POSTS + b"{}]", "application/json", 413),
        (b'{"a": "\\ud800"}', "application/json", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(ProblemError) as caught:
        items_of(body, kind)
    assert caught.value.status == status


def test_the_index_forgets_the_alert_that_was_added_first() -> None:
    index = AlertIndex(2)
    for number in (1, 2, 1, 3):
        index.add(f"alert-{number}", (0, number))
    assert [index.find(f"alert-{number}") for number in (1, 2, 3)] == [None, (0, 2), (0, 3)]


def test_json_of_several_lines_becomes_one() -> None:
    assert one_line(b'{\n "a": 1\r\n}') == b'{"a":1}'
    assert one_line(b'{"a": 1}') == b'{"a": 1}'


def test_the_feed_is_well_formed_whatever_alerts_hold() -> None:
    alerts = [alert(2, headline="<b>\x00\ufffe & \ud7ff", kind="cancel"), alert(1)]
    root = ElementTree.fromstring(atom.feed(alerts, "desk & co", "https://desk.example/?a=1&b=2"))
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert [entry.findtext("a:id", "", names) for entry in root.findall("a:entry", names)] == [
        "urn:wiredesk:alert:alert-2",
        "urn:wiredesk:alert:alert-1",
    ]
    assert root.findtext("a:updated", "", names) == (NOW + timedelta(seconds=2)).isoformat()
    assert root.find("a:entry/a:title", names).text == "Cancelled: <b> & \ud7ff"  # type: ignore[union-attr]
