"""The data by which actors are recognised: names, words of offices, nouns of ministries and forces."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ahocorasick_rs

from agents.classification.files import FILES
from agents.classification.gazetteer.overlay import capitals, geonames_countries, load_overlay
from agents.classification.language.words import fold
from agents.classification.places.words import load_place_words
from schemas.events import ActorKind

SPEECH_BEFORE: Final = frozenset(["said", "says", "told", "added"])
"""The verbs of speech that may stand before the speaker's name."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A literal of the automaton.

    ``what`` is "name" for an actor's own name, "body" for a noun such as 'defence ministry' that needs a
    nation before it, "nation" for a country or capital. ``spelling`` is how a name is written; ``actor`` is
    the same for names of one actor.
    """

    what: str
    kind: ActorKind
    spelling: str
    actor: int


@dataclass(frozen=True, slots=True)
class ActorGrammar:
    """Everything that ``find_actors`` reads."""

    automaton: Any
    patterns: list[list[Pattern]]
    nationals: frozenset[str]
    """Adjectives of countries, and short names used as such."""
    titles: frozenset[str]
    title_modifiers: frozenset[str]
    introductions: frozenset[str]
    """Titles and verbs of speech: what stands before or in the name of a person that a text presents."""
    body_nouns: dict[str, ActorKind]
    outlets: frozenset[str]
    speech_verbs: frozenset[str]
    stance_verbs: frozenset[str]
    function_words: frozenset[str]
    never: frozenset[str]
    hash: str


def load_actors(directory: Path | None = None) -> ActorGrammar:
    """Load the names of actors and the words around them.

    Args:
        directory: a desk's own data files; each replaces the shipped file of the same name.

    Raises:
        DataFileError: a data file is missing or wrong.

    """
    content, text_hash = FILES.read_yaml("actors.yaml", "actors.schema.json", directory)
    overlay = load_overlay(directory)
    words = load_place_words(directory)
    by_literal: dict[str, list[Pattern]] = {}
    for number, actor in enumerate(content["actors"]):
        for name in actor["names"]:
            by_literal.setdefault(fold(name), []).append(Pattern("name", actor["kind"], name, number))
    for kind, nouns in content["national_bodies"].items():
        for noun in nouns:
            by_literal.setdefault(noun, []).append(Pattern("body", kind, noun, -1))
    nations = {fold(alias) for country in overlay.countries.values() for alias in country.aliases}
    nations |= {fold(country["name"]) for country in geonames_countries().values()} | set(capitals(overlay))
    for nation in sorted(nations):
        by_literal.setdefault(nation, []).append(Pattern("nation", "government", nation, -1))
    literals = sorted(by_literal)
    return ActorGrammar(
        automaton=ahocorasick_rs.AhoCorasick(literals, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest),
        patterns=[by_literal[literal] for literal in literals],
        nationals=frozenset(fold(word) for country in overlay.countries.values() for word in country.demonyms)
        | words.short_countries,
        titles=frozenset(content["titles"]),
        introductions=SPEECH_BEFORE.union(content["titles"]),
        title_modifiers=frozenset(content["title_modifiers"]),
        body_nouns=_body_nouns(content),
        outlets=frozenset(content["outlets"]),
        speech_verbs=words.speech_verbs,
        stance_verbs=words.stance_verbs,
        function_words=words.function_words,
        never=words.never,
        hash=text_hash,
    )


def _body_nouns(content: dict[str, Any]) -> dict[str, ActorKind]:
    kinds: dict[str, ActorKind] = {}
    for kind, field in (
        ("organisation", "organisation_nouns"),
        ("force", "force_nouns"),
        ("government", "government_nouns"),
    ):
        kinds.update(dict.fromkeys(content[field], kind))
    return kinds
