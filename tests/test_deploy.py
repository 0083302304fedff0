"""What deploy/ says agrees with the code. No container engine is needed."""

import re
from pathlib import Path
from typing import Any

import yaml

from agents.cli.stages import Agent
from agents.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
PORT = Settings.model_fields["metrics_port"].default


def _workers() -> dict[str, Any]:
    return {name: one for name, one in COMPOSE["services"].items() if "--agents" in one.get("command", [])}


def test_compose_has_kafka_topics_workers_and_monitoring() -> None:
    assert set(COMPOSE["services"]) >= {"kafka", "topics", *_workers(), "prometheus", "grafana"}
    assert COMPOSE["services"]["kafka"]["image"].startswith("apache/kafka:3.9")


def test_each_agent_runs_in_one_of_the_workers_of_compose() -> None:
    running = [name for one in _workers().values() for name in one["command"][-1].split(",")]
    assert sorted(running) == sorted(Agent)
    assert all(one["command"][:-1] == ["worker", "--agents"] for one in _workers().values())


def test_compose_and_image_set_only_settings_that_exist() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(rf"{PREFIX}[A-Z_]+", (ROOT / "docker-compose.yml").read_text() + DOCKERFILE))
    assert used <= known


def test_the_workers_find_kafka_where_compose_puts_it() -> None:
    advertised = COMPOSE["services"]["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    for one in _workers().values():
        assert one["environment"][f"{PREFIX}BROKER"].removeprefix("kafka://") in advertised


def test_the_gateway_listens_where_compose_says_and_reads_its_tokens_from_a_secret() -> None:
    gateway = COMPOSE["services"]["gateway"]
    port = Settings.model_fields["gateway_port"].default
    assert gateway["ports"] == [f"127.0.0.1:{port}:{port}"]
    (secret,) = gateway["secrets"]
    assert gateway["environment"][f"{PREFIX}GATEWAY_TOKENS"] == f"/run/secrets/{secret}"
    assert secret in COMPOSE["secrets"]
    for one in _workers().values():
        assert set(one["environment"]) < set(gateway["environment"])


def test_prometheus_scrapes_the_ports_of_workers_and_gateway() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())
    targets = [
        target
        for job in config["scrape_configs"]
        for one in job["static_configs"]
        for target in one["targets"]
    ]
    assert targets == [*(f"{name}:{PORT}" for name in _workers()), f"gateway:{PORT}"]
    assert f"EXPOSE {PORT}" in DOCKERFILE


def test_the_image_copies_files_that_exist_and_runs_as_another_user_than_root() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
    users = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] != "root"
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_image_takes_the_compiled_packages_and_leaves_the_compiler_behind() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(bases)) == 1, "compiled modules fit one version of Python only"
    version = bases[0].removeprefix("python:").removesuffix("-slim")
    build, runtime = re.split(r"^FROM .+$", DOCKERFILE, flags=re.MULTILINE)[1:]
    compiled = build.index("deploy/compile.py build/compiled")
    copied = build.index(f"cp -r build/compiled/. /opt/wiredesk/lib/python{version}/site-packages/")
    assert compiled < build.index("--no-deps .") < copied
    assert "gcc" in build
    assert "gcc" not in runtime
    assert re.findall(r"^COPY --from=build (\S+)", runtime, re.MULTILINE) == ["/opt/wiredesk"]
