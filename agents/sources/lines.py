"""The lines of a page, each with what it is taken for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agents.sources.profiles import Profile
from agents.sources.times import Calendar

TEXT = "text"
DATE = "date"
SIGNATURE = "signature"
ENDS_POST = frozenset({SIGNATURE, "contributors", "link"})
"""Labels of lines that stand at the end of a post."""
MEDIA = frozenset({"credit", "player"})
NOT_BODY = MEDIA | {
    SIGNATURE,
    "contributors",
    "link",
    "byline",
    "furniture",
    "notice",
    "start",
    "stop",
    "title",
    DATE,
}
"""Labels of lines that a post may span and that are not part of its text."""

SIGNED_FROM = 2
"""So many signatures on a page show that its posts end in them."""

_LABEL_CHARS = 320
_CREDIT_CHARS = 1000
_SIGNATURE = re.compile(r"^(?:[—–―]|--?)\s*(?=\S)")
_SIGNATURE_CHARS = 100
_NAME_WORDS = range(2, 4)
_PARTICLES = frozenset(
    ("and", "with", "for", "of", "de", "da", "del", "di", "van", "von", "der", "bin", "al", "el", "la")
)
_NAME_PART = re.compile(r"[\w.’'&/-]+,?")
_NAME_WORD = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'-]+)"
_NAME = rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,3}}"
_WHO_REPORTED = re.compile(rf"({_NAME}(?:(?:, and |, | and ){_NAME})*) (?:contributed|reported|from)\b")
_OF_OUTLET = re.compile(r"^(?:(?:By|From|Reporting by|Analysis by|Posted by)\s+)?(?:[A-Z]\w*[’']s\s+)?")
_BETWEEN_NAMES = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s+with\s+|;|\|")
_CLOSING = "\"'”’»)]* \u00a0"
_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){2,}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not empty.

    Attributes:
        number: 1-based number in the document.
        text: the line without white space around it; no-break spaces are spaces.
        gap: empty lines above.
        label: one of ``profiles.LABELS``, or ``text``, ``date``, ``signature``.
        day: the date of a ``date`` line.

    """

    number: int
    text: str
    gap: int
    label: str = TEXT
    day: date | None = None


def read_lines(text: str, profile: Profile, calendar: Calendar) -> list[Line]:
    """Return the lines of a page that are not empty, labelled by the profile."""
    found: list[Line] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.replace("\u00a0", " ").strip().strip("\ufeff\u200b").strip()
        if not stripped:
            gap += 1
            continue
        dangling = bool(found) and found[-1].label == "correction" and not ends_sentence(found[-1].text)
        day = None if dangling else calendar.date_line(stripped)
        label = DATE if day else "correction" if dangling else label_of(stripped, profile)
        found.append(Line(number, stripped, gap, label, day))
        gap = 0
    return _with_bare_names(found)


def label_of(text: str, profile: Profile) -> str:
    """Return what a line is by itself, ``text`` when nothing fits."""
    if len(text) > _CREDIT_CHARS:
        return TEXT
    if _is_signature(text):
        return SIGNATURE
    long = len(text) > _LABEL_CHARS
    for label, pattern in profile.lines:
        if (not long or label == "credit") and pattern.search(text):
            return label
    return TEXT


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends as running text does: with a full stop or the like, abbreviations aside."""
    bare = text.rstrip(_CLOSING)
    return bare[-1:] in {".", "!", "?", "…", ":", ";", ","} and not _ABBREVIATION.search(bare[-12:])


def looks_like_names(text: str) -> bool:
    """Tell whether a line is nothing but capitalised words as in ``Ann Lee, Omar van Rijn and Reuters``."""
    words = text.split()
    if not words or len(words) > 14 or text.endswith("."):
        return False
    return (
        all(
            _NAME_PART.fullmatch(word) is not None and (word[0].isupper() or word in _PARTICLES)
            for word in words
        )
        and words[0][0].isupper()
    )


def names_in(text: str, label: str) -> list[str]:
    """Return the names of a byline, a signature or a line of contributors."""
    bare = _OF_OUTLET.sub("", _SIGNATURE.sub("", text))
    lists = [match[1] for match in _WHO_REPORTED.finditer(bare)] if label == "contributors" else [bare]
    parts = (part.strip() for names in lists for part in _BETWEEN_NAMES.split(names))
    return [part for part in parts if part and looks_like_names(part)]


def _with_bare_names(lines: list[Line]) -> list[Line]:
    """Return the lines with signatures that lack the dash, on a page whose posts are signed."""
    if sum(line.label == SIGNATURE for line in lines) < SIGNED_FROM:
        return lines
    return [
        replace(line, label=SIGNATURE) if _is_bare_name(lines, index) else line
        for index, line in enumerate(lines)
    ]


def _is_bare_name(lines: Sequence[Line], index: int) -> bool:
    """Tell whether a line is a name alone, below a full sentence and above a longer line."""
    line = lines[index]
    if line.label != TEXT or len(line.text.split()) not in _NAME_WORDS or not looks_like_names(line.text):
        return False
    if index == 0 or lines[index - 1].label not in {TEXT, "clip"} or not ends_sentence(lines[index - 1].text):
        return False
    return index + 1 == len(lines) or len(lines[index + 1].text) > len(line.text)


def _is_signature(text: str) -> bool:
    dash = _SIGNATURE.match(text)
    return dash is not None and len(text) <= _SIGNATURE_CHARS and looks_like_names(text[dash.end() :])
