"""Who says it: names, stances and spans."""

from functools import cache
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.classification.attributions.find import AttributionGrammar, find_attributions, load_attributions
from agents.classification.files import FILES
from agents.classification.language.text import analyse


@cache
def _grammar() -> AttributionGrammar:
    return load_attributions(None)


def _speakers(body: str, headline: str | None = None) -> list[tuple[str, str]]:
    return [(each.name, each.stance) for each in find_attributions(_grammar(), analyse(headline, body))]


def _examples() -> list[Any]:
    return FILES.read_yaml("attributions.yaml", "attributions.schema.json")[0]["examples"]


@pytest.mark.parametrize("example", _examples(), ids=lambda example: example["text"])
def test_example_of_the_data_file_holds(example: Any) -> None:
    found = _speakers(example["text"], example.get("headline"))
    assert sorted(found) == sorted(tuple(each) for each in example["says"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The mayor said the road was shut.", [("mayor", "says")]),
        ("Mayor Oleh Bondar said the road was shut.", [("Oleh Bondar", "says")]),
        ("French President Marc Duval told reporters he would stay.", [("Marc Duval", "says")]),
        ("U.S. Secretary of State Anna Reed said talks went on.", [("Anna Reed", "says")]),
        ("US Secretary of Defense Paul Harker said troops would leave.", [("Paul Harker", "says")]),
        ("The road is shut, Oleh Bondar said.", [("Oleh Bondar", "says")]),
        ("Oleh Bondar, the mayor, said the road was shut.", [("Oleh Bondar", "says")]),
        (
            "The head of the city administration, Oleh Bondar, said the road was shut.",
            [("Oleh Bondar", "says")],
        ),
        ("Halyna Petrenko, 71, told our reporter that she would stay.", [("Halyna Petrenko", "says")]),
        ('"We are staying," said teacher Halyna Petrenko.', [("Halyna Petrenko", "says")]),
        ('"We are staying," said Halyna Petrenko, a teacher.', [("Halyna Petrenko", "says")]),
        ("Two died, according to local officials.", [("local officials", "says")]),
        ("Two died, according to Oleh Bondar, a doctor at the hospital.", [("Oleh Bondar", "says")]),
        ("Two died, the interior ministry said on Monday.", [("interior ministry", "says")]),
        ("Russia's defence ministry later said it had hit a depot.", [("Russia's defence ministry", "says")]),
        ("The ministry of health has confirmed the outbreak.", [("ministry of health", "confirms")]),
        ("The army denied the report.", [("army", "denies")]),
        ("Kyiv accused Moscow of shelling the town.", [("Kyiv", "accuses")]),
        ("Police in Stuttgart say 8,000 people marched.", [("Police in Stuttgart", "says")]),
        (
            "The acting governor of Smolensk region said drones fell.",
            [("acting governor of Smolensk region", "says")],
        ),
        (
            "Two sources familiar with the matter said talks had failed.",
            [("sources familiar with the matter", "says")],
        ),
        (
            "A senior State Department official said talks had failed.",
            [("senior State Department official", "says")],
        ),
        ("The prime minister resigned, state television reported.", [("state television", "says")]),
        (
            "Reuters quoted a French official as saying the account was untrue.",
            [("French official", "quotes"), ("Reuters", "says")],
        ),
        ("The security service was quoted as saying that three were held.", [("security service", "quotes")]),
        ("Three were held, citing the security service.", [("security service", "quotes")]),
        ("Witnesses said they heard two blasts.", [("Witnesses", "says")]),
        ("Human Rights Watch said both sides had shelled homes.", [("Human Rights Watch", "says")]),
        (
            "Ukraine's Prosecutor General's Office said two were hurt.",
            [("Ukraine's Prosecutor General's Office", "says")],
        ),
    ],
)
def test_speaker_is_named(body: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(_speakers(body)) == sorted(expected)


@pytest.mark.parametrize(
    "body",
    [
        "No injuries were reported.",
        "The strike claimed four lives.",
        "It was announced on Monday.",
        "The claims could not be verified.",
        "They added three stops to the line.",
        "The United States and France signed it.",
        "What he said is not known.",
        "That said, prices fell.",
        "An earlier version of this article said that two died.",
        "Our previous report said four people had died.",
    ],
)
def test_no_speaker_where_nobody_speaks(body: str) -> None:
    assert _speakers(body) == []


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Two dead in shelling near border: governor", [("governor", "says")]),
        ("Blast kills two - police", [("police", "says")]),
        ("Border attack repelled – Moscow", [("Moscow", "says")]),
        ("UN: 360,000 have fled", [("UN", "says")]),
        ("Correction: ferry fire item", []),
        ("UPDATE: road open again", []),
        ("Two dead, police say", [("police", "says")]),
        ("Quake shakes the north - no damage", []),
    ],
)
def test_headline_names_its_speaker(headline: str, expected: list[tuple[str, str]]) -> None:
    assert _speakers("Nothing more is known.", headline) == expected


def test_pronoun_is_the_last_speaker() -> None:
    found = _speakers("Mayor Oleh Bondar said two had died. He denied that the shelter was locked.")
    assert found == [("Oleh Bondar", "says"), ("Oleh Bondar", "denies")]


def test_surname_is_the_full_name_of_the_text() -> None:
    found = _speakers("President Marc Duval met farmers. Duval said he would listen.")
    assert found == [("Marc Duval", "says")]


def test_speaker_of_a_headline_is_the_full_name_of_the_body() -> None:
    found = _speakers("Foreign minister Marc Duval spoke in Paris.", "Duval: no talks this year")
    assert found == [("Marc Duval", "says")]


def test_same_name_and_stance_is_one_row() -> None:
    assert _speakers("The army said it held. The army said it won.") == [("army", "says")]


@pytest.mark.parametrize(
    "body",
    [
        "Mayor Oleh Bondar said two had died. He added that it burned.",
        "The ministry of health said so, according to Reuters.",
        '"No," said the old farmer.',
    ],
)
def test_span_is_where_the_name_stands(body: str) -> None:
    text = analyse(None, body)
    found = find_attributions(_grammar(), text)
    assert found
    assert all(text.raw[each.span[0] : each.span[1]] == each.name for each in found)


_WORDS = [
    "said", "the", "mayor", "Oleh", "Bondar", "according", "to", "of", "he", ",", ".",
    ":", "-", "ministry", "denied", "quoted",
    "as", "saying", "citing", "by", "a", "and", '"', "\n", "was", "familiar", "with",
    "matter", "secretary", "state",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40), st.booleans())
def test_any_order_of_words_gives_names_that_lie_in_the_text(words: list[str], headline: bool) -> None:
    text = analyse(" ".join(words[:6]) if headline else None, " ".join(words[6:] if headline else words))
    for each in find_attributions(_grammar(), text):
        assert text.raw[each.span[0] : each.span[1]] == each.name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_error(body: str) -> None:
    _speakers(body)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5))
def test_long_text_takes_time_linear_in_its_length(words: list[str]) -> None:
    piece = " ".join(words) + " "
    text = analyse(None, (piece * (65536 // len(piece) + 1))[:65536])
    start = process_time()
    find_attributions(_grammar(), text)
    assert process_time() - start < 0.5
