from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sources.errors import SourceError
from agents.sources.pages import EPOCH, MAX_BODY_BYTES, Page, read_page
from agents.sources.profiles import load_profiles
from schemas.posts import RawPost

PROFILES = load_profiles()


def _read(pages: Path, name: str, **known: object) -> list[RawPost]:
    return read_page((pages / f"{name}.txt").read_text("utf-8"), Page(f"{name}.txt", name, **known), PROFILES)


POSTS = [
    (
        "headed",
        [
            ((16, 22), "Army reaches last cut-off village"),
            ((24, 32), "Will the second dam hold?"),
            ((34, 38), 'Interior minister says warnings were "ignored on my watch"'),
            ((40, 44), "Aid flights land in the capital"),
        ],
    ),
    (
        "sentences",
        [
            ((9, 17), "Engineers crossed the river on a floating bridge."),
            ((21, 34), "The interior minister resigns over ignored warnings."),
            ((36, 41), "Aid flights land."),
        ],
    ),
    (
        "signed",
        [((11, 15), None), ((17, 17), None), ((19, 23), None), ((25, 29), "Oil rises for a third day")],
    ),
    (
        "timed",
        [
            ((10, 12), None),
            ((16, 18), "Union calls vote on offer"),
            ((20, 22), "Ships wait outside the port: operator"),
            ((24, 26), "Talks go on after midnight"),
            ((28, 30), "Talks go on after midnight"),
        ],
    ),
    (
        "guardian-like",
        [
            ((11, 17), "Army engineers reach the last cut-off village"),
            ((19, 23), None),
            ((27, 31), "Power cut in three districts"),
            ((33, 37), "Second dam holds after night of rain"),
        ],
    ),
    (
        "clock-oldest-first",
        [((3, 4), "Talks resume"), ((5, 6), "Talks break off"), ((7, 8), "Minister calls for calm")],
    ),
    (
        "times-below-headings",
        [
            ((4, 7), "Turnout passes that of the last election"),
            ((9, 11), "Opposition leader votes in the capital"),
            ((13, 15), "Polls open across the country"),
        ],
    ),
    ("article", [((1, 7), "Dam operator had warned of cracks")]),
]


def _posts(found: list[RawPost]) -> list[tuple[tuple[int, int], str | None]]:
    return sorted((post.origin.lines, post.headline) for post in found if post.origin and post.kind == "post")


@pytest.mark.parametrize(
    ("name", "expected"), POSTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_page_is_cut_into_its_posts(name: str, expected: list[object], pages: Path) -> None:
    assert _posts(_read(pages, name)) == expected


@pytest.mark.parametrize("name", ["headed", "sentences", "signed", "timed"])
def test_empty_lines_do_not_matter_to_an_outlet_that_is_known(name: str, pages: Path) -> None:
    dense = "\n".join(line for line in (pages / f"{name}.txt").read_text("utf-8").split("\n") if line.strip())
    found = read_page(dense, Page(name, name), PROFILES)
    assert [post.body for post in found] == [post.body for post in _read(pages, name)]


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("headed", [("notice", (12, 12)), ("summary", (7, 10))]),
        ("sentences", [("notice", (7, 7))]),
        ("signed", [("notice", (3, 3)), ("notice", (9, 9)), ("summary", (5, 7))]),
        ("timed", []),
    ],
)
def test_summaries_and_notices_are_no_posts(name: str, others: list[object], pages: Path) -> None:
    found = _read(pages, name)
    assert (
        sorted((post.kind, post.origin.lines) for post in found if post.kind != "post" and post.origin)
        == others
    )


def _one(pages: Path, name: str, first_line: int) -> RawPost:
    return next(post for post in _read(pages, name) if post.origin and post.origin.lines[0] == first_line)


def test_body_is_the_text_alone(pages: Path) -> None:
    assert _one(pages, "headed", 24).body.split("\n") == [
        "The operator says that it will, and that the level is falling.",
        "Here’s what it found:",
        "The wall has moved by no more than a millimeter.",
    ]
    assert _one(pages, "sentences", 36).body == "Three planes with tents landed in the capital on Sunday."
    assert "An earlier version of this article" in _one(pages, "sentences", 21).body
    assert _one(pages, "guardian-like", 19).body.startswith(
        "The interior minister, Pavel Horn, has resigned.\nHe"
    )


