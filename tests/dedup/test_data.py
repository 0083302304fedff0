from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.data_files import DataFileError
from agents.dedup.boilerplate import without_boilerplate
from agents.dedup.data import load_data, read
from agents.dedup.families import independent
from agents.dedup.judge import judge_batch
from agents.dedup.lexicon import Lexicon
from agents.dedup.markers import notice_of
from agents.dedup.normalise import readable
from agents.dedup.signature import signatures_of
from agents.dedup.terms import base_of, name_of, term_of
from tests.dedup.posts import post, state


@pytest.mark.parametrize(
    "example", read("markers")["examples"], ids=lambda example: str(example["text"])[:40]
)
def test_examples_of_markers(example: dict[str, str]) -> None:
    assert notice_of(example["text"], load_data()) == example["marker"]
    assert state().signatures([post(example["text"])])[0].notice == example["marker"]


@pytest.mark.parametrize(
    "example", read("boilerplate")["examples"], ids=lambda example: str(example["text"])[:40]
)
def test_examples_of_boilerplate(example: dict[str, str]) -> None:
    assert "".join(without_boilerplate(example["text"], load_data()).split()) == "".join(
        example["news"].split()
    )


@pytest.mark.parametrize(
    "example", read("families")["examples"], ids=lambda example: "+".join(example["sources"])
)
def test_examples_of_families(example: dict[str, object]) -> None:
    assert len(independent(example["sources"], load_data())) == example["outlets"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "example", read("credits")["examples"], ids=lambda example: str(example["first"])[:40]
)
def test_examples_of_credits(example: dict[str, Any]) -> None:
    first, second = judge_batch(
        state(), [post(example["first"]), post(example["second"], minutes=30, source="other")]
    )
    assert (first.story_id == second.story_id) == example["same"]


@pytest.mark.parametrize("example", read("slots")["examples"], ids=lambda example: str(example["text"])[:40])
def test_examples_of_slots(example: dict[str, list[str]]) -> None:
    data = load_data()
    slots = signatures_of([post(str(example["text"]))], Lexicon(data), data)[0].slots
    assert len(slots.numbers) == len(example["numbers"])
    assert len(slots.dates) + len(slots.clocks) == len(example["dates"])


@pytest.mark.parametrize(
    "example", read("synonyms")["examples"], ids=lambda example: "=".join(example["words"])
)
def test_examples_of_synonyms(example: dict[str, Any]) -> None:
    lexicon = Lexicon(load_data())
    rows = np.frombuffer(b"".join(lexicon.rows_of(word)[0] for word in example["words"]), dtype=np.int32)
    columns = lexicon.columns(rows)
    assert (len(set(columns.terms.tolist())) == 1) == example["same"]
    assert (len(set(columns.names.tolist())) == 1) == example["same"]


def test_numbers_in_words_and_figures_are_one() -> None:
    first, second = state().signatures([post("Nine people died."), post("9 people died.")])
    assert first.slots.numbers.tolist() == second.slots.numbers.tolist()


@pytest.mark.parametrize(
    ("word", "base", "term"),
    [
        ("estonia's", "estonia", "estoni"),
        ("estonians", "estonians", "estoni"),
        ("cities", "cities", "city"),
        ("crisis", "crisis", "crisis"),
        ("malmö", "malmo", "malmo"),
        ("одесі", "одес", "одес"),
        ("поранених", "поран", "поран"),
    ],
)
def test_terms(word: str, base: str, term: str) -> None:
    assert (base_of(word), term_of(word)) == (base, term)


def test_names_survive_swapped_letters() -> None:
    assert name_of("kharkiv") == name_of("khrakiv") != name_of("kherson")


def test_readable_text_has_no_invisible_characters() -> None:
    assert readable("Ode\u00adsa", "e\u0301te\u200b") == "Odesa\n\u00e9te"


def test_a_desk_replaces_a_data_file(tmp_path: Path) -> None:
    text = "families: [{id: own, name: Own, sources: [a, b]}]\nexamples: [{sources: [a, b], outlets: 1}]\n"
    (tmp_path / "families.yaml").write_text(text, encoding="utf-8")
    assert independent(["a", "b", "c"], load_data(tmp_path)) == ["c", "own"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("families: [", "not YAML"),
        ("families: 3\nexamples: []\n", r"families\.yaml: \$"),
        ("3", "object"),
    ],
)
def test_a_broken_data_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "families.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        load_data(tmp_path)


def test_short_sets_are_ascending_and_distinct() -> None:
    signature = state().signatures([post("one two three one two three four")])[0]
    assert signature.shingles.tolist() == sorted(set(signature.shingles.tolist()))
