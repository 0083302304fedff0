"""HTML with JSON-LD, feeds and Telegram previews, as posts. All texts are made up."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sources.errors import SourceError
from agents.sources.profiles import Profiles
from agents.sources.web.document import Document, FeedError, Posts, read_document
from schemas.posts import RawPost

FETCHED = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ADDRESS = "https://news.example/live/mur"


def read(
    text: str | bytes, profiles: Profiles, *, content_type: str | None = None, address: str | None = ADDRESS
) -> Posts:
    data = text.encode() if isinstance(text, str) else text
    return read_document(
        Document(data, "tidewater", "mur.html", address, content_type, fetched_at=FETCHED), profiles
    )


def page(*scripts: Any, body: str = "") -> str:
    tags = "".join(
        f'<script type="application/ld+json">{one if isinstance(one, str) else json.dumps(one)}</script>'
        for one in scripts
    )
    return f"<!doctype html><html><head><title>Live</title>{tags}</head><body>{body}</body></html>"


def update(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "@type": "BlogPosting",
        "@id": f"{ADDRESS}#post-{number}",
        "headline": f"Levee {number} holds",
        "articleBody": f"Engineers said levee {number} held through the night.",
        "datePublished": f"2026-05-04T0{number}:30:00+02:00",
    } | fields


def live_blog(*updates: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": "schema",
        "@type": "LiveBlogPosting",
        "inLanguage": "en",
        "liveBlogUpdate": list(updates),
    }


def only(posts: Posts) -> RawPost:
    assert len(posts.posts) == 1
    return posts.posts[0]


def test_a_live_blog_gives_a_post_an_update_the_oldest_first(profiles: Profiles) -> None:
    found = read(page(live_blog(update(3), update(2), update(1))), profiles)
    assert (found.form, found.whole, found.faults) == ("live_blog", True, ())
    assert [post.headline for post in found.posts] == ["Levee 1 holds", "Levee 2 holds", "Levee 3 holds"]
    first = found.posts[0]
    assert first.native_id == first.url == f"{ADDRESS}#post-1"
    assert first.published_at == first.event_time == datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
    assert (first.source, first.language, first.fetched_at) == ("tidewater", "en", FETCHED)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"datePublished": "2026-05-04"}, (None, date(2026, 5, 4))),
        ({"datePublished": "2026-05-04T09:30:00"}, (None, date(2026, 5, 4))),
        ({"datePublished": "0001-01-01T00:00:00Z"}, (None, None)),
        ({"datePublished": "yesterday"}, (None, None)),
        ({"datePublished": None}, (None, None)),
        ({"datePublished": "2026-05-04T09:30:00.5Z"}, (datetime(2026, 5, 4, 9, 30, 0, 500_000, UTC), None)),
    ],
)
def test_a_time_that_is_not_known_stays_null(
    profiles: Profiles, fields: dict[str, Any], expected: tuple[datetime | None, date | None]
) -> None:
    post = only(read(page(live_blog(update(1, **fields))), profiles))
    assert (post.published_at, post.published_on) == expected


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"articleBody": "<p>One &amp; two.</p><p>Three<br>four.</p>"}, "body", "One & two.\nThree\nfour."),
        ({"headline": "Dam &quot;safe&quot;"}, "headline", 'Dam "safe"'),
        ({"author": [{"@type": "Person", "name": "Ana Kos"}, "Desk"]}, "authors", ["Ana Kos", "Desk"]),
        ({"@id": "42", "url": "/live/mur?post=42"}, "url", "https://news.example/live/mur?post=42"),
        ({"@id": "42", "url": None}, "url", None),
        ({"dateModified": "2026-05-04T10:00:00Z"}, "updated_at", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ({"articleBody": None}, "body", "Levee 1 holds"),
    ],
)
def test_fields_of_an_update(
    profiles: Profiles, fields: dict[str, Any], field: str, expected: object
) -> None:
    assert getattr(only(read(page(live_blog(update(1, **fields))), profiles)), field) == expected


def test_updates_that_share_the_id_of_their_page_are_told_apart_by_address(profiles: Profiles) -> None:
    shared = [update(n, **{"@id": ADDRESS, "url": f"{ADDRESS}?p={n}"}) for n in (2, 1)]
    edited = [shared[0], {**shared[1], "articleBody": "Levee 1 has given way."}]
    before, after = (read(page(live_blog(*updates)), profiles).posts for updates in (shared, edited))
    assert [post.post_id for post in before] == [post.post_id for post in after]
    assert len({post.post_id for post in before}) == 2


def test_line_breaks_inside_strings_and_graphs_are_read(profiles: Profiles) -> None:
    raw = json.dumps({"@graph": [live_blog(update(1, articleBody="First line."))]})
    assert only(read(page(raw.replace("First line.", "First\nline.")), profiles)).body == "First\nline."


def test_a_broken_script_leaves_the_page_not_whole(profiles: Profiles) -> None:
    found = read(page('{"@type": ', live_blog(update(1))), profiles)
    assert not found.whole
    assert "script 1 is not JSON" in found.faults[0]
    assert len(found.posts) == 1


def test_a_live_blog_that_has_not_begun_has_no_posts(profiles: Profiles) -> None:
    found = read(page({"@type": "LiveBlogPosting", "headline": "Live"}, body="<p>Menu</p>"), profiles)
    assert (found.form, found.posts) == ("live_blog", [])


def test_an_article_is_one_post(profiles: Profiles) -> None:
    article = update(1) | {"@type": ["NewsArticle"], "articleBody": "The river fell by a metre."}
    found = read(page({"@type": "Organization", "name": "Tidewater"}, article), profiles)
    assert found.form == "article"
    assert only(found).body == "The river fell by a metre."


def test_a_plain_page_is_read_as_text(profiles: Profiles) -> None:
    text = "".join(
        f"<p>The water at gauge {n} rose again overnight, the river authority said.</p>" for n in range(9)
    )
    found = read(page(body=f"<nav><a>Home</a></nav><article><h1>River rises</h1>{text}</article>"), profiles)
    assert found.form == "page"
    assert "gauge 3 rose again" in "\n".join(post.body for post in found.posts)
    assert all(post.url == ADDRESS and post.published_at is None for post in found.posts)


RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Tidewater</title><language>en-gb</language>
<item><guid isPermaLink="false">t-2</guid><link>https://news.example/2</link><title>Bridge closed</title>
<description>Short.</description><content:encoded>
<![CDATA[<p>The bridge at Mur is closed.</p><p>Use the ferry.</p>]]></content:encoded>
<pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate></item>
<item><link>/1</link><title>Rain on the way</title><pubDate>Mon, 04 May 2026 07:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<entry><id>tag:t,1</id><title>Bridge closed</title><link href="https://news.example/2"/><updated>2026-05-04T09:00:00Z</updated>
<published>2026-05-04T08:00:00Z</published><author><name>Ana Kos</name></author>
<content type="html">&lt;p&gt;The bridge at Mur is closed.&lt;/p&gt;</content></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>T</title></channel>
<item rdf:about="https://news.example/2"><title>Bridge closed</title><link>https://news.example/2</link>
<description>The bridge at Mur is closed.</description><dc:date>2026-05-04T08:00:00Z</dc:date></item>
</rdf:RDF>"""
JSON_FEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{"id": 7, "url": "https://news.example/2", "title": "Bridge closed",
               "date_published": "2026-05-04T08:00:00Z",
               "content_html": "<p>The bridge at Mur is closed.</p>", "authors": [{"name": "Ana Kos"}]}],
})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form", "native_id"),
    [
        (ATOM, "feed", "tag:t,1"),
        (RDF, "feed", "https://news.example/2"),
        (JSON_FEED, "json_feed", "7"),
        (JSON_FEED.replace("/version/1.1", "\\/version\\/1.1"), "json_feed", "7"),
    ],
)
def test_feeds_of_every_kind_give_the_same_post(
    profiles: Profiles, text: str, form: str, native_id: str
) -> None:
    found = read(text, profiles)
    post = only(found)
    assert (found.form, found.whole, post.native_id) == (form, True, native_id)
    assert (post.headline, post.body) == ("Bridge closed", "The bridge at Mur is closed.")
    assert post.published_at == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert post.url == "https://news.example/2"


