from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sources.errors import SourceError
from agents.sources.files import read_files, read_posts
from agents.sources.jsonl import Defaults, read_jsonl
from agents.sources.pages import EPOCH, MAX_BODY_BYTES
from schemas.codec import encode
from schemas.posts import RawPost


def _lines(*lines: str | bytes) -> list[bytes]:
    return [line if isinstance(line, bytes) else line.encode() for line in lines]


def _read(*lines: str | bytes, **known: object) -> list[RawPost]:
    return list(read_jsonl(_lines(*lines), Defaults("f.jsonl", **known)))


def test_source_and_body_are_enough() -> None:
    [post] = _read('{"source": "lenne-post", "body": "The bridge is closed."}')
    assert (post.lane, post.revision, post.kind, post.published_at) == ("default", 0, "post", None)
    assert (post.fetched_at, post.event_time) == (EPOCH, EPOCH)


def test_fetched_at_and_event_time_are_taken_from_published_at_in_utc() -> None:
    [post] = _read('{"source": "a", "body": "b", "published_at": "2031-05-05T12:00:00+02:00"}')
    assert post.published_at == post.fetched_at == post.event_time == datetime(2031, 5, 5, 10, tzinfo=UTC)
    assert post.event_time.utcoffset() == datetime(2031, 5, 5, tzinfo=UTC).utcoffset()


def test_published_on_gives_midnight() -> None:
    [post] = _read('{"source": "a", "body": "b", "published_on": "2031-05-05"}')
    assert (post.published_at, post.event_time) == (None, datetime(2031, 5, 5, tzinfo=UTC))


def test_defaults_fill_only_what_is_missing() -> None:
    found = _read('{"body": "b"}', '{"source": "own", "lane": "l", "body": "b"}', source="given", lane="all")
    assert [(post.source, post.lane) for post in found] == [("given", "all"), ("own", "l")]


def test_lines_keep_their_order_and_empty_ones_are_passed_over() -> None:
    found = _read(
        b'\xef\xbb\xbf{"source": "a", "body": "two", "published_at": "2031-05-05T12:00:00Z"}\r\n',
        "  ",
        '{"source": "a", "body": "one", "published_at": "2031-05-04T12:00:00Z"}',
    )
    assert [post.body for post in found] == ["two", "one"]


def test_edit_of_a_post_has_its_id_and_a_higher_revision() -> None:
    line = '{{"source": "a", "native_id": "7", "body": "{}"}}'
    found = _read(*(line.format(body) for body in ["old", "old", "new", "old"]))
    assert len({post.post_id for post in found}) == 1
    assert [post.revision for post in found] == [0, 0, 1, 2]


def test_given_revision_is_kept() -> None:
    found = _read(
        '{"source": "a", "url": "https://a/7", "revision": 4, "body": "x"}',
        '{"source": "a", "url": "https://a/7", "body": "y"}',
    )
    assert [post.revision for post in found] == [4, 5]


def test_reports_that_begin_alike_are_posts_of_their_own() -> None:
    start = (
        "The general staff said on Monday that in the last day and night its forces had shot down at least"
    )
    found = _read(
        *(f'{{"source": "a", "headline": "Daily report", "body": "{start} {n} drones"}}' for n in (3, 4, 3))
    )
    ids = [post.post_id for post in found]
    assert ids[0] != ids[1]
    assert [post.revision for post in found] == [0, 0, 0]
    assert ids[2] == ids[0]


def test_unknown_fields_are_named_once() -> None:
    said: list[str] = []
    _read(
        '{"source": "a", "body": "b", "score": 1, "tag": 2}',
        '{"source": "a", "body": "c", "tag": 2}',
        warn=said.append,
    )
    assert said == [
        "f.jsonl:1: unknown field 'score' is ignored, here and in later lines",
        "f.jsonl:1: unknown field 'tag' is ignored, here and in later lines",
    ]


