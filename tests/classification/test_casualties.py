"""Casualty rows: what they carry beside their figure, and what holds for any text."""

from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.classification.attributions.find import AttributionGrammar, find_attributions, load_attributions
from agents.classification.casualties.data import TriggerPhrase
from agents.classification.casualties.find import CasualtyGrammar, find_casualties, load_casualties
from agents.classification.files import FILES
from agents.classification.language.text import analyse
from agents.data_files import DataFileError
from schemas.events import Casualty

_SENTENCES = {
    "transitive": "Four people were {} in the north.",
    "present": "Rebels {} four people.",
    "gerund": "Rebels attacked, {} four people.",
    "intransitive": "Four people {} in the north.",
    "state": "Four people {}.",
    "noun": "There were 4 {}.",
    "toll": "The {} is now 4.",
    "reference": "A blast killed nine people. Then {} is now 4.",
}


@cache
def _grammar() -> CasualtyGrammar:
    return load_casualties(None)


@cache
def _speech() -> AttributionGrammar:
    return load_attributions(None)


def _rows(body: str, headline: str | None = None) -> list[Casualty]:
    text = analyse(headline, body)
    return find_casualties(_grammar(), text, find_attributions(_speech(), text))


def _figures(rows: list[Casualty]) -> list[tuple[str, int | None, int | None]]:
    return [(row.kind, row.min, row.max) for row in rows]


def _examples() -> list[Any]:
    return FILES.read_yaml("casualties.yaml", "casualties.schema.json")[0]["examples"]


@pytest.mark.parametrize("example", _examples(), ids=lambda example: example["text"])
def test_example_of_the_data_file_holds(example: Any) -> None:
    assert sorted(_figures(_rows(example["text"]))) == sorted(tuple(row) for row in example["rows"])


def _phrases() -> list[TriggerPhrase]:
    return [phrase for group in _grammar().triggers.values() for phrase in group]


@pytest.mark.parametrize("phrase", _phrases(), ids=lambda phrase: f"{phrase.form}: {' '.join(phrase.words)}")
def test_every_trigger_is_reachable(phrase: TriggerPhrase) -> None:
    words = " ".join(phrase.words)
    if phrase.words[-2:] == ("lives", "of") or (phrase.form == "gerund" and phrase.nouns):
        sentence = f"The flood {words} four {min(phrase.nouns, default='people')}."
    else:
        sentence = _SENTENCES[phrase.form].format(words)
    assert (phrase.kind, 4, 4) in _figures(_rows(sentence))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Two soldiers were killed.", False),
        ("Two farmers were killed.", True),
        ("Two people were killed.", None),
        ("A soldier and a farmer were killed.", None),
    ],
)
def test_civilian_follows_the_noun(body: str, expected: bool | None) -> None:
    assert [row.civilian for row in _rows(body)] == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("At least 12 rescue workers were killed.", "At least 12 rescue workers"),
        ("Twelve were killed.", None),
        ("The blast killed two women and a child.", "two women and a child"),
    ],
)
def test_whom_is_the_noun_phrase(body: str, expected: str | None) -> None:
    assert [row.whom for row in _rows(body)] == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Two people were killed in Kherson region on Monday.", "Kherson region"),
        ("In Dnipro a hotel was hit and two people were killed.", "Dnipro"),
        ("Two people were killed in Ukrainian attacks.", None),
        ("Two people were killed on Monday.", None),
    ],
)
def test_where_is_the_place_named_nearby(body: str, expected: str | None) -> None:
    assert [row.where for row in _rows(body)] == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Two people were killed, the mayor said.", "mayor"),
        ("According to Ukrainian officials, two people were killed.", "Ukrainian officials"),
        (
            "Mayor Oleh Bondar said it burned. He said two people were killed.",
            "Oleh Bondar",
        ),
        ("The mayor said the fire was out. Two people were killed.", None),
    ],
)
def test_claim_belongs_to_the_speaker_of_its_sentence(body: str, expected: str | None) -> None:
    assert [row.claimed_by for row in _rows(body)] == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Six people were killed on Thursday.", True),
        ("On 3 May 2020, armed men killed six people.", True),
        ("More than 10,000 civilians have been killed since February 2022.", False),
        ("A bombing in 2016 killed more than 70 people.", False),
        ("Since 24 February 2022 some 511 children have been killed.", False),
        ("Since February 24, 2022, shells have killed 511 children.", False),
        ("Some 120 people have been killed in the camps since January.", False),
        ("Thirty people have died in the floods since 3 May.", True),
        ("At least 90 people were killed in two years of conflict.", False),
        ("Russia has returned the bodies of 1,200 soldiers.", False),
        ("The bodies of nine soldiers lay on the road.", True),
        ("Last month's attack killed 144 people.", False),
        ("The genocide claimed the lives of 800,000 people.", False),
        ("The war has killed 6,000 people.", False),
        ("The army has lost at least 50,000 men.", False),
        ("The earthquake killed 12,000 people.", True),
    ],
)
def test_earlier_events_and_war_totals_are_background(body: str, expected: bool) -> None:
    assert [row.current for row in _rows("The ministry spoke. " + body)] == [expected]


