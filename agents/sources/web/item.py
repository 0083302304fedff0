"""What a document of the web says of its posts, before they become posts of a source."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Form = Literal["live_blog", "article", "feed", "json_feed", "telegram", "page"]


@dataclass(frozen=True, slots=True)
class Item:
    """One post as the document gives it.

    Attributes:
        native_id: the document's own id of the post; None where it gives none.
        url: address of the post, absolute where the document's address is known.
        headline: None where the post has none.
        body: the text, one line a paragraph; never empty.
        authors: names as printed.
        language: BCP 47 tag, where the document gives one.
        published_at: in UTC; None where no time with its offset is given.
        published_on: the date, where only that is given.
        updated_at: time of the last edit, in UTC.

    """

    native_id: str | None
    url: str | None
    headline: str | None
    body: str
    authors: tuple[str, ...] = ()
    language: str | None = None
    published_at: datetime | None = None
    published_on: date | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was understood.

    Attributes:
        form: what kind of document it is.
        items: its posts, in the order of the document.
        whole: False where a part could not be read: what is not there may still be on the page.
        textless: posts passed over because they hold no text, such as a photo.
        faults: what could not be read, a sentence each.

    """

    form: Form
    items: tuple[Item, ...]
    whole: bool = True
    textless: int = 0
    faults: tuple[str, ...] = ()


def item_of(headline: str | None, body: str | None, **rest: object) -> Item | None:
    """Return an item, its headline taken for the text where it has no other; None without any text."""
    title, text = (headline or "").strip() or None, (body or "").strip()
    if not text:
        title, text = None, title or ""
    if not text:
        return None
    return Item(headline=title, body=text, **rest)  # type: ignore[arg-type]
