"""HTML to text: one line a block, as a reader sees it."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNSEEN = ["script", "style", "noscript", "template", "svg", "iframe", "object", "head"]
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "ul"),
    ]
)
_SPACE = re.compile(r"[^\S\n]+")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")


def text_of_html(html: str) -> str:
    """Return the text of a page or of a fragment, blocks apart by a line break, empty lines left out."""
    if not _MARKUP.search(html):
        return _tidy(html)
    parser = LexborHTMLParser(html)
    parser.strip_tags(_UNSEEN)
    return "" if parser.body is None else text_of_node(parser.body)


def text_of_node(node: LexborNode) -> str:
    """Return the text under a node, likewise."""
    parts: list[str] = []
    block: int | None = None
    for one in node.traverse(include_text=True):
        if one.tag == "br":
            parts.append("\n")
        elif one.tag == "-text":
            own = _block_of(one)
            if own != block:
                parts.append("\n")
                block = own
            parts.append(" ".join((one.text_content or "").split("\n")))
    return _tidy("".join(parts))


def _block_of(node: LexborNode) -> int:
    parent = node.parent
    while parent is not None and parent.tag not in _BLOCKS and parent.parent is not None:
        parent = parent.parent
    return 0 if parent is None else int(parent.mem_id)


def _tidy(text: str) -> str:
    lines = (_SPACE.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
