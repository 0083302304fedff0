"""Every command of the README runs."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.cli import app
from agents.wiring.connection import Cluster
from tests.broker.conftest import settings_for_test

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip().removeprefix(".venv/bin/")
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith(".venv/bin/wiredesk")
]


@pytest.fixture
def environment(embedded_address: str) -> dict[str, str]:
    settings = settings_for_test()
    return {
        **os.environ,
        "WIREDESK_BROKER": Cluster(embedded_address, settings).address,
        "WIREDESK_TOPIC_PREFIX": settings.topic_prefix,
        "WIREDESK_METRICS_PORT": "0",
    }


def run_here(command: str) -> str:
    return command.replace("wiredesk", f"{shlex.quote(sys.executable)} -m agents", 1)


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.terminate()
        process.wait(timeout=30)


def test_readme_commands_run_in_their_order(
    environment: dict[str, str], worker: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    assert len(COMMANDS) >= 6
    story_id = ""
    for command in COMMANDS:
        line = run_here(command).replace("> out.ndjson", f"> {tmp_path}/out.ndjson")
        line = line.replace("STORY_ID", story_id)
        if command.startswith("wiredesk worker"):
            worker.append(subprocess.Popen(shlex.split(line), env=environment, cwd=ROOT))
        elif command.startswith("wiredesk tail"):
            alert = first_line(line, environment)
            assert alert["topic"] == "alerts"
            story_id = alert["value"]["story_id"]
        else:
            subprocess.run(["bash", "-c", line], env=environment, cwd=ROOT, check=True, timeout=90)
    assert (tmp_path / "out.ndjson").stat().st_size > 0


def first_line(command: str, environment: dict[str, str]) -> dict[str, Any]:
    with subprocess.Popen(shlex.split(command), env=environment, cwd=ROOT, stdout=subprocess.PIPE) as tail:
        assert tail.stdout is not None
        line = tail.stdout.readline()
        tail.terminate()
    found: dict[str, Any] = orjson.loads(line)
    return found


def test_readme_names_no_command_or_target_that_does_not_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, re.MULTILINE)) <= targets
    assert set(re.findall(r"wiredesk ([a-z]+)", TEXT)) <= app.COMMANDS.keys()
