"""Sentences around the news: calls to subscribe, rights, credits. They are no new facts and no likeness."""

import re
from collections.abc import Iterator

from agents.dedup.data import DedupData

_END = re.compile(r"[.!?…\n]")
_REACH = 300
"""Characters to each side within which a sentence begins and ends."""


def without_boilerplate(text: str, data: DedupData) -> str:
    """Return a text without the sentences that hold boilerplate; the text itself where there is none,
    or nothing else."""
    kept: list[str] = []
    start = 0
    for match in _phrases(text, data):
        if match.start() < start:
            continue
        kept.append(text[start : _sentence_start(text, max(start, match.start() - _REACH), match.start())])
        end = _END.search(text, match.end(), match.end() + _REACH)
        start = end.end() if end else min(match.end() + _REACH, len(text))
    if not kept:
        return text
    news = "".join([*kept, text[start:]])
    return news if news.strip() else text


def _phrases(text: str, data: DedupData) -> Iterator[re.Match[str]]:
    # 'İ' alone has two characters in lower case, which would move all places behind it.
    lowered = text.replace("İ", "i").lower()
    for low, high in data.boilerplate_gates.around(lowered):
        yield from data.boilerplate.finditer(lowered, low, high)


def _sentence_start(text: str, low: int, high: int) -> int:
    return max((end.end() for end in _END.finditer(text, low, high)), default=low)
