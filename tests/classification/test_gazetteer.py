"""The gazetteer's data files, arrays and cache."""

from pathlib import Path

import pytest

from agents.classification.gazetteer import cache
from agents.classification.gazetteer.cache import gazetteer_version, open_cached
from agents.classification.gazetteer.entry import Entry
from agents.classification.gazetteer.lookup import MAX_NAME_WORDS, GazetteerData, Names, name_key
from agents.classification.gazetteer.overlay import Overlay, capitals, load_overlay
from agents.data_files import DataFileError


@pytest.fixture(scope="module")
def overlay() -> Overlay:
    return load_overlay(None)


@pytest.fixture(scope="module")
def names(overlay: Overlay) -> Names:
    return Names(open_cached(overlay))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kyiv", "kyiv"),
        ("Rostov-on-Don", "rostov on don"),
        ("Khān Yūnis", "khan yunis"),
        ("Mar'yinka", "maryinka"),
        ("Washington, D.C.", "washington, dc"),
        ("Łódź", "lodz"),
        ("  São   Paulo ", "sao paulo"),
    ],
)
def test_names_are_compared_without_case_accents_and_hyphens(name: str, key: str) -> None:
    assert name_key(name) == key


def best(entries: list[Entry]) -> Entry:
    return max(entries, key=lambda entry: entry.population)


@pytest.mark.parametrize(
    ("name", "country", "admin1"),
    [
        ("Kiev", "UA", None),
        ("Mariinka", "UA", "Donetsk Oblast"),
        ("Artyomovsk", "UA", "Donetsk Oblast"),
        ("Stanytsia Luhanska", "UA", "Luhansk Oblast"),
        ("Khan Younis", "PS", None),
        ("Austin", "US", "Texas"),
        ("Cali", "CO", "Valle del Cauca"),
        ("Bunagana", "CD", "North Kivu"),
        ("Ivory Coast", "CI", None),
        ("Netherlands", "NL", None),
    ],
)
def test_spellings_lead_to_the_place(names: Names, name: str, country: str, admin1: str | None) -> None:
    entry = best(names.find(name_key(name)))
    assert entry.country == country
    assert admin1 is None or entry.admin1 == admin1


def test_names_that_nobody_bears_are_not_found(names: Names) -> None:
    assert names.known["qwertyuiop"] is None
    assert names.find("") == []


def test_every_overlay_name_is_found(overlay: Overlay, names: Names) -> None:
    wanted = [name for place in overlay.places for name in place.names]
    wanted += [region.name for region in overlay.regions]
    missing = [name for name in wanted if not names.find(name_key(name))]
    assert missing == []


def test_every_region_has_a_middle(overlay: Overlay, names: Names) -> None:
    without = [
        region.name
        for region in overlay.regions
        if all(entry.lat is None for entry in names.find(name_key(region.name)) if entry.kind == "admin1")
    ]
    assert len(without) <= 1


def test_overlay_names_are_short_enough_to_be_matched(overlay: Overlay) -> None:
    wanted = [name for place in overlay.places for name in place.names]
    assert [name for name in wanted if len(name_key(name).split()) > MAX_NAME_WORDS] == []


def test_overlay_places_are_written_once(overlay: Overlay) -> None:
    first = [(place.names[0], place.country) for place in overlay.places]
    assert len(first) == len(set(first))


def test_capitals_have_their_country(overlay: Overlay) -> None:
    found = capitals(overlay)
    assert {found[name] for name in ("kyiv", "kiev", "moscow", "washington")} == {"UA", "RU", "US"}


def test_a_wrong_data_file_is_refused_with_its_field(tmp_path: Path) -> None:
    (tmp_path / "gazetteer_places.yaml").write_text("places: [{name: X1, lat: 95}]\ncity_aliases: {}\n")
    with pytest.raises(DataFileError, match=r"gazetteer_places\.yaml.*lat"):
        load_overlay(tmp_path)


def test_the_version_follows_the_data_files(overlay: Overlay, tmp_path: Path) -> None:
    (tmp_path / "gazetteer_places.yaml").write_text("places: [{name: Somewhere}]\ncity_aliases: {}\n")
    assert gazetteer_version(load_overlay(tmp_path)) != gazetteer_version(overlay)


@pytest.fixture
def small(overlay: Overlay, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replace the build by copying what is built; return the list that counts builds."""
    data = open_cached(overlay)
    builds: list[int] = []

    def build(given: Overlay) -> GazetteerData:
        assert given is overlay
        builds.append(1)
        return data

    monkeypatch.setattr(cache, "build", build)
    return builds


def test_it_is_built_once(overlay: Overlay, small: list[int], tmp_path: Path) -> None:
    assert len(open_cached(overlay, tmp_path).keys) == len(open_cached(overlay, tmp_path).keys)
    assert len(small) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"gazetteer-{gazetteer_version(overlay)}"]


def test_a_damaged_cache_is_built_again(overlay: Overlay, small: list[int], tmp_path: Path) -> None:
    open_cached(overlay, tmp_path)
    (tmp_path / f"gazetteer-{gazetteer_version(overlay)}" / "refs.npy").write_bytes(b"")
    assert Names(open_cached(overlay, tmp_path)).find("kyiv")
    assert len(small) == 2


def test_where_nothing_can_be_written_it_is_built_in_memory(
    overlay: Overlay, small: list[int], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert Names(open_cached(overlay, blocked)).find("kyiv")
    assert len(small) >= 1


def test_where_no_directory_for_temporary_files_can_be_written_it_is_built_in_memory(
    overlay: Overlay, small: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_usable() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(cache.tempfile, "gettempdir", none_usable)
    assert Names(open_cached(overlay)).find("kyiv")
    assert len(small) == 1
