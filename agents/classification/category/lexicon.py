"""The lexicon: every term of categories, event types, scenes, cues and idioms in one automaton."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from ahocorasick_rs import AhoCorasick, MatchKind

from agents.classification.files import FILES
from agents.classification.language.inflections import Inflections, load_inflections, noun_forms, verb_forms
from agents.classification.language.words import fold
from agents.data_files import DataFileError, version_of
from schemas.events import Category, EventType

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)
Cue = Literal[
    "hypothetical", "background", "claim", "announced", "denial", "unverified", "own", "imminent",
    "mass_destruction", "restored", "violence",
]  # fmt: skip
CUES: Final[tuple[Cue, ...]] = get_args(Cue)

GROUP_EVENT: Final = 0.5
"""What the event type of a whole group is worth for a term that has none of its own in event_types.yaml."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of terms: what each is worth for a category, and in which scenes. Scenes are bits."""

    name: str
    category: int
    weight: float
    when: int
    unless_near: int
    unless_post: int
    international: bool


@dataclass(slots=True)
class Meaning:
    """Everything one pattern stands for."""

    groups: list[int] = field(default_factory=list)
    events: list[tuple[int, float]] = field(default_factory=list)
    contexts: int = 0
    cues: int = 0
    idiom: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The loaded lexicon.

    Attributes:
        automaton: finds the patterns, the longest of those that start first.
        patterns: the terms in all their forms.
        meanings: by pattern.
        groups: all groups of all categories.
        scenes: names of the scenes, by bit.
        version: of all the files together.

    """

    automaton: AhoCorasick
    patterns: list[str]
    meanings: list[Meaning]
    groups: list[Group]
    scenes: list[str]
    version: str


class _Builder:
    """Collects the patterns of all files."""

    def __init__(self, inflections: Inflections) -> None:
        self.inflections = inflections
        self.meanings: defaultdict[str, Meaning] = defaultdict(Meaning)
        self.groups: list[Group] = []
        self.scenes: dict[str, int] = {}
        self.post_scenes = 0

    def forms(self, entry: dict[str, Any]) -> list[str]:
        """Return all forms of a group's terms, each once."""
        nouns = (form for term in entry.get("nouns", ()) for form in noun_forms(self.inflections, term))
        verbs = (form for term in entry.get("verbs", ()) for form in verb_forms(self.inflections, term))
        return list(dict.fromkeys([*nouns, *verbs, *entry.get("terms", ())]))

    def add_contexts(self, content: dict[str, Any]) -> None:
        for bit, (name, scene) in enumerate(content["contexts"].items()):
            self.scenes[name] = 1 << bit
            if scene["scope"] == "post":
                self.post_scenes |= 1 << bit
            for term in scene["terms"]:
                self.meanings[term].contexts |= 1 << bit

    def add_cues(self, content: dict[str, Any]) -> None:
        for bit, cue in enumerate(CUES):
            for term in content["cues"][cue]["terms"]:
                self.meanings[term].cues |= 1 << bit

    def add_events(self, content: dict[str, Any], file: str) -> None:
        for event, entries in content["event_types"].items():
            index = _index(EVENT_TYPES, event, file)
            for entry in entries:
                for term in self.forms(entry):
                    self.meanings[term].events.append((index, float(entry["weight"])))

    def add_lexicon(self, content: dict[str, Any], file: str) -> None:
        category = _index(CATEGORIES, content["category"], file)
        seen: dict[str, str] = {}
        for entry in content["groups"]:
            index = len(self.groups)
            self.groups.append(self._group(entry, category, file))
            for term in self.forms(entry):
                if term in seen:
                    raise DataFileError(f"{file}: '{term}' stands in '{seen[term]}' and in '{entry['name']}'")
                seen[term] = entry["name"]
                meaning = self.meanings[term]
                meaning.groups.append(index)
                if "event" in entry and not meaning.events:
                    event = _index(EVENT_TYPES, entry["event"], file)
                    meaning.events.append((event, GROUP_EVENT * float(entry["weight"])))

    def _group(self, entry: dict[str, Any], category: int, file: str) -> Group:
        when = self._bits(entry.get("when", []), file, entry["name"])
        unless = self._bits(entry.get("unless", []), file, entry["name"])
        return Group(
            name=entry["name"],
            category=category,
            weight=float(entry["weight"]),
            when=when,
            unless_near=unless & ~self.post_scenes,
            unless_post=unless & self.post_scenes,
            international=entry.get("international", False),
        )

    def _bits(self, names: list[str], file: str, group: str) -> int:
        bits = 0
        for name in names:
            if name not in self.scenes:
                raise DataFileError(f"{file}: group '{group}': no scene '{name}' in contexts.yaml")
            bits |= self.scenes[name]
        return bits

    def add_idioms(self, content: dict[str, Any]) -> None:
        for term in content["idioms"]:
            self.meanings[term] = Meaning(idiom=True)

    def inherit(self) -> None:
        """Give each term the scenes, event types and cues of the shorter terms within it.

        Only the longest term at a place is found: 'union called' has to set the scene that 'union' sets.
        """
        for term, meaning in list(self.meanings.items()):
            if meaning.idiom:
                continue
            for part in _parts(term):
                inner = self.meanings.get(part)
                if inner is not None and not inner.idiom:
                    meaning.contexts |= inner.contexts & ~self._excluded(meaning)
                    meaning.cues |= inner.cues
                    if not meaning.events:
                        meaning.events = inner.events

    def _excluded(self, meaning: Meaning) -> int:
        """Return the scenes that a meaning's own groups exclude: 'european union' is not about labour."""
        bits = 0
        for index in meaning.groups:
            bits |= self.groups[index].unless_near | self.groups[index].unless_post
        return bits


