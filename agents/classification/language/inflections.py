"""English word forms for the terms of the lexicons: suffix rules, and a table of what they get wrong."""

import re
from dataclasses import dataclass
from pathlib import Path

from agents.classification.files import FILES

_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_DOUBLING = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprt]$")
"""One syllable that ends in a short vowel and a consonant: ban, banned."""


@dataclass(frozen=True)
class Inflections:
    """Irregular forms by base form."""

    verbs: dict[str, list[str]]
    nouns: dict[str, list[str]]


def load_inflections(directory: Path | None = None) -> tuple[Inflections, str]:
    """Read the table of irregular forms; also returns its hash.

    Raises:
        DataFileError: the file is missing or wrong.

    """
    content, digest = FILES.read_yaml("inflections.yaml", "inflections.schema.json", directory)
    return Inflections(verbs=content["verbs"], nouns=content["nouns"]), digest


def noun_forms(inflections: Inflections, term: str) -> list[str]:
    """Return a noun phrase and its plurals; the last word is inflected."""
    if term in inflections.nouns:
        return [term, *inflections.nouns[term]]
    head, _, last = term.rpartition(" ")
    plurals = inflections.nouns.get(last) or [_with_s(last)]
    return [term, *(f"{head} {plural}".lstrip() for plural in plurals)]


def verb_forms(inflections: Inflections, term: str) -> list[str]:
    """Return a verb phrase in all its forms; the first word is inflected."""
    verb, _, rest = term.partition(" ")
    forms = inflections.verbs.get(verb) or [_with_s(verb), _with_ed(verb), _with_ing(verb)]
    return [f"{form} {rest}".rstrip() for form in [verb, *forms]]


def _with_s(word: str) -> str:
    if _CONSONANT_Y.search(word):
        return word[:-1] + "ies"
    return word + ("es" if _SIBILANT.search(word) else "s")


def _with_ed(word: str) -> str:
    if word.endswith("e"):
        return word + "d"
    if _CONSONANT_Y.search(word):
        return word[:-1] + "ied"
    return _doubled(word) + "ed"


def _with_ing(word: str) -> str:
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        return word[:-1] + "ing"
    return _doubled(word) + "ing"


def _doubled(word: str) -> str:
    return word + word[-1] if _DOUBLING.search(word) else word
