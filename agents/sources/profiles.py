"""Outlet profiles: what is known of how an outlet's live-blog pages look, loaded from data files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from agents.data_files import DataFileError, DataFiles
from agents.sources.times import Calendar

FILES = DataFiles("agents.sources")
GENERIC = "generic"
RECOGNISED_FROM = 3
"""Sum of weights from which a page is taken for an outlet's."""
LABELS = (
    "start", "stop", "summary", "notice", "correction", "title", "furniture", "player", "link",
    "contributors", "byline", "credit", "clip",
)  # fmt: skip
"""What a line can be besides running text; the first that fits is taken."""

Cut = Literal["timed", "signed", "headed"]


@dataclass(frozen=True, slots=True)
class TimeForm:
    """One way of printing the time in front of a post.

    Attributes:
        name: what it is called in the data file.
        pattern: groups hour and minute, and possibly ampm, zone, date and rest.
        at_least: so many lines of a page must have the form before it is believed.
        examples: lines that it fits.

    """

    name: str
    pattern: re.Pattern[str]
    at_least: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """How headings are told from short paragraphs.

    Attributes:
        max_chars: no heading is longer.
        at_least: sum of signs from which a line is a heading.
        signs: weight of each sign; one that is missing counts nothing.
        never_first: folded words that a heading ending in a full stop does not begin with.

    """

    max_chars: int
    at_least: int
    signs: Mapping[str, int]
    never_first: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one outlet's pages. The fields are described in ``data/profile.schema.json``."""

    id: str
    title: str
    zone: str | None
    recognise: tuple[tuple[re.Pattern[str], int], ...]
    cuts: tuple[Cut, ...]
    lead: Literal["post", "summary"]
    headings: Headings
    times: tuple[TimeForm, ...]
    lines: tuple[tuple[str, re.Pattern[str]], ...]
    """Labels in the order of ``LABELS``, each with one pattern: the outlet's own and the generic ones."""
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles and the words of dates and times.

    Attributes:
        by_id: profiles in the order of their ids; ``generic`` is always there.
        calendar: how dates and zones are written.

    """

    by_id: Mapping[str, Profile]
    calendar: Calendar

    def recognise(self, text: str) -> Profile:
        """Return the profile that the page fits best, the generic one when it fits none well enough."""
        best, best_weight = self.by_id[GENERIC], RECOGNISED_FROM - 1
        for profile in self.by_id.values():
            weight = sum(weight for pattern, weight in profile.recognise if pattern.search(text))
            if weight > best_weight:
                best, best_weight = profile, weight
        return best


def load_profiles(directory: Path | None = None) -> Profiles:
    """Load the bundled profiles; those of a directory laid out like ``agents/sources/data`` go before them.

    Raises:
        DataFileError: a file cannot be read or breaks its schema.

    """
    calendar = Calendar.from_plain(FILES.read_yaml("times.yaml", "times.schema.json", directory)[0])
    names = FILES.names_in("profiles", directory)
    pages = [FILES.read_yaml(name, "profile.schema.json", directory)[0] for name in names]
    plain = {str(page["id"]): page for page in pages}
    if GENERIC not in plain:
        raise DataFileError(f"profiles: no profile with id {GENERIC}; every set of profiles needs one")
    built = {name: _profile(page, plain[GENERIC], calendar) for name, page in sorted(plain.items())}
    return Profiles(MappingProxyType(built), calendar)


def _profile(plain: dict[str, Any], generic: dict[str, Any], calendar: Calendar) -> Profile:
    inherited = {} if plain is generic else generic
    headings = plain["headings"]
    return Profile(
        id=plain["id"],
        title=plain["title"],
        zone=plain.get("zone"),
        recognise=tuple(
            (_compile(entry["pattern"], plain, re.MULTILINE), entry["weight"]) for entry in plain["recognise"]
        ),
        cuts=tuple(plain["cuts"]),
        lead=plain["lead"],
        headings=Headings(
            headings["max_chars"],
            headings["at_least"],
            MappingProxyType(dict(headings["signs"])),
            frozenset(headings.get("never_first", ())),
        ),
        times=tuple(
            _time_form(form, plain, calendar)
            for form in (*plain.get("times", ()), *inherited.get("times", ()))
        ),
        lines=tuple(_line_patterns(plain, inherited)),
        examples=tuple((example["line"], example["is"]) for example in plain["examples"]),
    )


def _line_patterns(plain: dict[str, Any], inherited: dict[str, Any]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each label that has patterns, with all of them in one."""
    for label in LABELS:
        patterns = [*plain["lines"].get(label, ()), *inherited.get("lines", {}).get(label, ())]
        if patterns:
            yield label, _compile("|".join(f"(?:{pattern})" for pattern in patterns), plain)


def _time_form(form: dict[str, Any], plain: dict[str, Any], calendar: Calendar) -> TimeForm:
    zones = "|".join(sorted(calendar.zones, key=lambda zone: (-len(zone), zone)))
    pattern = _compile(form["pattern"].replace("{zone}", zones), plain)
    return TimeForm(form["name"], pattern, form["at_least"], tuple(form["examples"]))


def _compile(pattern: str, plain: dict[str, Any], flags: int = 0) -> re.Pattern[str]:
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise DataFileError(f"profile {plain['id']}: pattern {pattern!r}: {error}") from error
