"""The public preview page of a Telegram channel: its latest messages as HTML."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agents.sources.web.dates import moment_of
from agents.sources.web.html_text import text_of_node
from agents.sources.web.item import Item, Reading, item_of

_MESSAGE = "div.tgme_widget_message[data-post]"
_TEXT = "div.tgme_widget_message_text"
_REPLY = "a.tgme_widget_message_reply"


def is_telegram(page: LexborHTMLParser) -> bool:
    """Tell whether a page is such a preview."""
    return page.css_first(_MESSAGE) is not None or page.css_first("div.tgme_channel_info") is not None


def read_telegram(page: LexborHTMLParser) -> Reading:
    """Return the messages of a channel's preview page. A message without text is counted, not given."""
    found = [_item(node) for node in page.css(_MESSAGE)]
    items = tuple(item for item in found if item is not None)
    return Reading("telegram", items, textless=len(found) - len(items))


def _item(message: LexborNode) -> Item | None:
    """Return a message; who it was forwarded from stands as its author.

    The page says that a message was edited, not when: ``updated_at`` stays unknown.
    """
    for reply in message.css(_REPLY):
        reply.decompose()
    texts = [text_of_node(node) for node in message.css(_TEXT)]
    time = message.css_first("a.tgme_widget_message_date time[datetime]")
    forwarded = message.css_first(".tgme_widget_message_forwarded_from_name")
    native = message.attributes.get("data-post")
    return item_of(
        None,
        "\n".join(texts),
        native_id=native,
        url=f"https://t.me/{native}" if native else None,
        authors=(forwarded.text(strip=True),) if forwarded else (),
        published_at=moment_of(time.attributes.get("datetime")) if time else None,
    )
