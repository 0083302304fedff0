"""Shipped data files fit their schemas; a desk's own are checked when they are read."""

import re
from pathlib import Path

import pytest
import yaml

from agents.data_files import DataFileError, DataFiles
from agents.yaml12 import YamlLoader

AGENTS = Path(__file__).parents[1] / "agents"
FOLDERS = {"lexicon": "lexicon.schema.json", "profiles": "profile.schema.json"}
"""Folders of many files of one schema; each other file has its own."""
SHIPPED = sorted(AGENTS.glob("*/data/**/*.yaml"))


def test_there_are_shipped_files() -> None:
    assert {path.relative_to(AGENTS).parts[0] for path in SHIPPED} == {
        "alerting", "classification", "dedup", "sources"
    }  # fmt: skip


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(AGENTS)))
def test_a_shipped_file_fits_its_schema(path: Path) -> None:
    package = DataFiles(f"agents.{path.relative_to(AGENTS).parts[0]}")
    schema = FOLDERS.get(path.parent.name, path.with_suffix(".schema.json").name)
    assert package.problem_of(yaml.load(path.read_text(), Loader=YamlLoader), schema) is None


def test_what_does_not_fit_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "cap.yaml").write_text("event: 7\n")
    with pytest.raises(DataFileError, match=re.escape(f"{tmp_path}/cap.yaml: $")):
        DataFiles("agents.alerting").read_yaml("cap.yaml", "cap.schema.json", tmp_path)
