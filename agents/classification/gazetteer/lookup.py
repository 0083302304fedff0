"""The gazetteer: place names and what they may stand for, in memory-mapped arrays shared by all workers."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Final

import numpy as np
import xxhash

from agents.classification.gazetteer.entry import KINDS, Entry, Name, name_of
from agents.classification.remember import Remembered

PRIMARY_BIT: Final = 1 << 31
"""Set on a reference whose name is the entry's own rather than an alternate one."""
MAX_NAME_WORDS: Final = 6
_ENTRY: Final = np.dtype(
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
ENTRY_DTYPE: Final = _ENTRY
"""One row an entry. geoname_id 0 and NaN coordinates are unknown; country and admin1 index string tables."""
_DROPPED: Final = str.maketrans(dict.fromkeys("'’‘ʼʻ`´.") | dict.fromkeys("-‐‑–/_", " "))


def name_key(name: str) -> str:
    """Return a name in the form in which names are compared: lower case, no accents, hyphens as spaces."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("ł", "l").replace("Ł", "L"))
        name = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(name.translate(_DROPPED).lower().split())


def key_hash(key: str) -> int:
    """Return the number under which a key is filed."""
    return xxhash.xxh3_64_intdigest(key.encode())


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

    __slots__ = ("_admin1", "_countries", "_entries", "_keys", "_refs", "_starts", "known", "size")

    def __init__(self, data: GazetteerData) -> None:
        self._keys = data.keys.data
        self._starts = data.starts.data
        self._refs = data.refs.data
        self._entries = data.entries
        self._countries = data.countries
        self._admin1 = data.admin1
        self.known: Remembered[Name | None] = Remembered(self._find)
        """The names by their keys, None where no entry has one."""
        self.size = len(data.keys)

    def _find(self, key: str) -> Name | None:
        number = key_hash(key)
        index = bisect_left(self._keys, number)
        if index == self.size or self._keys[index] != number:
            return None
        start, end = self._starts[index], self._starts[index + 1]
        return name_of([self._entry(self._refs[at]) for at in range(start, end)])

    def find(self, key: str) -> Sequence[Entry]:
        """Return the entries that bear a name, given as a key."""
        name = self.known[key]
        return [] if name is None else name.entries

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


FILES: Final = ("keys", "starts", "refs", "entries")


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