def test_figure_told_twice_is_one_row_with_what_both_say() -> None:
    rows = _rows("Shells hit a market, killing six people, the governor said.", "Six dead in market shelling")
    assert _figures(rows) == [("killed", 6, 6)]
    assert (rows[0].claimed_by, rows[0].whom) == ("governor", "six people")


def test_figure_that_repeats_one_of_the_background_is_background() -> None:
    rows = _rows("At least 483 people have been killed since the war began. He named all 483 people killed.")
    assert _figures(rows) == [("killed", 483, None), ("killed", 483, 483)]
    assert not any(row.current for row in rows)


def test_body_with_an_open_range_replaces_the_figure_of_the_headline() -> None:
    rows = _rows("The blast killed more than 50 people.", "Blast kills 50 people")
    assert _figures(rows) == [("killed", 50, None)]


def test_one_person_of_the_headline_gives_way_to_the_count_of_the_body() -> None:
    rows = _rows("Police arrested a former minister and six other people.", "Former minister arrested")
    assert _figures(rows) == [("detained", 7, 7)]


def test_victim_mentioned_again_is_no_row_of_its_own() -> None:
    rows = _rows("The crash killed two people. The driver was killed on the spot.")
    assert _figures(rows) == [("killed", 2, 2)]


def test_subset_of_the_sentence_before_takes_its_kind() -> None:
    rows = _rows(
        "The roof fell in, wounding 13 people. Two of them were in their eighties and were in hospital."
    )
    assert ("injured", 2, 2) in _figures(rows)


def test_figure_taken_back_is_no_row() -> None:
    rows = _rows(
        "Correction: We wrongly said that 60 people were injured. Police say six people were injured."
    )
    assert _figures(rows) == [("injured", 6, 6)]


def test_figure_that_a_claimant_withdrew_is_no_row() -> None:
    rows = _rows(
        "Nine people died. (Corrects number of dead after the ministry withdrew its earlier figure of 14)"
    )
    assert _figures(rows) == [("killed", 9, 9)]


def test_figure_before_an_increase_does_not_take_the_new_one_with_it() -> None:
    rows = _rows("The death toll rose to 12 from an earlier figure of nine, police said.")
    assert ("killed", 12, 12) in _figures(rows)


def test_span_holds_the_figure_and_its_trigger() -> None:
    text = analyse("Market shelled", "In all, at least six people were killed on Monday.")
    rows = find_casualties(_grammar(), text, [])
    assert [text.raw[slice(*row.span)] for row in rows] == ["In all, at least six people were killed"]


def test_wrong_data_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "casualties.yaml").write_text("triggers: []\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"casualties\.yaml"):
        load_casualties(tmp_path)


_WORDS = [
    "four", "people", "were", "killed", "and", "wounded", "12", "a", "child", "the",
    "death", "toll", "rose", "to", "at",
    "least", "of", "them", "including", ",", ".", ":", "said", "no", "dead", "killing",
    "(", ")", "missing", "is",
    "number", "body", "him", "\n", "2016", "in", "Kyiv", "lost",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40), st.booleans())
def test_any_order_of_words_gives_rows_that_lie_in_the_text(words: list[str], headline: bool) -> None:
    text = analyse(" ".join(words[:6]) if headline else None, " ".join(words[6:] if headline else words))
    rows = find_casualties(_grammar(), text, [])
    assert len(set(_figures(rows))) == len(rows)
    for row in rows:
        assert 0 <= row.span[0] < row.span[1] <= len(text.raw)
        assert row.whom is None or row.whom in text.raw  # a later mention of the figure may tell
        assert row.min is None or row.max is None or row.min <= row.max


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_error(body: str) -> None:
    _rows(body)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5))
def test_long_text_takes_time_linear_in_its_length(words: list[str]) -> None:
    piece = " ".join(words) + " "
    text = analyse(None, (piece * (65536 // len(piece) + 1))[:65536])
    start = process_time()
    find_casualties(_grammar(), text, [])
    assert process_time() - start < 0.5
