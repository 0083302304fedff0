"""How severe a post is: an ordered table over casualties, category, event type and cues."""

from dataclasses import dataclass
from pathlib import Path

from msgspec import ValidationError, convert

from agents.classification.category.lexicon import Cue
from agents.classification.category.scan import Scan, cue_bit
from agents.classification.files import FILES
from agents.classification.language.text import Text
from agents.data_files import DataFileError
from schemas.events import Casualty, CasualtyKind, Category, EventType, Severity


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: all that is given has to fit."""

    name: str
    severity: Severity
    casualty: CasualtyKind | None = None
    min: int = 0
    cue: Cue | None = None
    without: Cue | None = None
    categories: frozenset[Category] = frozenset()
    event_types: frozenset[EventType] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What severity rests on: the largest current figures, and the cues of headline and lead and of all."""

    casualties: dict[CasualtyKind, int]
    category: Category
    event_type: EventType
    cues: int
    all_cues: int


def load_severity(directory: Path | None = None) -> tuple[list[Row], str]:
    """Read the table; also returns its hash.

    Raises:
        DataFileError: the file is missing or wrong, or names an unknown category or event type.

    """
    content, digest = FILES.read_yaml("severity.yaml", "severity.schema.json", directory)
    try:
        rows = convert(content["rows"], list[Row])
    except ValidationError as error:
        raise DataFileError(f"severity.yaml: rows: {error}") from error
    return rows, digest


def facts_of(
    text: Text, found: Scan, casualties: list[Casualty], category: Category, event_type: EventType
) -> Facts:
    """Gather what the table asks for. Background figures are left out."""
    largest: dict[CasualtyKind, int] = {}
    for casualty in casualties:
        if casualty.current:
            count = casualty.min if casualty.min is not None else casualty.max or 1
            largest[casualty.kind] = max(count, largest.get(casualty.kind, 0))
    return Facts(
        casualties=largest,
        category=category,
        event_type=event_type,
        cues=found.top_cues(text),
        all_cues=found.all_cues(),
    )


def severity_of(rows: list[Row], facts: Facts) -> tuple[Severity, str]:
    """Return the severity and the name of the row that gave it."""
    for row in rows:
        if _fits(row, facts):
            return row.severity, row.name
    return "unknown", "no row"


def _fits(row: Row, facts: Facts) -> bool:
    return (
        (row.casualty is None or facts.casualties.get(row.casualty, 0) >= row.min)
        and (row.cue is None or bool(facts.cues & cue_bit(row.cue)))
        and (row.without is None or not facts.all_cues & cue_bit(row.without))
        and (not row.categories or facts.category in row.categories)
        and (not row.event_types or facts.event_type in row.event_types)
    )