def _parts(term: str) -> list[str]:
    """Return the runs of words within a term that are shorter than it, longest first."""
    words = term.split(" ")
    sizes = range(len(words) - 1, 0, -1)
    return [" ".join(words[at : at + size]) for size in sizes for at in range(len(words) - size + 1)]


def _index(known: tuple[str, ...], name: str, file: str) -> int:
    if name not in known:
        raise DataFileError(f"{file}: '{name}' is none of {', '.join(known)}")
    return known.index(name)


def load_lexicon(directory: Path | None = None) -> Lexicon:
    """Load and compile all lexicon files.

    Raises:
        DataFileError: a file is missing or wrong, or a term stands twice in a category or is never found.

    """
    inflections, digest = load_inflections(directory)
    builder = _Builder(inflections)
    hashes = [digest]

    def content_of(name: str, schema: str) -> Any:
        content, digest = FILES.read_yaml(name, schema, directory)
        hashes.append(digest)
        return content

    builder.add_contexts(content_of("contexts.yaml", "contexts.schema.json"))
    builder.add_cues(content_of("cues.yaml", "cues.schema.json"))
    builder.add_events(content_of("event_types.yaml", "event_types.schema.json"), "event_types.yaml")
    for name in FILES.names_in("lexicon", directory):
        builder.add_lexicon(content_of(name, "lexicon.schema.json"), name)
    builder.add_idioms(content_of("idioms.yaml", "idioms.schema.json"))
    builder.inherit()
    return _compile(builder, version_of(hashes))


def _compile(builder: _Builder, version: str) -> Lexicon:
    patterns = sorted(builder.meanings)
    meanings = [builder.meanings[pattern] for pattern in patterns]
    lexicon = Lexicon(
        automaton=AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest),
        patterns=patterns,
        meanings=meanings,
        groups=builder.groups,
        scenes=list(builder.scenes),
        version=version,
    )
    _check_reachable(lexicon)
    return lexicon


def _check_reachable(lexicon: Lexicon) -> None:
    for index, pattern in enumerate(lexicon.patterns):
        if (
            fold(pattern) != pattern
            or not (pattern[0].isalnum() and pattern[-1].isprintable())
            or pattern[-1] == " "
        ):
            raise DataFileError(f"'{pattern}' is never found: it has to be in lower case with plain quotes")
        _check_scenes(lexicon, pattern, lexicon.meanings[index])


def _check_scenes(lexicon: Lexicon, pattern: str, meaning: Meaning) -> None:
    for number in meaning.groups:
        group = lexicon.groups[number]
        clash = meaning.contexts & (group.unless_near | group.unless_post)
        if clash:
            names = ", ".join(name for bit, name in enumerate(lexicon.scenes) if clash >> bit & 1)
            raise DataFileError(f"'{pattern}' in group '{group.name}' never counts: it sets {names} itself")
