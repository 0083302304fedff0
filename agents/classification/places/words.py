"""The word lists by which places are told from people, organisations and governments."""

from dataclasses import dataclass, fields
from pathlib import Path

from agents.classification.files import FILES
from agents.data_files import version_of


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Sets of folded words, each described in the data file; ``version`` changes with any of them."""

    region_nouns: frozenset[str]
    settlement_nouns: frozenset[str]
    nature_after: frozenset[str]
    nature_before: frozenset[str]
    locatives: frozenset[str]
    event_locatives: frozenset[str]
    directions: frozenset[str]
    stance_verbs: frozenset[str]
    relation_words: frozenset[str]
    motion: frozenset[str]
    attack_verbs: frozenset[str]
    speech_events: frozenset[str]
    speech_verbs: frozenset[str]
    person_titles: frozenset[str]
    roles_after: frozenset[str]
    organisation_nouns: frozenset[str]
    organisation_heads: frozenset[str]
    adjectival_nouns: frozenset[str]
    noun_followers: frozenset[str]
    short_countries: frozenset[str]
    function_words: frozenset[str]
    never: frozenset[str]
    agreement_nouns: frozenset[str]
    place_nouns: frozenset[str]
    town_nouns: frozenset[str]
    government_nouns: frozenset[str]
    share_nouns: frozenset[str]
    unit_nouns: frozenset[str]
    departures: frozenset[str]
    adjectival_names: frozenset[str]
    place_followers: frozenset[str]
    between_nouns: frozenset[str]
    background_nouns: frozenset[str]
    given_names: frozenset[str]
    common_words: frozenset[str]
    version: str


def load_place_words(directory: Path | None) -> PlaceWords:
    """Load the word lists.

    Raises:
        DataFileError: the file is missing or wrong.

    """
    content, text_hash = FILES.read_yaml("places.yaml", "places.schema.json", directory)
    names, names_hash = FILES.read_yaml("places_names.yaml", "places_names.schema.json", directory)
    content.update(names)
    lists = {
        field.name: frozenset(content[field.name]) for field in fields(PlaceWords) if field.name in content
    }
    return PlaceWords(**lists, version=version_of([text_hash, names_hash]))
