"""Commands about rules as a person meets them: output, messages and exit codes."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from agents.cli import main

RULE = "id: r\nowner: o\ntitle: T\nwhen: {text: odesa}\n"
POST = b'{"source": "a", "body": "Two people were killed in Odesa, the mayor said."}\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rules, posts = tmp_path / "rules.yaml", tmp_path / "posts.jsonl"
    rules.write_text(RULE)
    posts.write_bytes(POST)
    return rules, posts


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    code = end.value.code
    assert isinstance(code, int | None)
    return code or 0, *capfd.readouterr()


@pytest.mark.parametrize("command", ["rules test", "rules schema", "explain"])
def test_every_command_explains_itself(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, *command.split(), "--help")
    assert (code, len(out.splitlines()) > 5) == (0, True)


def test_check_prints_the_canonical_form(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(RULE.replace("{text: odesa}", "{category: [strike, combat, strike]}"))
    code, out, err = run(capfd, "rules", "check", file, "--canonical")
    assert code == 0
    assert yaml.safe_load(out)["rules"][0]["when"] == {"category": ["combat", "strike"]}
    assert "1 rule is good: r" in err


def test_check_warns_and_exits_0(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        RULE.replace("{text: odesa}", "{severity: {at_least: unknown}, place: {name: Kharkiw, country: UA}}")
    )
    code, _, err = run(capfd, "rules", "check", file)
    assert code == 0
    assert f"warning: {file}:4: when.severity: holds for every post" in err
    assert "warning: rule r: when.place.name: the gazetteer knows no 'Kharkiw'" in err


def test_check_names_the_mistakes_of_all_files_and_exits_2(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE.replace("odesa", "(odesa"))
    code, out, err = run(capfd, "rules", "check", tmp_path)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f"wiredesk: {tmp_path}/b.yaml:4: when.text: a bracket is not closed",
        "    (odesa",
        "    ^",
        f"{tmp_path}/b.yaml:1: id: 'r' is the id of the rule in {tmp_path}/a.yaml:1",
    ]


def test_schema_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "rules", "schema")
    assert code == 0
    assert orjson.loads(out)["title"] == "Rules of Wiredesk"


def test_rules_test_prints_a_table(capfd: pytest.CaptureFixture[str], files: tuple[Path, Path]) -> None:
    rules, posts = files
    code, out, err = run(capfd, "rules", "test", rules, "--against", posts)
    assert code == 0
    assert "first_match" in out
    assert "a: Two people were killed in Odesa" in out
    assert "text odesa: the post has odesa" in out
    assert err == "r: 1 alert\n"


def test_rules_test_prints_json(capfd: pytest.CaptureFixture[str], files: tuple[Path, Path]) -> None:
    rules, posts = files
    code, out, _ = run(capfd, "rules", "test", rules, "--against", posts, posts, "--json")
    assert code == 0
    row: dict[str, Any] = orjson.loads(out.splitlines()[0])
    assert (row["rule_id"], row["outcome"], row["reason"]) == ("r", "alert", "first_match")
    assert row["conditions"] == [
        {"field": "when.text", "holds": True, "words": "text odesa: the post has odesa"}
    ]


def test_rules_test_tells_misses_when_asked(
    capfd: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    rules, posts = files
    rules.write_text(RULE.replace("odesa", "kharkiv"))
    assert run(capfd, "rules", "test", rules, "--against", posts) == (0, "", "r: no post matched\n")
    code, out, err = run(capfd, "rules", "test", rules, "--against", posts, "--misses", "--json")
    assert (code, orjson.loads(out)["conditions"][0]["words"]) == (0, "text kharkiv: the post has none")
    assert err == "r: 1 missed\n"


def test_rules_test_of_wrong_input_exits_2(
    capfd: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    rules, posts = files
    posts.write_bytes(POST + b"{broken\n")
    code, out, err = run(capfd, "rules", "test", rules, "--against", posts)
    assert code == 2
    assert "first_match" in out
    assert "posts.jsonl:2: " in err
    rules.write_text("id: r\n")
    assert run(capfd, "rules", "test", rules, "--against", posts)[0] == 2


def test_explain_reads_what_process_printed(
    capfd: pytest.CaptureFixture[str], files: tuple[Path, Path], tmp_path: Path
) -> None:
    rules, posts = files
    code, out, _ = run(capfd, "process", posts, "--rules", rules)
    printed = tmp_path / "out.ndjson"
    printed.write_text(out)
    messages = {line["topic"]: line["value"] for line in map(orjson.loads, out.splitlines())}
    story, alert = messages["stories"]["story_id"], messages["alerts"]["alert_id"]
    for any_id in (story, alert):
        code, out, _ = run(capfd, "explain", any_id, "--from", printed)
        assert code == 0
        assert out.startswith(f"story {story}: ")
        assert "ALERT 1 (exercise): first_match" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no story and no alert has the id 'x'"),
        ("{broken\n", "out.ndjson:1: not"),
        ('{"topic": "stories"}\n', "out.ndjson:1: not"),
        ('{"topic": "stories", "value": {"story_id": 7}}\n', "out.ndjson:1: value."),
        ('{"topic": "posts.raw", "value": {}}\n', "no story and no alert"),
    ],
)
def test_explain_of_wrong_input_exits_2(
    text: str, message: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "out.ndjson"
    file.write_text(text)
    code, out, err = run(capfd, "explain", "x", "--from", file)
    assert (code, out) == (2, "")
    assert message in err


def test_explain_without_a_broker_says_what_to_set(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WIREDESK_BROKER", raising=False)
    code, _, err = run(capfd, "explain", "x")
    assert (code, "WIREDESK_BROKER" in err) == (2, True)
