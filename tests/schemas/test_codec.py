"""Decoding says what is wrong and where; encoding is stable."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.codec import DecodeError, decode, encode, in_utc
from schemas.ids import alert_id, event_id, stable_hash, story_id
from schemas.posts import RawPost
from schemas.rules import Rule


@pytest.mark.parametrize(
    ("data", "reason", "field"),
    [
        (b"", "not_json", None),
        (b"{", "not_json", None),
        (b"\xff\xfe", "not_json", None),
        (b"[]", "invalid", None),
        (b"{}", "invalid", "post_id"),
        (b'{"post_id": 7}', "invalid", "post_id"),
    ],
)
def test_bad_bytes_are_refused_with_reason_and_field(data: bytes, reason: str, field: str | None) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(data, RawPost)
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (b'{"killed": {"atleast": 1}}', "when.killed.atleast"),
        (b'{"killed": {}}', "when.killed.at_least"),
        (b'{"any": [{"severity": {"at_least": "high"}}]}', "when.any[0].severity.at_least"),
    ],
)
def test_nested_mistakes_are_named_by_their_path(when: bytes, field: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(b'{"id": "r", "owner": "o", "title": "t", "when": ' + when + b"}", Rule)
    assert refused.value.field == field


def test_unknown_fields_on_topics_are_ignored() -> None:
    plain = b'{"post_id":"p","source":"s","lane":"l","revision":0,"body":"b","kind":"post","later":1,' + (
        b'"fetched_at":"2026-01-01T00:00:00Z","event_time":"2026-01-01T00:00:00Z"}'
    )
    assert b"later" not in encode(decode(plain, RawPost))


def test_times_are_written_with_a_numeric_offset() -> None:
    plain = b'{"post_id":"p","source":"s","lane":"l","revision":0,"body":"b","kind":"post",' + (
        b'"fetched_at":"2026-01-01T00:00:00Z","event_time":"2026-01-01T00:00:00Z"}'
    )
    assert b'"event_time":"2026-01-01T00:00:00+00:00"' in encode(decode(plain, RawPost))


def test_in_utc_keeps_the_moment_and_refuses_naive_times() -> None:
    kyiv = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert in_utc(kyiv) == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="no offset"):
        in_utc(datetime(2026, 1, 1))


def test_ids_are_fixed_for_good() -> None:
    assert event_id("p", 0) == "257ce8d33a3bc66d4574d86ce26dd899"
    assert story_id("p", 0) == "681155a85ca86fbb7cb79d78cd90d2ee"
    assert alert_id("r", "s", 1) == "aaae2a41f242666ae6b1cf2b386ae157"


def test_parts_of_an_id_are_kept_apart() -> None:
    assert stable_hash("ab", "c") != stable_hash("a", "bc")
