"""The words that the casualty grammar reads, loaded from data files."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from agents.classification.attributions.data import load_speech_verbs
from agents.classification.files import FILES
from agents.classification.language.numbers import NumberGrammar, load_numbers
from agents.classification.language.phrases import Phrases, phrase_table
from agents.classification.remember import Remembered
from agents.data_files import version_of
from schemas.events import CasualtyKind

_YEAR: Final = re.compile(r"(1[89]\d\d|20\d\d)(?:-\d\d)?")
Form = Literal["transitive", "present", "gerund", "intransitive", "state", "noun", "toll", "reference"]
NounClass = Literal["civilian", "combatant", "person", "thing", "measure"]

_SETS: Final = (
    "rescues", "be", "auxiliaries", "negations", "modals", "openers", "finite", "after_passive",
    "toll_links", "toll_passed", "sudden", "weekdays", "object_pronouns", "pronouns", "determiners",
    "ordinals", "collectives", "clause_words", "locatives", "relatives", "singular_verbs", "rising",
    "single_nouns", "bodies", "finds", "definite", "place_prepositions", "region_words",
    "turns",
)  # fmt: skip
"""The fields of the grammar that are plain sets of words."""


@dataclass(frozen=True, slots=True)
class TriggerPhrase:
    """A word or phrase that makes a number a casualty figure."""

    words: tuple[str, ...]
    kind: CasualtyKind
    form: Form
    strict: bool
    """Only with a noun that is known to mean people."""
    nouns: frozenset[str]
    """Only with one of these nouns; empty: with any."""


@dataclass(slots=True)
class Nouns:
    """What a noun counts."""

    singular: dict[str, NounClass]
    plural: dict[str, NounClass]
    valued: dict[str, int]
    person_endings: tuple[str, ...]
    singular_endings: tuple[str, ...]
    suffix_exceptions: frozenset[str]

    class_of: Remembered[NounClass | None] = field(init=False)
    """What a word counts, None where it is not known."""
    class_of_one: Remembered[NounClass | None] = field(init=False)
    """What a noun in the singular names, None where it is not known."""

    def __post_init__(self) -> None:
        self.class_of = Remembered(self._class_of)
        self.class_of_one = Remembered(self._class_of_one)

    def _class_of(self, word: str) -> NounClass | None:
        found = self.plural.get(word) or self.singular.get(word)
        if found is None and word.endswith(self.person_endings) and word not in self.suffix_exceptions:
            return "person"
        return found

    def _class_of_one(self, word: str) -> NounClass | None:
        found = self.singular.get(word)
        if found is None and word.endswith(self.singular_endings) and len(word) > 4:
            return None if word + "s" in self.suffix_exceptions else "person"
        return found

    def is_person(self, word: str) -> bool:
        """Tell whether a noun in the singular names a person."""
        return self.class_of_one[word] in ("person", "civilian", "combatant")


@dataclass(frozen=True, slots=True)
class CasualtyGrammar:
    """Everything that ``find_casualties`` reads beside the text."""

    numbers: NumberGrammar
    nouns: Nouns
    triggers: dict[str, tuple[TriggerPhrase, ...]]
    """By first word, the longest first."""
    seconds: dict[str, frozenset[str]]
    """First words that are no trigger alone, with the words that must follow."""
    not_followed_by: dict[str, Phrases]
    not_preceded_by: dict[str, frozenset[str]]
    voided_by: dict[str, frozenset[str]]
    object_pronouns: frozenset[str]
    rescues: frozenset[str]
    be: frozenset[str]
    auxiliaries: frozenset[str]
    negations: frozenset[str]
    modals: frozenset[str]
    openers: frozenset[str]
    finite: frozenset[str]
    after_passive: frozenset[str]
    toll_links: frozenset[str]
    toll_passed: frozenset[str]
    subset_markers: Phrases
    subset_tails: Phrases
    retractions: Phrases
    retellings: Phrases
    """With 1 where an own earlier text is told, with 0 where it may be somebody else's."""
    turns: frozenset[str]
    background: Phrases
    total_from: int
    sudden: frozenset[str]
    weekdays: frozenset[str]
    pronouns: frozenset[str]
    determiners: frozenset[str]
    ordinals: frozenset[str]
    collectives: frozenset[str]
    clause_words: frozenset[str]
    locatives: frozenset[str]
    relatives: frozenset[str]
    singular_verbs: frozenset[str]
    rising: frozenset[str]
    single_nouns: frozenset[str]
    bodies: frozenset[str]
    finds: frozenset[str]
    definite: frozenset[str]
    place_prepositions: frozenset[str]
    region_words: frozenset[str]
    speech: frozenset[str]
    phrase_ends: frozenset[str]
    """Words that no noun phrase goes on with."""
    starts_figure: Remembered[bool]
    """Whether a figure can start with a word."""
    dates: Remembered[bool]
    """Whether a word is a year or a month."""
    version: str


