"""The categories and what they are called in PLOVER, IPTC and CAP."""

from dataclasses import dataclass
from pathlib import Path

from msgspec import ValidationError, convert

from agents.classification.category.lexicon import CATEGORIES
from agents.classification.files import FILES
from agents.data_files import DataFileError
from schemas.events import Category, EventType


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    """One category.

    Attributes:
        plover: event types of the PLOVER ontology.
        iptc: IPTC media topics, as ``medtop:NNNNNNNN``.
        cap: categories of the Common Alerting Protocol 1.2.
        event_types: those that the category suggests, the likeliest first.
        definition: what belongs to it.

    """

    plover: tuple[str, ...]
    iptc: tuple[str, ...]
    cap: tuple[str, ...]
    event_types: tuple[EventType, ...]
    definition: str


@dataclass(frozen=True)
class Taxonomy:
    """All categories, and the version of the file."""

    categories: dict[Category, CategoryInfo]
    version: str


def load_taxonomy(directory: Path | None = None) -> Taxonomy:
    """Read the taxonomy.

    Raises:
        DataFileError: the file is missing or wrong, a category is missing, or an event type is unknown.

    """
    content, digest = FILES.read_yaml("taxonomy.yaml", "taxonomy.schema.json", directory)
    try:
        found = {entry["id"]: convert(entry, CategoryInfo) for entry in content["categories"]}
    except ValidationError as error:
        raise DataFileError(f"taxonomy.yaml: categories: {error}") from error
    if set(found) != set(CATEGORIES):
        wrong = ", ".join(sorted(set(found) ^ set(CATEGORIES)))
        raise DataFileError(f"taxonomy.yaml: each category has to stand once; missing or unknown: {wrong}")
    return Taxonomy(categories=found, version=f"{content['version']}-{digest[:12]}")
