"""The commands as a person meets them: output, messages and exit codes."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
import pytest

from agents.cli import main
from agents.cli.app import COMMANDS, load
from agents.cli.demo_gateway import OWNER
from agents.settings import load_settings

SAMPLES = Path(__file__).parent.parent.parent / "agents" / "samples"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WIREDESK_")]:
        monkeypatch.delenv(name)


def run(
    capfdbinary: pytest.CaptureFixture[bytes], *arguments: object
) -> tuple[int, list[dict[str, object]], str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    out, err = capfdbinary.readouterr()
    code = end.value.code
    assert isinstance(code, int | None)
    lines = [orjson.loads(line) for line in out.splitlines() if line.startswith(b"{")]
    return code or 0, lines, err.decode()


@pytest.mark.parametrize(
    "command",
    ["demo", "process", "replay", "worker", "gateway", "gateway token", "tail", "broker", "settings",
     "dead list", "dead put-back", "rules check", "rules list", "rules put", "rules delete", "rules test",
     "rules schema", "explain", "poll", "sources check", "sources import", "deliveries list",
     "deliveries redeliver", "topics create", "topics check", "bench"],
)  # fmt: skip
def test_every_command_explains_itself(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command.split(), "--help"])
    assert end.value.code == 0
    assert len(capfd.readouterr().out.splitlines()) > 5


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_of_each_what_it_says_itself(name: str) -> None:
    assert load(name).help.split("\n\n")[0].startswith(COMMANDS[name].help)


def test_commands_are_listed_without_loading_them() -> None:
    program = "import sys; import agents.cli.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert not loaded & {"faust", "aiokafka", "aiohttp", "numpy", "pydantic", "agents.pipeline"}


def test_process_prints_every_message_in_order(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b'{"source": "a", "body": "Two people were killed in Odesa, the mayor said."}\n')
    code, lines, _ = run(capfdbinary, "process", file)
    assert code == 0
    assert [line["topic"] for line in lines] == ["posts.raw", "posts.judged", "events.enriched"]


def test_process_with_rules_prints_stories_alerts_and_decisions_too(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file, rules = tmp_path / "posts.jsonl", tmp_path / "rules.yaml"
    file.write_bytes(b'{"source": "a", "body": "Two people were killed in Odesa, the mayor said."}\n')
    rules.write_text("id: r\nowner: o\ntitle: T\nwhen: {text: odesa}\n")
    code, lines, _ = run(capfdbinary, "process", file, "--rules", rules)
    assert code == 0
    assert [line["topic"] for line in lines][3:] == ["stories", "alerts", "alerts.decisions"]
    assert lines[4]["value"]["status"] == "exercise"  # type: ignore[index]


def test_process_of_the_samples_is_the_same_twice(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files = sorted([*SAMPLES.glob("*.txt"), *SAMPLES.glob("*.jsonl")])
    first = run(capfdbinary, "process", *files, "--rules", SAMPLES / "rules.yaml")
    assert first == run(capfdbinary, "process", *files, "--rules", SAMPLES / "rules.yaml")
    assert first[0] == 0


GOOD = '{"source": "a", "body": "Rain fell on the coast all day."}\n'


@pytest.mark.parametrize(
    ("text", "message", "kept"),
    [
        (GOOD + "{broken\n", "posts.jsonl:2: ", 1),
        (GOOD + GOOD + '{"source": "a"}\n', "posts.jsonl:3: body: ", 2),
        ('{"body": "x"}\n', "posts.jsonl:1: source: ", 0),
        ('{"source": "a", "body": 7}\n', "posts.jsonl:1: body: ", 0),
        ('{"source": "a", "body": "x", "published_at": "yesterday"}\n', "posts.jsonl:1: published_at: ", 0),
    ],
)
def test_malformed_input_exits_2_with_file_line_and_field_and_keeps_the_good_posts(
    text: str, message: str, kept: int, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(text)
    code, lines, err = run(capfdbinary, "process", file)
    assert code == 2
    assert message in err
    assert [line["topic"] for line in lines].count("posts.raw") == kept


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["process", "no-such-file.txt"], "no-such-file.txt"),
        (["process"], "FILE"),
        (["process", "x.txt", "--date", "soon"], "--date: 'soon'"),
        (["process", "x.txt", "--rules", "none.yaml"], "none.yaml: cannot be read"),
        (["rules", "check", "none.yaml"], "none.yaml: cannot be read"),
        (["rules", "list"], "WIREDESK_BROKER"),
        (["tail", "alerts"], "WIREDESK_BROKER"),
        (["tail", "nonsense"], "no topic 'nonsense'"),
        (["replay", "x.txt"], "WIREDESK_BROKER"),
        (["worker", "--agents", "cooking"], "agents are dedup, classification, alerting"),
        (["worker", "--agents", ","], "name at least one"),
    ],
)
def test_wrong_input_exits_2_and_says_what_to_do(
    arguments: list[str], message: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, lines, err = run(capfdbinary, *arguments)
    assert (code, lines) == (2, [])
    assert message in err


def test_a_bad_setting_is_named(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREDESK_BATCH_SIZE", "many")
    code, _, err = run(capfdbinary, "settings")
    assert code == 2
    assert "WIREDESK_BATCH_SIZE" in err


def test_the_sample_rules_are_good(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, _, err = run(capfdbinary, "rules", "check", SAMPLES / "rules.yaml")
    assert (code, "5 rules are good" in err) == (0, True)


def test_a_reader_that_leaves_ends_the_command_quietly() -> None:
    files = [str(path) for path in sorted(SAMPLES.glob("*.txt"))]
    command = f'"{sys.executable}" -m agents process {" ".join(files)} | head -n 1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=60)
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.broker
def test_the_demo_ends_by_itself_with_alerts_and_a_summary() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agents", "demo", "--once"], capture_output=True, check=False, timeout=120
    )
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "ALERT" in text
    assert "CANCEL" in text
    assert "posts," in text


@pytest.mark.broker
def test_ctrl_c_ends_the_demo_and_its_broker() -> None:
    with subprocess.Popen([sys.executable, "-m", "agents", "demo"], stdout=subprocess.PIPE) as demo:
        assert demo.stdout is not None
        first = demo.stdout.readline()
        assert b"posts of a fictional crisis" in first
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0


@pytest.mark.broker
def test_the_gateway_of_the_demo_answers_and_streams_while_it_is_up() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "agents", "demo"], stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        found = re.search(r"gateway at (\S+), token (\S+)", demo.stdout.readline())
        assert found is not None
        address, token = found.groups()
        with urlopen(f"{address}/openapi.json", timeout=20) as response:
            assert "/v1/alerts/stream" in orjson.loads(response.read())["paths"]
        while "still up" not in demo.stdout.readline():
            assert demo.poll() is None
        headers = {"Authorization": f"Bearer {token}"}
        with urlopen(Request(f"{address}/v1/alerts", headers=headers), timeout=20) as response:
            assert {item["owner"] for item in orjson.loads(response.read())["items"]} == {OWNER}
        headers |= {"Last-Event-ID": "e1" + ".0" * load_settings().partitions}
        with urlopen(Request(f"{address}/v1/events/stream", headers=headers), timeout=20) as response:
            assert any(line.startswith(b"data: {") for line in response)
            demo.send_signal(signal.SIGINT)
            assert b"event: end\n" in response.read()
        assert demo.wait(timeout=60) == 0


@pytest.mark.broker
def test_a_port_in_use_ends_the_demo_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "agents", "demo", "--port", str(port)],
            capture_output=True, check=False, timeout=60, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"the gateway cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "take another port" in done.stderr
    assert "Traceback" not in done.stderr


def test_bench_says_how_fast_posts_are_taken_through(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["bench", *map(str, sorted(SAMPLES.glob("*.txt")))])
    out, err = capfdbinary.readouterr()
    figures = orjson.loads(out)
    assert end.value.code in (None, 0)
    assert b"say little" in err
    assert figures["posts"] > 2
    assert figures["posts_per_second"] > figures["at_posts_per_second"] > 0
    assert set(figures["milliseconds_a_post"]) == {"dedup", "classification", "alerting"}
    assert 0 < figures["milliseconds_until_through"]["p50"] <= figures["milliseconds_until_through"]["p99"]


def test_bench_takes_a_post_that_is_sent_again_once(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "again.jsonl"
    lines = [
        orjson.dumps({"source": "wire", "body": f"Fire {n} broke out near the port."})
        for n in (1, 2, 3, 2, 1)
    ]
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(SystemExit) as end:
        main(["bench", str(file)])
    assert end.value.code in (None, 0)
    assert orjson.loads(capfdbinary.readouterr().out)["posts"] == 3


def test_bench_needs_two_posts(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_bytes(orjson.dumps({"source": "wire", "body": "A fire broke out."}) + b"\n")
    code, _, err = run(capfdbinary, "bench", file)
    assert (code, "fewer than two posts" in err) == (2, True)