def load_casualties(directory: Path | None) -> CasualtyGrammar:
    """Load the casualty grammar.

    Args:
        directory: a desk's own data files, each in place of the shipped file of the same name.

    Raises:
        DataFileError: a file is missing or does not fit its schema.

    """
    data, version = FILES.read_yaml("casualties.yaml", "casualties.schema.json", directory)
    people, people_version = FILES.read_yaml(
        "casualties_people.yaml", "casualties_people.schema.json", directory
    )
    numbers = load_numbers(directory)
    triggers = _triggers(data["triggers"])
    sets = {name: frozenset(data[name]) for name in _SETS}
    return CasualtyGrammar(
        phrase_ends=_phrase_ends(sets),
        starts_figure=_starting_with_digit_or_in(
            numbers.starts | sets["determiners"] | sets["object_pronouns"]
        ),
        dates=Remembered(lambda word: word in numbers.months or _YEAR.fullmatch(word) is not None),
        numbers=numbers,
        nouns=_nouns(people),
        triggers=triggers,
        seconds={
            first: frozenset(each.words[1] for each in group)
            for first, group in triggers.items()
            if all(len(each.words) > 1 for each in group)
        },
        not_followed_by={
            word: phrase_table(dict.fromkeys(phrases, 1)) for word, phrases in data["not_followed_by"].items()
        },
        not_preceded_by={word: frozenset(before) for word, before in data["not_preceded_by"].items()},
        voided_by={word: frozenset(before) for word, before in data["voided_by"].items()},
        subset_markers=phrase_table(dict.fromkeys(data["subset_markers"], 1)),
        subset_tails=phrase_table(dict.fromkeys(data["subset_tails"], 1)),
        retractions=phrase_table(dict.fromkeys(data["retractions"], 1)),
        retellings=phrase_table(
            dict.fromkeys(data["earlier_texts"], 1) | dict.fromkeys(data["earlier_reports"], 0)
        ),
        background=phrase_table(dict.fromkeys(data["background"], 1)),
        total_from=data["total_from"],
        speech=load_speech_verbs(directory),
        version=version_of([version, people_version, numbers.version]),
        **sets,
    )


def _starting_with_digit_or_in(words: frozenset[str]) -> Remembered[bool]:
    return Remembered(lambda word: word in words or word[0].isdigit())


def _phrase_ends(sets: dict[str, frozenset[str]]) -> frozenset[str]:
    adjectives = {"ill", "wounded", "injured"}
    names = ("clause_words", "determiners", "openers", "be", "finite", "weekdays")
    return (sets["auxiliaries"] - adjectives).union({"and", "or"}, *(sets[name] for name in names))


def _triggers(entries: list[dict[str, Any]]) -> dict[str, tuple[TriggerPhrase, ...]]:
    found: dict[str, list[TriggerPhrase]] = {}
    for entry in entries:
        for phrase in entry["words"]:
            words = tuple(phrase.split())
            trigger = TriggerPhrase(
                words,
                entry["kind"],
                entry["form"],
                entry.get("strict", False),
                frozenset(entry.get("nouns", ())),
            )
            found.setdefault(words[0], []).append(trigger)
    return {word: tuple(sorted(group, key=lambda each: -len(each.words))) for word, group in found.items()}


def _nouns(data: dict[str, Any]) -> Nouns:
    singular: dict[str, NounClass] = {}
    plural: dict[str, NounClass] = {}
    groups: tuple[tuple[str, NounClass], ...] = (
        ("measures", "measure"), ("things", "thing"), ("people", "person"), ("combatants", "combatant"),
        ("civilians", "civilian"),
    )  # fmt: skip
    for name, noun_class in groups:
        for word in data[name]:
            last = word.split()[-1]
            singular[last] = singular.get(last, noun_class) if " " in word else noun_class
            plural[data["irregular"].get(last) or _plural(last)] = singular[last]
    for word in data["plural_only"]:
        plural.setdefault(word, "person")
    for word in data["valued"]:
        singular.setdefault(word.split()[-1], "person")
    return Nouns(
        singular=singular,
        plural=plural,
        valued=data["valued"],
        person_endings=tuple(data["person_endings"]),
        singular_endings=tuple(data["singular_endings"]),
        suffix_exceptions=frozenset(data["suffix_exceptions"]),
    )


def _plural(noun: str) -> str:
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
