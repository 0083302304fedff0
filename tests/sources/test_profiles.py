from pathlib import Path

import pytest
import yaml

from agents.data_files import DataFileError
from agents.sources.lines import label_of
from agents.sources.profiles import Profiles, load_profiles

PROFILES = load_profiles()


@pytest.mark.parametrize(
    ("profile", "line", "label"),
    [(profile.id, line, label) for profile in PROFILES.by_id.values() for line, label in profile.examples],
)
def test_example_lines_are_taken_for_what_the_profile_says(profile: str, line: str, label: str) -> None:
    assert label_of(line, PROFILES.by_id[profile]) == label


@pytest.mark.parametrize("form", PROFILES.by_id["generic"].times, ids=lambda form: form.name)
def test_example_times_have_the_form(form) -> None:
    for example in form.examples:
        match = form.pattern.match(example)
        assert match, example
        assert PROFILES.calendar.clock(match), example


def test_bundled_profiles_cover_the_outlets(profiles: Profiles) -> None:
    assert set(profiles.by_id) == {"cnbc", "cnn", "generic", "nytimes", "trt-world"}


@pytest.mark.parametrize(
    ("page", "outlet"),
    [
        ("headed", "cnn"),
        ("sentences", "nytimes"),
        ("signed", "cnbc"),
        ("timed", "trt-world"),
        ("guardian-like", "generic"),
        ("clock-oldest-first", "generic"),
        ("article", "generic"),
    ],
)
def test_outlet_is_recognised_by_the_look_of_its_page(
    page: str, outlet: str, pages: Path, profiles: Profiles
) -> None:
    assert profiles.recognise((pages / f"{page}.txt").read_text("utf-8")).id == outlet


def test_mention_of_an_outlet_is_not_its_page(profiles: Profiles) -> None:
    assert profiles.recognise("The minister told CNN on Monday.\n\nHe also spoke to CNBC.").id == "generic"


def _write(directory: Path, name: str, change: dict[str, object]) -> None:
    bundled = Path(__file__).parents[2] / "agents/sources/data"
    (directory / "profiles").mkdir(exist_ok=True)
    (directory / "times.yaml").write_text((bundled / "times.yaml").read_text("utf-8"), "utf-8")
    plain = yaml.safe_load((bundled / "profiles/generic.yaml").read_text("utf-8")) | change
    (directory / "profiles" / name).write_text(yaml.safe_dump(plain), "utf-8")


def test_profiles_of_a_directory_replace_and_add_to_the_bundled_ones(tmp_path: Path) -> None:
    _write(tmp_path, "generic.yaml", {"title": "Ours"})
    _write(tmp_path, "local.yaml", {"id": "local"})
    found = load_profiles(tmp_path).by_id
    assert found["generic"].title == "Ours"
    assert set(found) == {*load_profiles().by_id, "local"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lead": "nothing"}, r"generic.yaml: \$.lead: 'nothing' is not one of"),
        ({"id": "other"}, "no profile with id generic"),
        ({"lines": {"notice": ["(open"]}}, "pattern .*missing"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_wrong_profile_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    _write(tmp_path, "generic.yaml", change)
    with pytest.raises(DataFileError, match=message):
        load_profiles(tmp_path)
