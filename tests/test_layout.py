"""The project's shape: what may import what, and that the packages are ours."""

import ast
from collections.abc import Iterator
from pathlib import Path

import agents
import schemas

ROOT = Path(__file__).parent.parent
KAFKA = {"faust", "mode", "aiokafka"}
WIRING = {"agents/wiring", "agents/cli"}
"""The commands name a Kafka error to give it an exit code; only the wiring may use faust."""


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_packages_come_from_this_project() -> None:
    assert Path(agents.__file__).parent == ROOT / "agents"
    assert Path(schemas.__file__).parent == ROOT / "schemas"


def test_only_the_wiring_imports_faust() -> None:
    users = {
        path.parent.relative_to(ROOT).as_posix()
        for path in modules("agents", "schemas")
        if "faust" in imports_of(path)
    }
    assert users == {"agents/wiring"}


def test_only_wiring_and_commands_know_kafka() -> None:
    users = {
        path.parent.relative_to(ROOT).as_posix()
        for path in modules("agents", "schemas")
        if KAFKA & set(imports_of(path))
    }
    assert users <= WIRING


def test_schemas_import_nothing_of_the_agents() -> None:
    assert not [path for path in modules("schemas") if "agents" in imports_of(path)]


def test_no_module_is_longer_than_400_lines() -> None:
    assert not [path for path in modules("agents", "schemas") if len(path.read_text().splitlines()) > 400]


def test_no_module_reads_the_wall_clock_but_where_it_is_handed_in() -> None:
    handed_in = {"agents/cli/clock.py", "agents/cli/stages.py", "agents/wiring/worker.py"}
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in modules("agents", "schemas")
        if any(call in path.read_text() for call in ("datetime.now(", "time.time(", "utcnow(", "date.today("))
    }
    assert readers <= handed_in
