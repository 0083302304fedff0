"""Classification compiled to machine code says what it says uncompiled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.compile import hot_modules
from tests.eval.classification_eval import load_labelled

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "agents" / "samples"
FIELDS = ("source", "published_at", "headline", "body")


def test_the_modules_to_compile_exist() -> None:
    modules = hot_modules(ROOT)
    assert len(modules) == len(set(modules))
    assert all((ROOT / module).is_file() for module in modules)


def messages(packages: Path, files: list[Path]) -> list[str]:
    """Return what ``wiredesk process`` prints with the packages of a directory."""
    command = [sys.executable, "-P", "-m", "agents", "process", *map(str, files)]
    command += ["--rules", str(SAMPLES / "rules.yaml")]
    env = os.environ | {"PYTHONPATH": str(packages)}
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_compiled_modules_give_the_same_messages_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run(["make", "compile"], cwd=ROOT, check=True)
    compiled = ROOT / "build" / "compiled"
    for module in hot_modules(ROOT):
        stem = compiled / module.removesuffix(".py")
        assert list(stem.parent.glob(f"{stem.name}.*.so")), f"{module} is not compiled"
    assert not list(ROOT.glob("agents/**/*.so"))
    posts = tmp_path / "posts.jsonl"
    labelled = [post for post in load_labelled("dev") if post["body"].strip()]
    lines = (json.dumps({name: post[name] for name in FIELDS}) for post in labelled)
    posts.write_text("\n".join(lines), "utf-8")
    files = [*sorted(SAMPLES.glob("*.txt")), *sorted(SAMPLES.glob("*.jsonl")), posts]
    plain = messages(ROOT, files)
    assert sum('"topic":"events.enriched"' in line for line in plain) > 500
    assert messages(compiled, files) == plain