def test_rss_entries_are_read_the_oldest_first(profiles: Profiles) -> None:
    old, new = read(RSS, profiles).posts
    assert (new.native_id, new.body) == ("t-2", "The bridge at Mur is closed.\nUse the ferry.")
    assert (old.headline, old.body, old.url) == (None, "Rain on the way", "https://news.example/1")
    assert (old.language, old.updated_at) == ("en-gb", None)


def test_an_entry_without_a_date_is_not_published_when_it_was_fetched(profiles: Profiles) -> None:
    post = only(read(RDF.replace("<dc:date>2026-05-04T08:00:00Z</dc:date>", ""), profiles))
    assert (post.published_at, post.published_on, post.event_time) == (None, None, FETCHED)


def test_entries_that_share_an_id_are_two_posts_and_a_repeated_one_is_one(profiles: Profiles) -> None:
    doubled = RSS.replace("<link>/1</link>", '<guid isPermaLink="false">t-2</guid>')
    assert len({post.post_id for post in read(doubled, profiles).posts}) == 2
    item = ATOM[ATOM.index("<entry>") : ATOM.index("</feed>")]
    assert len(read(ATOM.replace(item, item + item), profiles).posts) == 1


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (RSS.replace("Mur", "Mürz").encode("latin-1").replace(b"UTF-8", b"iso-8859-1"), None),
        (
            RSS.replace("Mur", "Mürz").encode("latin-1").replace(b' encoding="UTF-8"', b""),
            "text/xml; charset=latin1",
        ),
        (RSS.replace("Mur", "Mürz").encode(), "text/xml; charset=iso-8859-1"),
        (RSS.replace("Mur", "Mürz").encode("utf-16"), None),
        (RSS.replace("Mur", "Mürz").encode("latin-1"), "text/xml; charset=utf-8"),
    ],
)
def test_a_wrong_charset_does_not_spoil_the_text(
    profiles: Profiles, data: bytes, content_type: str | None
) -> None:
    assert "The bridge at Mürz is closed." in read(data, profiles, content_type=content_type).posts[-1].body


