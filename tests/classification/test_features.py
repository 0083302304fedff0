"""The model sees stems and pairs of stems; names and numbers only as marks, and only in the lead."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.classification.category.features import (
    joined,
    lead_features,
    lead_size,
    plain_features,
    stems,
    words_of,
)
from agents.classification.category.lexicon import CATEGORIES, CUES, EVENT_TYPES, Lexicon, load_lexicon
from agents.classification.category.model import SPLIT, rows_of, weigh_together, word_weights
from agents.classification.category.scan import scan
from agents.classification.category.signals import ACTS_AT, EVIDENCE_SIZE, FORM_SIZE, SIGNALS, signals_of
from agents.classification.evidence import weigh
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


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def signals(lexicon: Lexicon, headline: str | None, body: str) -> list[float]:
    text = analyse(headline, body)
    found = scan(lexicon, text)
    return signals_of(lexicon, text, found, weigh(lexicon, text, found))


def test_the_title_is_the_headline_or_else_the_opening() -> None:
    assert words_of(analyse("Oslo denies it", "Later on it agreed.")).title == ["@", "deni", "it"]
    assert words_of(analyse(None, "The army denies it. More follows.")).title == ["@", "army", "deni", "it"]
    assert words_of(analyse("", "")).title == []


def test_the_first_acts_stand_in_their_order(lexicon: Lexicon) -> None:
    acts = signals(lexicon, "Minister denies plan", "He accused the neighbour of lies.")[ACTS_AT:]
    first, second, _ = (acts[at : at + len(EVENT_TYPES)] for at in range(0, len(acts), len(EVENT_TYPES)))
    assert first[EVENT_TYPES.index("reject")] == 1
    assert second[EVENT_TYPES.index("accuse")] == 1


def test_form_and_cues_of_a_question(lexicon: Lexicon) -> None:
    asked = signals(lexicon, "Who are they?", "They may come.")
    told = signals(lexicon, "They are here", "They may come.")
    assert (asked[EVIDENCE_SIZE + 1], told[EVIDENCE_SIZE + 1]) == (1, 0)
    assert asked[EVIDENCE_SIZE + FORM_SIZE + CUES.index("hypothetical")] == 1
    assert len(asked) == SIGNALS


def test_an_empty_post_has_signals(lexicon: Lexicon) -> None:
    assert np.isfinite(signals(lexicon, None, "")).all()


def test_labels_that_go_together_gain() -> None:
    scores = [0.0] * (SPLIT + len(EVENT_TYPES))
    together = np.zeros((SPLIT, len(EVENT_TYPES)))
    strike, assault = CATEGORIES.index("strike"), EVENT_TYPES.index("assault")
    together[strike, assault] = 2
    judged = weigh_together(np.exp(together), scores)
    assert max(judged.categories) == judged.categories[strike]
    assert max(judged.events) == judged.events[assault]
    assert sum(judged.categories) == pytest.approx(1)
