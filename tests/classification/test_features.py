"""The model sees stems and pairs of stems; names and numbers only as marks, and only in the lead."""

from hypothesis import given
from hypothesis import strategies as st

from agents.classification.category.features import joined, lead_features, lead_size, plain_features, stems
from agents.classification.category.model import rows_of, word_weights
from agents.classification.language.text import analyse
from tests.eval.training import word_matrix

WORDS = st.lists(st.sampled_from(["deni", "that", "fell", "@", "#"]), max_size=12)


def test_names_and_numbers_are_marks() -> None:
    text = analyse("Oslo denies 3 claims", "Later on it agreed. More follows.")
    words = stems(text)
    assert words[:4] == ["@", "deni", "#", "claim"]
    assert lead_size(text) == 8
    assert "@ deni" in lead_features(words)
    assert plain_features(["@", "deni", "that", "#"]) == ["deni", "that", "deni that"]


def test_names_in_a_row_are_one() -> None:
    assert lead_features(joined(["@", "@", "deni"])) == ["deni", "@ deni"]


@given(WORDS)
def test_rows_are_those_of_the_features(words: list[str]) -> None:
    for features in (plain_features, lead_features):
        vocabulary, matrix = word_matrix([features(words), features(words)])
        table = word_weights(vocabulary, matrix.T)
        assert sorted(rows_of(table, words)) == list(range(len(vocabulary)))
