"""Strategies for rules and facts: few values of each kind, so that they often meet."""

from typing import Any

from hypothesis import strategies as st

from agents.alerting.names import folded
from agents.alerting.rules.conditions import CASUALTY_FIELDS
from agents.alerting.rules.text_query import words_of
from agents.alerting.stories.facts import Facts
from schemas.events import SEVERITY_ORDER, Place

# Names and words that fold to one another, or lie in one another.
WORDS = ("air", "raid", "raids", "Straße", "STRASSE", "city", "hall", "x", "київ", "drone-boat")
NAMES = ("Odesa", "ODESA", "Oder", "Straße", "strasse", "Львів", "Bila  Tserkva", " BILA\nTserkva")
ACTORS = ("Guard", "National Guard", "guard of honour", "GUARD", "Ruth\nKessler", " ruth  kessler", "ẞ")
SOURCES = ("wire", "times", "post")
COUNTRIES = ("UA", "AT", "FJ")
CATEGORIES = ("strike", "combat", "protest", "other")
TYPES = ("assault", "protest", "other")
STATUSES = ("confirmed", "claimed", "disputed")
LANGUAGES = ("en", "uk")
COUNTS = (1, 2, 3, 4, 7, 8, 9, 100, 1000)

latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, -89.9, 0.0, 47.3, 47.4, 89.9, 90.0])
longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, -179.9, 0.0, 13.1, 13.2, 179.9, 180.0])
radii = st.floats(0.001, 20_000) | st.sampled_from([1.0, 60.0, 500.0, 5_000.0])


def some_of(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


def at_least(values: tuple[Any, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(values).map(lambda value: {"at_least": value})


@st.composite
def queries(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.sampled_from(("word", "prefix", "phrase", "AND", "OR", " ", "NOT")[: 7 if depth else 3]))
    if kind == "NOT":
        return f"NOT {draw(queries(depth - 1))}"
    if kind in ("AND", "OR", " "):
        return f"({draw(queries(depth - 1))} {kind} {draw(queries(depth - 1))})"
    if kind == "phrase":
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
        return '"' + " ".join(words) + draw(st.sampled_from(("", "*"))) + '"'
    word = draw(st.sampled_from(WORDS))
    return word if kind == "word" else f"{word[:3]}*"


@st.composite
def place_conditions(draw: st.DrawFn) -> dict[str, Any]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "country": st.sampled_from(COUNTRIES),
        "admin1": st.sampled_from(NAMES),
        "name": st.sampled_from(NAMES),
        "within": st.tuples(latitudes, longitudes, radii).map(
            lambda drawn: dict(zip(("lat", "lon", "km"), drawn, strict=True))
        ),
    }
    return {name: draw(fields[name]) for name in draw(some_names(sorted(fields), 2))}


@st.composite
def source_conditions(draw: st.DrawFn) -> dict[str, Any]:
    sources = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2)
    return {name: draw(sources) for name in draw(some_names(["any", "none"], 2))}


def some_names(names: list[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True)


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "category": some_of(CATEGORIES),
    "event_type": some_of(TYPES),
    "severity": at_least(SEVERITY_ORDER),
    "status": some_of(STATUSES),
    "place": place_conditions(),
    **{kind: at_least(COUNTS) for kind in (*CASUALTY_FIELDS, "outlets")},
    "source": source_conditions(),
    "actor": st.sampled_from(ACTORS),
    "language": st.sampled_from(LANGUAGES),
    "text": queries(),
}


@st.composite
def whens(draw: st.DrawFn, depth: int = 3) -> dict[str, Any]:
    nested = ["any", "all", "not"] if depth else []
    found: dict[str, Any] = {}
    for name in draw(some_names([*FIELDS, *nested * 3], 3)):
        if name == "not":
            found[name] = draw(whens(depth - 1))
        elif name in nested:
            found[name] = draw(st.lists(whens(depth - 1), max_size=3))
        else:
            found[name] = draw(FIELDS[name])
    return found


@st.composite
def some_places(draw: st.DrawFn) -> Place:
    lat, lon = draw(st.sampled_from([(None, None)]) | st.tuples(latitudes, longitudes))
    return Place(
        name=draw(st.sampled_from(NAMES)), country=draw(st.none() | st.sampled_from(COUNTRIES)),
        admin1=draw(st.none() | st.sampled_from(NAMES)), lat=lat, lon=lon, role="where", span=(0, 1),
    )  # fmt: skip


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    return Facts(
        categories=draw(st.frozensets(st.sampled_from(CATEGORIES), max_size=2)),
        event_types=draw(st.frozensets(st.sampled_from(TYPES), max_size=2)),
        severity=draw(st.sampled_from(SEVERITY_ORDER)),
        places=tuple(draw(st.lists(some_places(), max_size=2))),
        casualties=draw(
            st.dictionaries(st.sampled_from(CASUALTY_FIELDS), st.sampled_from((0, *COUNTS)), max_size=2)
        ),
        outlets=draw(st.sampled_from((0, *COUNTS))),
        status=draw(st.none() | st.sampled_from(STATUSES)),
        source=draw(st.sampled_from(SOURCES)),
        actors=frozenset(folded(name) for name in draw(st.lists(st.sampled_from(ACTORS), max_size=2))),
        language=draw(st.none() | st.sampled_from(LANGUAGES)),
        text=words_of(" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=6)))),
    )  # fmt: skip
