"""Which of the places of one name a text means, by containment, countries spoken of and population."""

from itertools import pairwise
from math import log10

from agents.classification.gazetteer.lookup import Entry
from agents.classification.language.tokens import Tokens
from agents.classification.places.scan import Mention

CITY_MIN = 100_000
"""A city of so many inhabitants is meant by its name without further evidence."""
STRANGE_MIN = 15_000
"""A town of fewer inhabitants is not meant where the post names other countries only."""
_SEAT_MIN = 20_000
PLAIN_MIN = 30_000
"""A town of so many inhabitants is meant without 'in' before it, where its country is named."""
TOWN_MIN = 5000
"""A smaller place is meant only where the post names its country or region."""


def countries_of(tokens: Tokens, mentions: list[Mention], demonyms: dict[str, str]) -> dict[str, int]:
    """Return how often the post speaks of each country, by name, by adjective or by a city known to all."""
    votes: dict[str, int] = {}
    for index in tokens.capitals:
        country = demonyms.get(tokens.keys[index])
        if country is not None:
            votes[country] = votes.get(country, 0) + 1
    for mention in mentions:
        codes, regions = set[str](), set[str]()
        for entry in mention.entries:
            if entry.kind == "admin1":
                regions.add(_region(entry))
            if entry.country and _is_plain(entry):
                codes.add(entry.country)
        for name in (codes | regions) if len(codes) == 1 else regions:
            votes[name] = votes.get(name, 0) + 1
    return votes


def _region(entry: Entry) -> str:
    return f"{entry.country}/{entry.admin1}"


def _is_plain(entry: Entry) -> bool:
    return entry.kind == "country" or entry.curated or entry.population >= CITY_MIN


def containers(tokens: Tokens, mentions: list[Mention]) -> dict[int, Mention]:
    """Return, by a mention's first word, the one that says where it lies: 'X, Y', 'Y's X', 'X in Y'."""
    found: dict[int, Mention] = {}
    for mention, following in pairwise(mentions):
        between = tokens.raw[mention.end : following.start]
        if between in (", ", " in ", " (", ", in ", ", northern ", ", southern ", ", eastern ", ", western "):
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


def choose(mention: Mention, votes: dict[str, int], outer: Mention | None, *, strong: bool) -> Entry | None:
    """Return the entry that a mention stands for, None when none is likely enough."""
    if outer is not None and not _is_country(mention):
        inside = [
            entry
            for entry in mention.entries
            if any(lies_in(entry, container) for container in outer.entries)
        ]
        if inside:
            contained = _weightiest(inside, votes, mention.entries)
            outer.entries = [entry for entry in outer.entries if lies_in(contained, entry)]
            return contained
    fitting = [entry for entry in mention.entries if _is_likely(entry, votes, strong=strong)]
    if not fitting:
        return None
    best = _weightiest(fitting, votes, mention.entries)
    if mention.suffix == "county" and best.kind == "city":
        return _county(best, votes)
    return best


def _weightiest(entries: list[Entry], votes: dict[str, int], rivals: list[Entry]) -> Entry:
    if len(entries) == 1:
        return entries[0]
    return max(entries, key=lambda entry: (_weight(entry, votes, rivals), -entry.row))


def _county(town: Entry, votes: dict[str, int]) -> Entry:
    """Return a county that no gazetteer lists, after the town of its name: where it is, no town's number."""
    if _region(town) in votes:
        return town._replace(row=-1, geoname_id=None)
    return town._replace(row=-1, geoname_id=None, admin1=None, lat=None, lon=None)


def _is_country(mention: Mention) -> bool:
    return any(entry.kind == "country" for entry in mention.entries)


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
    if entry.kind == "city" and entry.admin1 and _region(entry) in votes:
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
