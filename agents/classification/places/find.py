"""The places that a post names: found, resolved and given a role."""

from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Final

from agents.classification.gazetteer.cache import gazetteer_version, open_cached
from agents.classification.gazetteer.entry import Entry
from agents.classification.gazetteer.lookup import Names, name_key
from agents.classification.gazetteer.overlay import capitals, load_overlay
from agents.classification.language.text import Text
from agents.classification.language.tokens import CAPITALISED, Tokens
from agents.classification.places.filter import is_strong, surnames_in, veto
from agents.classification.places.government import is_government
from agents.classification.places.resolve import (
    choose,
    containers,
    countries_of,
    lies_elsewhere,
    namesake_region,
)
from agents.classification.places.roles import assign_roles
from agents.classification.places.scan import Mention, scan
from agents.classification.places.unknown import find_unknown
from agents.classification.places.words import PlaceWords, load_place_words
from agents.classification.remember import Remembered
from schemas.events import Place

_KEYS: Final = Remembered(name_key)
_START: Final = attrgetter("start")
_COUNTIES: Final = "US"
"""Where 'X County' lies of which a post says no more."""
_ROLE_ORDER: Final = {"where": 0, "said": 1, "mentioned": 2}


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names, the words around them, and what adjectives and capitals belong to which country."""

    names: Names
    words: PlaceWords
    demonyms: dict[str, str]
    capitals: dict[str, str]
    version: str


def load_gazetteer(directory: Path | None = None) -> Gazetteer:
    """Load the gazetteer, from the cache where it has been built before.

    Args:
        directory: a desk's own data files; each replaces the shipped file of the same name.

    Raises:
        DataFileError: a data file is missing or wrong.

    """
    overlay = load_overlay(directory)
    words = load_place_words(directory)
    return Gazetteer(
        names=Names(open_cached(overlay)),
        words=words,
        demonyms={
            name_key(word): code for code, country in overlay.countries.items() for word in country.demonyms
        },
        capitals=capitals(overlay),
        version=f"{gazetteer_version(overlay)}-{words.version}",
    )


def find_places(gazetteer: Gazetteer, text: Text, tokens: Tokens) -> list[Place]:
    """Return the places that a post names, one for each distinct name, in the order of the text.

    Args:
        gazetteer: what ``load_gazetteer`` returned.
        text: the post.
        tokens: its words, from ``tokenise``.

    """
    words = gazetteer.words
    surnames = surnames_in(words, tokens)
    candidates = scan(gazetteer.names, words, tokens)
    mentions = [mention for mention in candidates if not veto(words, tokens, mention, surnames)]
    votes = countries_of(tokens, mentions, gazetteer.demonyms)
    outer = containers(tokens, mentions)
    kept: list[Mention] = []
    partner = False
    for mention in mentions:
        container = outer.get(mention.first)
        strong = mention.dateline or container is not None or is_strong(words, tokens, mention)
        mention.entry = namesake_region(mention, mentions, votes) or choose(
            mention, votes, container, strong=strong
        )
        if container is not None and lies_elsewhere(tokens, mention, container):
            mention.entry = None
        if mention.entry is None:
            if not mention.suffix:
                continue
            if mention.suffix == "county" and not votes and tokens.shapes[mention.last] == CAPITALISED:
                mention.entry = _unlisted(mention, _COUNTIES)
        partner = _is_capital(gazetteer, tokens, mention) and is_government(
            words, tokens, mention, partner=partner
        )
        if partner:
            continue
        kept.append(mention)
    kept += _unknown(gazetteer, tokens, kept)
    kept.sort(key=_START)
    for mention in kept:
        mention.key = _KEYS[text.raw[mention.start : mention.end]]
    assign_roles(words, tokens, text, kept)
    return _distinct(text, kept)


def _unknown(gazetteer: Gazetteer, tokens: Tokens, kept: list[Mention]) -> list[Mention]:
    """Return places without entries; where the post knows one country only, they get that."""
    found = find_unknown(gazetteer.words, tokens, kept, gazetteer.demonyms)
    if not found:
        return []
    owners = {mention.last: mention.entry.country for mention in kept if mention.entry is not None}
    countries = {country for country in owners.values() if country}
    country = countries.pop() if len(countries) == 1 else None
    for mention in found:
        owner = owners.get(mention.first - 1) or _country_after(tokens, mention, kept) or country
        mention.entry = _unlisted(mention, owner)
    return found


def _unlisted(mention: Mention, country: str | None) -> Entry:
    """Return what stands for a place that the gazetteer does not list."""
    return Entry(-mention.first - 1, None, "area", country, None, None, None, 0, False, False)


def _country_after(tokens: Tokens, mention: Mention, kept: list[Mention]) -> str | None:
    """Return the country of 'the X River in southern Y', of 'X County, Y' and of 'X (Y)'."""
    for other in kept:
        if other.start >= mention.end:
            between = tokens.raw[mention.end : other.start]
            near = len(between) < 16 and (between.startswith(" in ") or between in (", ", " ("))
            return other.entry.country if near and other.entry is not None else None
    return None


def _is_capital(gazetteer: Gazetteer, tokens: Tokens, mention: Mention) -> bool:
    if mention.suffix or mention.entry is None:
        return False
    key = tokens.joined(mention.first, mention.last)
    return gazetteer.capitals.get(key) == mention.entry.country


def _distinct(text: Text, mentions: list[Mention]) -> list[Place]:
    """Return one place for each thing named, under the name used most, the longer one of equals."""
    groups: dict[str | int, list[Mention]] = {}
    for mention in mentions:
        entry = mention.entry
        known = entry is not None and entry.row >= 0
        groups.setdefault(entry.row if entry and known else mention.key, []).append(mention)
    chosen = [group[0] if len(group) == 1 else _representative(group) for group in groups.values()]
    chosen.sort(key=_START)
    return [_place(text, mention) for mention in chosen]


def _representative(group: list[Mention]) -> Mention:
    """Return the mention that stands for all of one place, with the weightiest role of them."""
    counts: dict[str, int] = {}
    for mention in group:
        counts[mention.key] = counts.get(mention.key, 0) + 1
    name = max(counts, key=lambda key: (counts[key], len(key)))
    named = [mention for mention in group if mention.key == name]
    role = min((mention.role for mention in group), key=_ROLE_ORDER.__getitem__)
    best = next((mention for mention in named if mention.role == role), named[0])
    best.role = role
    return best


def _place(text: Text, mention: Mention) -> Place:
    entry = mention.entry
    located = entry if entry is not None else Entry(0, None, "area", None, None, None, None, 0, False, False)
    return Place(
        name=text.raw[mention.start : mention.end],
        geoname_id=located.geoname_id,
        kind=entry.kind if entry is not None else None,
        country=located.country,
        admin1=located.admin1,
        lat=located.lat,
        lon=located.lon,
        role=mention.role,
        span=(mention.start, mention.end),
    )