@pytest.mark.parametrize(
    ("name", "first_line", "authors"),
    [
        ("headed", 16, ["Ina Brandt", "Lena Holm"]),
        ("sentences", 9, ["Lena Holm"]),
        ("signed", 11, ["Ina Brandt"]),
        ("signed", 19, ["Ina Brandt"]),
        ("signed", 25, ["Reuters"]),
        ("article", 1, ["Ina Brandt"]),
        ("timed", 16, []),
    ],
)
def test_bylines_name_the_authors(name: str, first_line: int, authors: list[str], pages: Path) -> None:
    assert _one(pages, name, first_line).authors == authors


def test_times_run_back_over_midnight(pages: Path) -> None:
    found = {post.origin.lines[0]: post.published_at for post in _read(pages, "timed") if post.origin}
    assert found == {
        10: None,
        16: datetime(2031, 5, 5, 9, 30, tzinfo=UTC),
        20: datetime(2031, 5, 5, 0, 15, tzinfo=UTC),
        24: datetime(2031, 5, 4, 23, 50, tzinfo=UTC),
        28: datetime(2031, 5, 4, 23, 50, tzinfo=UTC),
    }


def test_lead_has_the_date_and_is_the_newest(pages: Path) -> None:
    lead = _read(pages, "timed")[-1]
    assert (lead.published_at, lead.published_on) == (None, date(2031, 5, 5))
    assert lead.event_time == datetime(2031, 5, 5, 9, 30, 1, tzinfo=UTC)


def test_posts_come_oldest_first_and_below_is_older(pages: Path) -> None:
    assert [post.origin.lines[0] for post in _read(pages, "timed") if post.origin] == [28, 24, 20, 16, 10]
    assert [post.origin.lines[0] for post in _read(pages, "clock-oldest-first") if post.origin] == [3, 5, 7]


def test_time_without_zone_stays_unknown(pages: Path) -> None:
    found = _read(pages, "clock-oldest-first")
    assert [(post.published_at, post.published_on) for post in found] == [
        (None, date(2031, 5, 4)),
        (None, date(2031, 5, 4)),
        (None, date(2031, 5, 5)),
    ]


def test_page_without_a_date_takes_the_one_it_is_given(pages: Path) -> None:
    found = _read(pages, "headed", day=date(2031, 5, 5))
    assert {post.published_on for post in found} == {date(2031, 5, 5)}
    midnight = datetime(2031, 5, 5, tzinfo=UTC)
    assert [post.event_time - midnight for post in found] == [
        timedelta(seconds=step) for step in range(len(found))
    ]


def test_page_without_a_date_stays_without(pages: Path) -> None:
    fetched = datetime(2031, 6, 1, tzinfo=UTC)
    assert {(post.published_on, post.event_time, post.fetched_at) for post in _read(pages, "headed")} == {
        (None, EPOCH, EPOCH)
    }
    later = _read(pages, "headed", fetched_at=fetched)
    assert {(post.published_at, post.event_time, post.fetched_at) for post in later} == {
        (None, fetched, fetched)
    }


def test_same_page_gives_the_same_ids_and_two_posts_never_one(pages: Path) -> None:
    for name, _ in POSTS:
        ids = [post.post_id for post in _read(pages, name)]
        assert len(set(ids)) == len(ids)
        assert ids == [post.post_id for post in _read(pages, name)]


def test_equal_posts_keep_their_ids_when_a_newer_one_is_added_on_top() -> None:
    body = "0900 GMT — Bridge closed\n\nThe bridge is closed, the army said.\n\n"
    top = "Live blog: Flood\n\nMonday, May 5, 2031\n\n"
    before = read_page(top + body * 2, Page("p", "p"), PROFILES)
    after = read_page(top + body * 3, Page("p", "p"), PROFILES)
    assert len(after) == 3
    assert [post.post_id for post in after][:2] == [post.post_id for post in before]


def test_source_is_the_outlet_or_what_the_caller_says(pages: Path) -> None:
    assert {post.source for post in _read(pages, "headed")} == {"cnn"}
    assert {post.source for post in _read(pages, "article")} == {"article"}
    assert {post.source for post in _read(pages, "article", source="lenne-post", lane="flood")} == {
        "lenne-post"
    }


