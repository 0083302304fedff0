"""OPML subscription lists."""

import pytest

from agents.sources.web.opml import OpmlError, Subscription, read_opml

LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>Desk</title></head><body>
<outline text="Floods"><outline type="rss" text="Tidewater" xmlUrl="https://news.example/rss"/></outline>
<outline type="rss" text="Tidewater again" xmlUrl="https://news.example/rss"/>
<outline type="rss" xmlUrl="https://other.example/atom"/></body></opml>"""


def test_each_feed_is_a_subscription_once_with_its_folder() -> None:
    assert read_opml(LIST) == [
        Subscription("https://news.example/rss", "Tidewater", ("Floods",)),
        Subscription("https://other.example/atom", "https://other.example/atom", ()),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html></html>", "names no feeds"),
        ("<opml><body/></opml>", "names no feeds"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "entities"),
    ],
)
def test_what_is_no_subscription_list_is_refused(text: str, message: str) -> None:
    with pytest.raises(OpmlError, match=message):
        read_opml(text)
