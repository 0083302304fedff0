"""Which of the places of one name a text means, by containment, countries spoken of and population."""

from dataclasses import replace
from itertools import pairwise
from math import log10
from operator import attrgetter
from typing import Final

from agents.classification.gazetteer.entry import CITY_MIN, Entry, name_of
from agents.classification.language.tokens import Tokens
from agents.classification.places.scan import Mention

STRANGE_MIN: Final = 15_000
"""A town of fewer inhabitants is not meant where the post names other countries only."""
_LIES_IN: Final = frozenset(
    [", ", " in ", " (", ", in ", ", northern ", ", southern ", ", eastern ", ", western "]
)
"""Between a place and the one that it lies in."""
_BESIDE: Final = frozenset(
    f"{comma}{way} of " for comma in (", ", " ") for way in ("north", "south", "east", "west")
)
"""Between a place and a larger one nearby: 'Duma, south of Nablus'."""
_SEAT_MIN: Final = 20_000
PLAIN_MIN: Final = 30_000
"""A town of so many inhabitants is meant without 'in' before it, where its country is named."""
TOWN_MIN: Final = 5000
"""A smaller place is meant only where the post names its country or region."""


def countries_of(tokens: Tokens, mentions: list[Mention], demonyms: dict[str, str]) -> dict[str, int]:
    """Return how often the post speaks of each country, by name, by adjective or by a city known to all."""
    votes: dict[str, int] = {}
    keys = tokens.keys
    for index in tokens.capitals:
        if keys[index] in demonyms:
            country = demonyms[keys[index]]
            votes[country] = votes.get(country, 0) + 1
    for mention in mentions:
        for name in mention.name.votes:
            votes[name] = votes.get(name, 0) + 1
    for mention, following in pairwise(mentions):
        if tokens.raw[mention.end : following.start] in _BESIDE:
            main = max(following.name.entries, key=attrgetter("population"), default=None)
            if main is not None and main.country is not None:
                votes[main.country] = votes.get(main.country, 0) + 1
    return votes


def containers(tokens: Tokens, mentions: list[Mention]) -> dict[int, Mention]:
    """Return, by a mention's first word, the one that says where it lies: 'X, Y', 'Y's X', 'X in Y'."""
    found: dict[int, Mention] = {}
    for mention, following in pairwise(mentions):
        between = tokens.raw[mention.end : following.start]
        if between in _LIES_IN:
            found[mention.first] = following
        if between in ("'s ", "’s "):
            found.setdefault(following.first, mention)
    return found


def lies_in(entry: Entry, outer: Entry) -> bool:
    """Tell whether an entry lies in the country or region of another."""
    if entry.row == outer.row or entry.country is None or entry.country != outer.country:
        return False
    if outer.kind == "country":
        return entry.kind != "country"
    if outer.kind == "admin1":
        return entry.kind == "city" and entry.admin1 in (outer.admin1, None)
    return False


def lies_elsewhere(tokens: Tokens, mention: Mention, outer: Mention) -> bool:
    """Tell whether 'X (Y)' says that X lies in a country where the gazetteer knows no X."""
    entry = mention.entry
    if entry is None or tokens.raw[mention.end : outer.start] != " (":
        return False
    around = {one.country for one in outer.name.entries if one.kind in ("country", "admin1")}
    return bool(around) and entry.country not in around


def namesake_region(mention: Mention, mentions: list[Mention], votes: dict[str, int]) -> Entry | None:
    """Return the region of a name that is a country's too, where the post is about the region's country.

    'Georgia' beside Atlanta or Florida, and with no word of the country, is the state.
    """
    if not mention.name.is_country:
        return None
    country = next(entry for entry in mention.name.entries if entry.kind == "country")
    regions = [
        entry for entry in mention.name.entries if entry.kind == "admin1" and entry.country != country.country
    ]
    if not regions or country.country in votes:
        return None
    others = [other.name.entries for other in mentions if other.name is not mention.name]
    return next((region for region in regions if any(_speaks_of(region, one) for one in others)), None)


def _speaks_of(region: Entry, entries: list[Entry]) -> bool:
    """Tell whether a name is that of a town in a region or of a sister region."""
    main = max(entries, key=lambda entry: entry.population, default=region)
    if main.kind == "city":
        return main.population >= CITY_MIN and main.region == region.region
    return main.kind == "admin1" and main.country == region.country and main.row != region.row


def choose(mention: Mention, votes: dict[str, int], outer: Mention | None, *, strong: bool) -> Entry | None:
    """Return the entry that a mention stands for, None when none is likely enough."""
    entries = mention.name.entries
    if outer is not None and not mention.name.is_country:
        containing = outer.name.entries
        inside = [entry for entry in entries if any(lies_in(entry, container) for container in containing)]
        if inside:
            contained = _weightiest(inside, votes, entries)
            outer.name = name_of([entry for entry in containing if lies_in(contained, entry)])
            return contained
    fitting = [entry for entry in entries if _is_likely(entry, votes, strong=strong)]
    if not fitting:
        return None
    best = _weightiest(fitting, votes, entries)
    if mention.suffix == "county" and best.kind == "city":
        return _county(best, votes)
    return best


def _weightiest(entries: list[Entry], votes: dict[str, int], rivals: list[Entry]) -> Entry:
    if len(entries) == 1:
        return entries[0]
    return max(entries, key=lambda entry: (_weight(entry, votes, rivals), -entry.row))


def _county(town: Entry, votes: dict[str, int]) -> Entry:
    """Return a county that no gazetteer lists, after the town of its name: where it is, no town's number."""
    if town.region in votes:
        return replace(town, row=-1, geoname_id=None)
    return replace(town, row=-1, geoname_id=None, admin1=None, lat=None, lon=None)


def _is_likely(entry: Entry, votes: dict[str, int], *, strong: bool) -> bool:
    if entry.curated or entry.kind != "city":
        return True
    supported = entry.country in votes
    if entry.population < TOWN_MIN:
        return strong and supported and entry.primary
    if entry.population >= CITY_MIN and entry.primary:
        return True
    if strong:
        return supported or not votes or entry.population >= STRANGE_MIN
    return supported and entry.primary and entry.population >= PLAIN_MIN


def _weight(entry: Entry, votes: dict[str, int], rivals: list[Entry]) -> float:
    weight = log10(entry.population + 10)
    if entry.kind == "country":
        weight += 6
    elif entry.kind == "admin1":
        weight += -4 if _named_after_seat(entry, rivals) else 1
    elif entry.curated:
        weight += 3 if entry.kind == "area" else 1.5
    if not entry.primary:
        weight -= 1.5
    if entry.kind == "city" and entry.admin1 and entry.region in votes:
        weight += 2
    if entry.country in votes:
        weight += 2.5 + min(votes[entry.country or ""], 4) * 0.25
    return weight


def _named_after_seat(region: Entry, rivals: list[Entry]) -> bool:
    """Tell whether a city of the same name lies in the region: the bare name then means the city."""
    return any(
        rival.kind == "city"
        and rival.country == region.country
        and rival.population >= _SEAT_MIN
        and rival.admin1 in (region.admin1, None)
        for rival in rivals
    )
