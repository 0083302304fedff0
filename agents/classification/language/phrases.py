"""Phrases of several words, looked up by their first two."""

from collections.abc import Container

Phrases = dict[str, dict[str, list[tuple[tuple[str, ...], int]]]]
"""First word -> second word, '' for a phrase of one -> the phrases, the longest first, each with its value.

Two steps: of words such as 'a' and 'in', which open many phrases, few second words go on with one.
"""


def phrase_table(entries: dict[str, int]) -> Phrases:
    """Return phrases, with a value each, as they are looked up."""
    table: Phrases = {}
    for phrase, value in entries.items():
        words = tuple(phrase.split())
        table.setdefault(words[0], {}).setdefault("".join(words[1:2]), []).append((words, value))
    for continuations in table.values():
        for found in continuations.values():
            found.sort(key=lambda entry: (-len(entry[0]), entry[0]))
    return table


def match_phrase(table: Phrases, words: list[str], at: int, stop: int) -> tuple[int, int] | None:
    """Return (index after the phrase, its value) of the longest phrase that starts at a word."""
    continuations = table.get(words[at])
    if continuations is None or at >= stop:
        return None
    if at + 1 < stop:
        for phrase, value in continuations.get(words[at + 1], ()):
            end = at + len(phrase)
            if end <= stop and (end == at + 2 or tuple(words[at:end]) == phrase):
                return end, value
    return (at + 1, continuations[""][0][1]) if "" in continuations else None


def has_phrase(table: Phrases, words: list[str], start: int, stop: int) -> bool:
    """Tell whether a phrase stands among words [start, stop)."""
    for at in range(start, stop):
        if words[at] in table and match_phrase(table, words, at, stop) is not None:
            return True
    return False


def openings(firsts: Container[str], seconds: dict[str, frozenset[str]], words: list[str]) -> list[int]:
    """Return the words at which a phrase may start.

    Args:
        firsts: words that phrases start with.
        seconds: for those of them that no phrase of one word is, the words that come next in phrases.
        words: of the text.

    """
    last = len(words) - 1
    return [
        at
        for at, word in enumerate(words)
        if word in firsts and (word not in seconds or (at < last and words[at + 1] in seconds[word]))
    ]
