"""Data that verdicts rest on: prior document frequencies, slot words, markers of corrections, publisher
families."""

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents.data_files import DataFileError, DataFiles
from agents.dedup.gates import GateWords
from agents.dedup.terms import base_of, hash_of, meant_by, name_of, term_of

FILES = DataFiles("agents.dedup")
BOILERPLATE, MARKER = 1, 2
"""What a gate word may be part of."""
_PHRASE = 60, 60
_NOTICE = 140, 100
"""Characters before and behind a gate word within which a boilerplate phrase, and a notice of a correction
or retraction, lie."""

_BEGIN = {"line": r"(?:^|\n)", "word": r"\b", "anywhere": ""}
"""Patterns of the places where phrases begin."""


@dataclass(frozen=True, slots=True)
class DedupData:
    """Loaded data files.

    Attributes:
        prior: for each term the probability that a post of ordinary length has it; ``rarest`` for all others.
        weekdays, months: folded words of each kind.
        numbers: the figure that a folded word stands for.
        reversals: folded words of a lead that turns another post's news round ('denies').
        correction: pattern of a post that corrects an earlier one; ``retraction``: of one that takes it back.
        boilerplate: pattern of words whose sentence says nothing of the news.
        gates: folded words without which none of the patterns can match, with what they may match: 1 for
            boilerplate, 2 for a correction or retraction.
        boilerplate_gates, marker_gates: the same words, for finding where they stand.
        families: id of the publisher's family by source.
        synonyms: base of a word to the one that stands for it when stories are compared.
        countries: hashes of names of countries, as in agents.dedup.slots.Slots; ``lands``: with regions.

    """

    prior: dict[str, float]
    rarest: float
    weekdays: frozenset[str]
    months: frozenset[str]
    numbers: dict[str, str]
    reversals: frozenset[str]
    correction: re.Pattern[str]
    retraction: re.Pattern[str]
    boilerplate: re.Pattern[str]
    gates: dict[str, int]
    boilerplate_gates: GateWords
    marker_gates: GateWords
    families: dict[str, str]
    synonyms: dict[str, str]
    countries: frozenset[int]
    lands: frozenset[int]


@cache
def load_data(directory: Path | None = None) -> DedupData:
    """Load the data files: each from the directory where it is there, else as shipped.

    Raises:
        DataFileError: a file cannot be read, is not YAML or does not fit its schema.

    """
    prior = read("prior", directory)
    slots = read("slots", directory)
    markers = read("markers", directory)
    boilerplate = read("boilerplate", directory)
    credit = read("credits", directory)
    groups = read("synonyms", directory)["groups"]
    synonyms = synonyms_of(groups)
    return DedupData(
        prior={
            term: math.exp(-prior["step"] * bucket)
            for bucket, terms in prior["buckets"].items()
            for term in terms.split()
        }
        | {
            term_of(meant_by(word, synonyms)): math.exp(-prior["step"] * credit["bucket"])
            for word in credit["words"]
        },
        rarest=math.exp(-prior["step"] * prior["rarest"]),
        weekdays=frozenset(slots["weekdays"]),
        months=frozenset(slots["months"]),
        numbers={word: str(value) for word, value in slots["numbers"].items()},
        reversals=frozenset(slots["reversals"]),
        correction=_pattern(markers["correction"], "markers"),
        retraction=_pattern(markers["retraction"], "markers"),
        boilerplate=_pattern({"anywhere": boilerplate["phrases"]}, "boilerplate"),
        gates=_gates(boilerplate["gates"], markers["gates"]),
        boilerplate_gates=GateWords(boilerplate["gates"], *_PHRASE),
        marker_gates=GateWords(markers["gates"], *_NOTICE),
        families={
            source: family["id"]
            for family in read("families", directory)["families"]
            for source in family["sources"]
        },
        synonyms=synonyms,
        countries=_names(groups["countries"]),
        lands=_names(groups["countries"] + groups["regions"]),
    )


def read(name: str, directory: Path | None = None) -> Any:
    """Return the checked content of one data file.

    Raises:
        DataFileError: the file cannot be read, is not YAML or does not fit its schema.

    """
    return FILES.read_yaml(f"{name}.yaml", f"{name}.schema.json", directory)[0]


def synonyms_of(groups: dict[str, list[list[str]]]) -> dict[str, str]:
    """Return for each word of the groups of synonyms, as `base_of` gives it, the one that stands for it."""
    return {base_of(word): base_of(group[0]) for kind in groups.values() for group in kind for word in group}


def _names(groups: list[list[str]]) -> frozenset[int]:
    return frozenset(hash_of(name_of(base_of(group[0]))) >> 16 for group in groups)


def _gates(boilerplate: list[str], markers: list[str]) -> dict[str, int]:
    return {
        word: BOILERPLATE * (word in boilerplate) | MARKER * (word in markers)
        for word in {*boilerplate, *markers}
    }


def _pattern(phrases: dict[str, list[str]], name: str) -> re.Pattern[str]:
    """Join phrases by where they begin: that is looked for once for all of them."""
    try:
        return re.compile("|".join(f"{_BEGIN[where]}(?:{'|'.join(some)})" for where, some in phrases.items()))
    except re.error as error:
        raise DataFileError(f"{name}.yaml: {error.pattern!r} is not a regular expression: {error}") from error