def test_post_of_more_than_a_mebibyte_is_refused() -> None:
    with pytest.raises(SourceError, match="p:1: body: post is larger than") as caught:
        read_page("word " * (MAX_BODY_BYTES // 5 + 1), Page("p", "p"), PROFILES)
    assert (caught.value.line, caught.value.field) == (1, "body")


_PIECES = st.sampled_from(
    [
        "",
        "",
        "0915 GMT — Bridge closed",
        "2350 GMT Bridge open",
        "10:32",
        "[14:05] Talks",
        "— Ina Brandt",
        "Ina Brandt",
        "4 Posts",
        "Bridge closed after flood",
        "The bridge is closed, the army said.",
        "What you need to know",
        "Correction: The army said no.",
        "Monday, May 5, 2031",
        "Related Articles",
        "Loading...",
        "Video player loading",
        "Credit...Ina Brandt",
        "A correction was made on",
        "This blog is now closed.",
        "Read more here.",
        "“Who is there?”",
        "• One thing.",
        "By Ina Brandt",
        "9.15am BST",
        "9999-12-31",
        "This was CNBC’s live blog.",
        "Skip to contentSkip to site index",
        "Someone tells CNBC that it rains.",
        "0001-01-01T00:05+14:00",
    ]
)


@given(
    st.lists(st.one_of(_PIECES, _PIECES, st.text(max_size=40)), max_size=40).map("\n".join),
    st.sampled_from([None, *PROFILES.by_id]),
)
def test_any_text_is_cut_into_ranges_that_do_not_overlap(text: str, source: str | None) -> None:
    found = read_page(text, Page("p", "p", source), PROFILES)
    ranges = sorted(post.origin.lines for post in found if post.origin)
    assert len(ranges) == len(found)
    for first, last in ranges:
        assert 1 <= first <= last <= text.count("\n") + 1
    for (_, last), (first, _) in pairwise(ranges):
        assert last < first
    assert all(post.body for post in found)
    assert len({post.post_id for post in found}) == len(found)
    assert [post.event_time for post in found] == sorted(post.event_time for post in found)


def test_summary_without_a_line_below_ends_where_its_wording_no_longer_comes_back() -> None:
    text = """This was CNBC’s live blog on the flood.

Two dams on the Lenne are holding after a night of heavy rain, the operator said on Sunday.

Three planes with tents and blankets have landed in the capital, the government said.

Miners led the losses on the stock exchange as the flood closed two pits.

The index fell by two percent.

— Ina Brandt

Three planes with tents and blankets have landed in the capital on Sunday.

— Ina Brandt

Two dams on the Lenne are holding after a night of heavy rain.

— Lena Holm
"""
    found = read_page(text, Page("p", "p"), PROFILES)
    assert [lines for lines, _ in _posts(found)] == [(7, 11), (13, 15), (17, 19)]
    assert [post.origin.lines for post in found if post.origin and post.kind == "summary"] == [(3, 5)]


def test_times_without_text_between_are_posts_of_their_own() -> None:
    found = read_page("10:32\n" + "2031-05-05T00:05+02:00\n" * 3, Page("p", "p"), PROFILES)
    assert [lines for lines, _ in _posts(found)] == [(2, 2), (3, 3), (4, 4)]


def test_windows_line_ends_and_no_break_spaces_change_nothing(pages: Path) -> None:
    text = (pages / "timed.txt").read_text("utf-8")
    found = read_page(text.replace("\n", "\u00a0\r\n"), Page("timed.txt", "timed"), PROFILES)
    assert found == _read(pages, "timed")


def test_a_page_without_a_date_of_its_own_takes_the_latest_full_date_that_its_text_names() -> None:
    text = (
        "Storm over the bay\n\nBoats stay in harbour\n\nThe coast guard shut Vigo, as on March 2, 2025.\n\n"
        "Ferries wait\n\nA photograph of March 4, 2025 shows the queue at Cangas in the rain.\n"
    )
    posts = read_page(text, Page("page.txt", "page"), PROFILES)
    assert {post.event_time.date() for post in posts} == {date(2025, 3, 4)}
    assert all(post.published_at is None and post.published_on is None for post in posts)
