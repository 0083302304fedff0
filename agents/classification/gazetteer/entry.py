"""What a place name may stand for."""

from dataclasses import dataclass
from typing import Final

from schemas.events import PlaceKind

KINDS: Final[tuple[PlaceKind, ...]] = ("country", "admin1", "city", "area")
CITY_MIN: Final = 100_000
"""A city of so many inhabitants is meant by its name without further evidence."""


@dataclass(slots=True)
class Entry:
    """One thing a name may stand for.

    ``primary``: the name is the entry's own; ``curated``: a person wrote it into the overlay.
    """

    row: int
    geoname_id: int | None
    kind: PlaceKind
    country: str | None
    admin1: str | None
    lat: float | None
    lon: float | None
    population: int
    curated: bool
    primary: bool

    @property
    def region(self) -> str:
        """The region that the entry is or lies in, as one word with its country."""
        return f"{self.country}/{self.admin1}"


@dataclass(slots=True)
class Name:
    """Everything that a name may stand for, and what all readers of a mention ask of it.

    Attributes:
        entries: in a fixed order; not to be changed.
        curated: one of them is.
        is_country: one of them is a country.
        population: that of the largest.
        votes: the countries and regions that a text speaks of by this name.

    """

    entries: list[Entry]
    curated: bool
    is_country: bool
    population: int
    votes: tuple[str, ...]


def name_of(entries: list[Entry]) -> Name:
    """Return a name by what it may stand for."""
    return Name(
        entries=entries,
        curated=any(entry.curated for entry in entries),
        is_country=any(entry.kind == "country" for entry in entries),
        population=max((entry.population for entry in entries), default=0),
        votes=_votes(entries),
    )


def _votes(entries: list[Entry]) -> tuple[str, ...]:
    """Return the one country that the name speaks of, if any, and the regions."""
    countries = {entry.country for entry in entries if entry.country and _is_plain(entry)}
    regions = {entry.region for entry in entries if entry.kind == "admin1"}
    return tuple(sorted(countries | regions if len(countries) == 1 else regions))


def _is_plain(entry: Entry) -> bool:
    return entry.kind == "country" or entry.curated or entry.population >= CITY_MIN


NO_NAME: Final = name_of([])
"""Of a mention that no entry is known for."""
