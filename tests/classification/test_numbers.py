"""Numbers of people in words and figures."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.classification.files import FILES
from agents.classification.language.numbers import NumberGrammar, Quantity, load_numbers, quantity_at
from agents.classification.language.text import analyse


@cache
def _grammar() -> NumberGrammar:
    return load_numbers(None)


def _examples() -> list[Any]:
    return FILES.read_yaml("numbers.yaml", "numbers.schema.json")[0]["examples"]


def _quantities(sentence: str) -> list[Quantity]:
    text = analyse(None, sentence)
    found: list[Quantity] = []
    at = 0
    while at < len(text.words):
        quantity = quantity_at(_grammar(), text, at, len(text.words))
        if quantity is not None:
            found.append(quantity)
        at = at + 1 if quantity is None else quantity.last + 1
    return found


@pytest.mark.parametrize("example", _examples(), ids=lambda example: example["text"])
def test_example_of_the_data_file_holds(example: Any) -> None:
    assert [[each.min, each.max] for each in _quantities(example["text"])] == example["ranges"]


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,-–:/ %$+ kmandor" + "ab", max_size=60))
def test_range_is_never_upside_down(sentence: str) -> None:
    for quantity in _quantities(sentence):
        assert quantity.min is not None or quantity.max is not None
        assert quantity.min is None or quantity.max is None or quantity.min <= quantity.max


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["two", "hundred", "and", "dozen", "a", "million", "thirty", "to", "up", "thousand"])
    )
)
def test_number_words_in_any_order_are_read_without_error(words: list[str]) -> None:
    for quantity in _quantities(" ".join(words)):
        assert quantity.first <= quantity.last


def test_every_start_of_a_number_is_listed() -> None:
    grammar = _grammar()
    for first in (*grammar.units, *grammar.phrases, *grammar.qualifiers):
        assert first in grammar.starts
