"""The one sentence of a post that carries its news."""

from agents.classification.evidence import Evidence
from agents.classification.language.text import Text

MIN_WORDS = 5
"""A shorter first sentence ('What a night.') gives way to a better one."""
_LOOK_AT = 3
"""The news stands in one of the first sentences, or nowhere."""


def summarise(text: Text, evidence: Evidence) -> str:
    """Return the sentence of the body that carries the news, or the headline where there is no body."""
    body = [span for span in text.sentences if span[0] > text.headline_end][:_LOOK_AT]
    if not body:
        return text.raw[: text.headline_end]
    start, end = next((span for span in body if _is_full(text, span) and _has_news(evidence, span)), body[0])
    return text.raw[start:end]


def _is_full(text: Text, span: tuple[int, int]) -> bool:
    return text.word_index(span[1]) - text.word_index(span[0]) + 1 >= MIN_WORDS


def _has_news(evidence: Evidence, span: tuple[int, int]) -> bool:
    return any(span[0] <= start < span[1] for spans in evidence.spans.values() for _, start, _ in spans)
