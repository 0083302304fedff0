"""Data files: YAML beside a JSON Schema, shipped with the package or replaced by a desk's directory."""

import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from agents.errors import WrongInputError
from agents.yaml12 import YamlLoader
from schemas.ids import stable_hash


class DataFileError(WrongInputError):
    """A data file that cannot be used; the message names the file, the line or field, and what is wrong."""


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The data files of one package, under its folder ``data``; a desk's directory may replace each."""

    package: str
    """Such as ``agents.classification``."""

    @property
    def shipped(self) -> Traversable:
        """The directory of the files that come with the package."""
        return files(self.package) / "data"

    def find(self, name: str, directory: Path | None = None) -> Traversable:
        """Return the file of that name: the directory's own, else the shipped one."""
        if directory is not None and (directory / name).is_file():
            return directory / name
        return self.shipped / name

    def names_in(self, folder: str, directory: Path | None = None) -> list[str]:
        """Return the names of the YAML files in a folder, shipped and the directory's own, sorted."""
        found = {entry.name for entry in (self.shipped / folder).iterdir()}
        if directory is not None and (directory / folder).is_dir():
            found |= {entry.name for entry in (directory / folder).iterdir()}
        return sorted(f"{folder}/{name}" for name in found if name.endswith(".yaml"))

    def read_yaml(self, name: str, schema: str, directory: Path | None = None) -> tuple[Any, str]:
        """Read a YAML file; a directory's own is checked against the schema, as tests check the shipped ones.

        Args:
            name: such as ``taxonomy.yaml`` or ``lexicon/strike.yaml``.
            schema: name of the JSON Schema among the shipped files, such as ``taxonomy.schema.json``.
            directory: where a desk keeps its own files; one of the same name there replaces the shipped one.

        Returns:
            The content, and its text hash, to be part of a version.

        Raises:
            DataFileError: the file is missing, is not YAML or, where it is the directory's own, does not fit
                its schema.

        """
        path = self.find(name, directory)
        try:
            text = path.read_text(encoding="utf-8")
            content = yaml.load(text, Loader=YamlLoader)
        except (OSError, UnicodeDecodeError) as error:
            raise DataFileError(f"{path}: cannot be read: {error}") from error
        except yaml.YAMLError as error:
            raise DataFileError(f"{path}: not YAML: {error}") from error
        own = directory is not None and path == directory / name
        problem = self.problem_of(content, schema) if own else None
        if problem is not None:
            raise DataFileError(f"{path}: {problem}")
        return content, stable_hash(text)

    def problem_of(self, content: Any, schema: str) -> str | None:
        """Say where and how content does not fit a JSON Schema of the package; None when it fits."""
        import jsonschema  # noqa: PLC0415 - a tenth of a second, for those who replace files only

        schema_content = json.loads((self.shipped / schema).read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema_content)(schema_content)
        problem = jsonschema.exceptions.best_match(validator.iter_errors(content))
        return None if problem is None else f"{problem.json_path}: {problem.message[-300:]}"


def version_of(hashes: list[str]) -> str:
    """Return one short version of several files' hashes."""
    return stable_hash(*hashes)[:12]
