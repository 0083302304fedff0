"""The gazetteer: place names and what they may stand for, in memory-mapped arrays shared by all workers."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import xxhash

from agents.classification.remember import Remembered

Kind = Literal["country", "admin1", "city", "area"]
"""What an entry is; an area is a sea, a strait, a historical region or the like."""
KINDS: tuple[Kind, ...] = ("country", "admin1", "city", "area")
PRIMARY_BIT = 1 << 31
"""Set on a reference whose name is the entry's own rather than an alternate one."""
MAX_CACHED = 20_000
"""So many names are kept as objects; a post names few, and most of them again and again."""
MAX_NAME_WORDS = 6
_ENTRY = np.dtype(
    [
        ("geoname_id", "<i4"),
        ("lat", "<f4"),
        ("lon", "<f4"),
        ("population", "<u4"),
        ("country", "<u2"),
        ("admin1", "<u2"),
        ("kind", "u1"),
        ("curated", "u1"),
    ]
)
ENTRY_DTYPE = _ENTRY
"""One row an entry. geoname_id 0 and NaN coordinates are unknown; country and admin1 index string tables."""
_DROPPED = str.maketrans(dict.fromkeys("'’‘ʼʻ`´.") | dict.fromkeys("-‐‑–/_", " "))


def name_key(name: str) -> str:
    """Return a name in the form in which names are compared: lower case, no accents, hyphens as spaces."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("ł", "l").replace("Ł", "L"))
        name = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(name.translate(_DROPPED).lower().split())


def key_hash(key: str) -> int:
    """Return the number under which a key is filed."""
    return xxhash.xxh3_64_intdigest(key.encode())


class Entry(NamedTuple):
    """One thing a name may stand for.

    ``primary``: the name is the entry's own; ``curated``: a person wrote it into the overlay.
    """

    row: int
    geoname_id: int | None
    kind: Kind
    country: str | None
    admin1: str | None
    lat: float | None
    lon: float | None
    population: int
    curated: bool
    primary: bool


@dataclass(frozen=True, slots=True)
class GazetteerData:
    """The arrays as they lie in the cache directory.

    ``keys`` are sorted name hashes; the references of ``keys[i]`` are ``refs[starts[i]:starts[i + 1]]``, each
    a row of ``entries`` and PRIMARY_BIT.
    """

    keys: "np.ndarray[tuple[int], np.dtype[np.uint64]]"
    starts: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    refs: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    entries: "np.ndarray[tuple[int], np.dtype[np.void]]"
    countries: list[str]
    admin1: list[str]


class Names:
    """Look-up of names in the arrays."""

    __slots__ = (
        "_admin1",
        "_cache",
        "_countries",
        "_entries",
        "_keys",
        "_refs",
        "_starts",
        "positions",
        "size",
    )  # fmt: skip

    def __init__(self, data: GazetteerData) -> None:
        self._keys = data.keys.data
        self._starts = data.starts.data
        self._refs = data.refs.data
        self._entries = data.entries
        self._countries = data.countries
        self._admin1 = data.admin1
        self._cache: dict[int, list[Entry]] = {}
        self.positions = Remembered(self._search)
        """The position of a name, as a key, or -1 where no entry has it."""
        self.size = len(data.keys)

    def _search(self, key: str) -> int:
        number = key_hash(key)
        index = bisect_left(self._keys, number)
        return index if index < self.size and self._keys[index] == number else -1

    def at(self, position: int) -> list[Entry]:
        """Return the entries of the name at a position, in a fixed order; not to be changed by the caller."""
        known = self._cache.get(position)
        if known is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            known = self._cache[position] = self._read(position)
        return known

    def _read(self, position: int) -> list[Entry]:
        start, end = self._starts[position], self._starts[position + 1]
        return [self._entry(self._refs[index]) for index in range(start, end)]

    def find(self, key: str) -> list[Entry]:
        """Return the entries that bear a name, given as a key."""
        position = self.positions[key]
        return self.at(position) if position >= 0 else []

    def _entry(self, ref: int) -> Entry:
        row = ref & ~PRIMARY_BIT
        geoname_id, lat, lon, population, country, admin1, kind, curated = self._entries[row].item()
        known = not isnan(lat)
        return Entry(
            row=row,
            geoname_id=geoname_id or None,
            kind=KINDS[kind],
            country=self._countries[country] or None,
            admin1=self._admin1[admin1] or None,
            lat=round(lat, 5) if known else None,
            lon=round(lon, 5) if known else None,
            population=population,
            curated=bool(curated),
            primary=bool(ref & PRIMARY_BIT),
        )


FILES = ("keys", "starts", "refs", "entries")


def save(data: GazetteerData, directory: Path) -> None:
    """Write the arrays into a directory."""
    for name in FILES:
        np.save(directory / f"{name}.npy", getattr(data, name))
    (directory / "countries.txt").write_text("\n".join(data.countries), encoding="utf-8")
    (directory / "admin1.txt").write_text("\n".join(data.admin1), encoding="utf-8")


def open_mapped(directory: Path) -> GazetteerData:
    """Map the arrays of a directory into memory.

    Raises:
        OSError: a file is missing.
        ValueError: a file is cut short or not an array.
        EOFError: a file is empty.

    """
    arrays = {name: np.load(directory / f"{name}.npy", mmap_mode="r") for name in FILES}
    return GazetteerData(
        countries=(directory / "countries.txt").read_text(encoding="utf-8").split("\n"),
        admin1=(directory / "admin1.txt").read_text(encoding="utf-8").split("\n"),
        **arrays,
    )
