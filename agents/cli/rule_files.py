"""What several commands read: rules."""

from pathlib import Path

from agents.alerting.rules.files import files_in, rules_in
from schemas.rules import Rule


def rules_of(path: Path | None) -> list[Rule]:
    """Return the rules of a YAML file, or of all of a directory, in the order of their names.

    Raises:
        RuleFileError: a file cannot be read, or a rule cannot be used.

    """
    return [] if path is None else rules_in(files_in(path))
