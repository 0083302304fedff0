"""The one sentence of a post that carries its news."""

from agents.classification.text import Text


def summarise(text: Text) -> str:
    """Return the sentence of the body that carries the news, or the headline where there is no body."""
    body = [span for span in text.sentences if span[0] > text.headline_end]
    start, end = body[0] if body else (0, text.headline_end)
    return text.raw[start:end]