GOOD = '{"source": "a", "body": "good"}'


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        ('{"source": "a"', None, "not JSON"),
        ('["a"]', None, "a JSON object is needed"),
        (b'{"source": "a", "body": "\xff"}', None, "not UTF-8 at byte 26"),
        ('{"source": "a"}', "body", "is missing"),
        ('{"body": "b"}', "source", "is missing"),
        ('{"source": "a", "body": 5}', "body", "Expected `str`"),
        ('{"source": "", "body": "b"}', "source", "length"),
        ('{"source": "a", "body": " \\n"}', "body", "is empty"),
        ('{"source": "a", "body": "b", "kind": "tweet"}', "kind", "tweet"),
        ('{"source": "a", "body": "b", "authors": [1]}', "authors", "Expected `str`"),
        (
            '{"source": "a", "body": "b", "published_at": "2031-05-05T12:00:00"}',
            "published_at",
            "no offset from UTC",
        ),
        ('{"source": "a", "body": "b", "published_at": "yesterday"}', "published_at", "RFC3339"),
        ('{"source": "a", "body": "b", "published_on": "May 5"}', "published_on", "date"),
        ('{"source": "a", "body": "b", "revision": -1}', "revision", ">= 0"),
        (
            '{"source": "a", "body": "b", "origin": {"document": "d", "lines": [0, 1]}}',
            "origin.lines",
            ">= 1",
        ),
        ('{"source": "a", "body": "' + "x" * (MAX_BODY_BYTES + 1) + '"}', "body", "is larger than"),
    ],
)
def test_wrong_line_is_named_after_the_good_ones_were_kept(
    line: str | bytes, field: str | None, message: str
) -> None:
    kept: list[RawPost] = []
    with pytest.raises(SourceError, match=message) as caught:
        _keep(kept, read_jsonl(_lines(GOOD, line, GOOD), Defaults("f.jsonl")))
    assert [post.body for post in kept] == ["good"]
    assert (caught.value.file, caught.value.line) == ("f.jsonl", 2)
    assert (caught.value.field or "").startswith(field or "")
    assert (caught.value.field is None) == (field is None)


def _keep(kept: list[RawPost], posts: Iterator[RawPost]) -> None:
    for post in posts:
        kept.append(post)


_TIME = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)
_OPTIONAL = st.one_of(st.none(), _TEXT)
_HEADLINE = st.one_of(st.none(), _TEXT.map(str.strip))


@given(
    st.builds(
        RawPost,
        post_id=_TEXT,
        source=_TEXT,
        lane=_TEXT,
        native_id=_OPTIONAL,
        revision=st.integers(0, 99),
        url=_OPTIONAL,
        headline=_HEADLINE,
        body=_TEXT,
        authors=st.lists(_TEXT, max_size=2),
        published_at=st.one_of(st.none(), _TIME),
        published_on=st.one_of(st.none(), st.dates()),
        fetched_at=_TIME,
        event_time=_TIME,
        kind=st.sampled_from(["post", "summary", "notice"]),
    )
)
def test_post_survives_being_written_and_read(post: RawPost) -> None:
    assert _read(encode(post)) == [post]


@given(st.binary(max_size=200))
def test_any_bytes_are_posts_or_a_source_error(data: bytes) -> None:
    try:
        for _ in read_jsonl(data.splitlines(), Defaults("f")):
            pass
    except SourceError as error:
        assert error.line is not None


@pytest.mark.parametrize(
    ("name", "content", "line", "message"),
    [
        ("page.txt", b"Fine\nnot \xff fine", 2, "not UTF-8"),
        ("feed.xml", b"<?xml version='1.0'?><rss", None, "no feed"),
        ("posts.jsonl", b"Flood", 1, "not JSON"),
        ("posts.txt", b'{"source": "a"}', 1, "is missing"),
    ],
)
def test_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes, line: int, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message) as caught:
        list(read_posts(path))
    assert (caught.value.file, caught.value.line) == (str(path), line)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        list(read_posts(tmp_path / "none.txt"))


def test_empty_files_hold_no_posts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "a.jsonl").touch()
    assert list(read_files([tmp_path / "a.txt", tmp_path / "a.jsonl"])) == []


def test_page_is_read_by_what_it_holds(pages: Path) -> None:
    found = list(read_posts(pages / "timed.txt", source="port-desk"))
    assert {(post.source, post.origin.document) for post in found if post.origin} == {
        ("port-desk", "timed.txt")
    }


def test_several_files_are_merged_by_time_and_lines_keep_their_order(tmp_path: Path, pages: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"source": "a", "body": "first", "published_at": "2031-05-05T01:00:00Z"}\n'
        '{"source": "a", "body": "second", "published_at": "2031-05-01T01:00:00Z"}\n',
        "utf-8",
    )
    found = [post.body[:7] for post in read_files([pages / "timed.txt", tmp_path / "a.jsonl"])]
    assert found == ["Negotia", "Negotia", "Forty s", "first", "second", "The doc", "The tra"]


def test_fault_of_one_file_comes_after_the_good_posts_of_all(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text(GOOD + "\n", "utf-8")
    (tmp_path / "bad.jsonl").write_text(GOOD.replace("good", "before") + "\nbad\n", "utf-8")
    kept: list[RawPost] = []
    paths = [tmp_path / "none.txt", tmp_path / "bad.jsonl", tmp_path / "good.jsonl"]
    with pytest.raises(SourceError, match=r"none\.txt"):
        _keep(kept, read_files(paths))
    assert sorted(post.body for post in kept) == ["before", "good"]