def test_a_feed_cut_short_gives_what_is_there_and_is_not_whole(profiles: Profiles) -> None:
    found = read(RSS[: RSS.index("<item><link>")], profiles)
    assert not found.whole
    assert only(found).native_id == "t-2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
            "entities",
        ),
        ("<?xml version='1.0'?><rss", "no feed"),
        ("<rss version='2.0'>" + "<item/>" * 20_001, "more than 20000"),
    ],
)
def test_what_is_no_feed_is_refused(profiles: Profiles, text: str, message: str) -> None:
    with pytest.raises(FeedError, match=message):
        read(text, profiles)


def message(number: int, text: str | None, extra: str = "") -> str:
    body = f'<div class="tgme_widget_message_text js-message_text">{text}</div>' if text else ""
    return (
        f'<div class="tgme_widget_message js-widget_message" data-post="murwatch/{number}">{extra}{body}'
        f'<div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">edited '
        f'<a class="tgme_widget_message_date" href="#">'
        f'<time datetime="2026-05-04T0{number}:00:00+00:00">x</time></a>'
        f"</span></div></div>"
    )


def test_telegram_messages_are_posts_with_their_origin(profiles: Profiles) -> None:
    forwarded = '<span class="tgme_widget_message_forwarded_from_name">Mur Fire Service</span>'
    reply = (
        '<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text">What was it?</div></a>'
    )
    found = read(
        page(
            body=message(1, "Sirens in Mur.<br/>Go up.")
            + message(2, None)
            + message(3, "All clear", forwarded + reply)
        ),
        profiles,
        address="https://t.me/s/murwatch",
    )
    first, last = found.posts
    assert (found.form, found.textless) == ("telegram", 1)
    assert (first.native_id, first.url) == ("murwatch/1", "https://t.me/murwatch/1")
    assert (first.body, first.published_at) == ("Sirens in Mur.\nGo up.", datetime(2026, 5, 4, 1, tzinfo=UTC))
    assert (last.body, last.authors) == ("All clear", ["Mur Fire Service"])


def test_a_post_that_is_too_large_is_left_out_and_named(profiles: Profiles) -> None:
    huge = update(2, articleBody="x" * (1024 * 1024 + 1))
    found = read(page(live_blog(huge, update(1))), profiles)
    assert not found.whole
    assert "larger than" in found.faults[0]
    assert only(found).headline == "Levee 1 holds"


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
@pytest.mark.parametrize(
    "start", [b"", b"<?xml version='1.0'?><rss>", b"<html>", b'{"version": "https://jsonfeed.org/version/1",']
)
def test_no_bytes_crash_the_reader(profiles: Profiles, start: bytes, data: bytes) -> None:
    with suppress(FeedError, SourceError):
        read(start + data, profiles)
