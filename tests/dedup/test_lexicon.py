"""Words of texts and the numbers they are given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.data import load_data
from agents.dedup.lexicon import Lexicon
from agents.dedup.normalise import tokens_of
from agents.dedup.terms import hash_of

_LEXICON = Lexicon(load_data())
_TEXTS = st.lists(st.text(st.sampled_from("ab é字\n.\x00\ud800") | st.characters(), max_size=80), max_size=5)


@given(_TEXTS)
def test_tokens_are_those_of_each_text(texts: list[str]) -> None:
    expected = [[hash_of(token.casefold()) for token in tokens_of(text)] for text in texts]
    assert [_hashes(_LEXICON.rows_of(text)[0]) for text in texts] == expected


@pytest.mark.parametrize("piece", ["x" * 32, "x" * 33, "字" * 20, "a.b" * 500])
def test_pieces_of_any_length_are_read(piece: str) -> None:
    texts = [f"{piece} a {piece}", piece]
    expected = [[hash_of(token.casefold()) for token in tokens_of(text)] for text in texts]
    for _ in range(2):
        assert [_hashes(_LEXICON.rows_of(text)[0]) for text in texts] == expected


def test_words_are_the_same_after_making_room(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = Lexicon(load_data())
    texts = ["Two ships sank.", "Two men drowned."]
    before = [_hashes(lexicon.rows_of(text)[0], lexicon) for text in texts]
    monkeypatch.setattr("agents.dedup.lexicon._LIMIT", 1)
    lexicon.make_room()
    lexicon.rows_of("Other words come first.")
    after = [_hashes(lexicon.rows_of(text)[0], lexicon) for text in texts]
    assert after == before


def _hashes(rows: bytes, lexicon: Lexicon = _LEXICON) -> list[int]:
    hashes: list[int] = lexicon.columns(np.frombuffer(rows, dtype=np.int32)).hashes.tolist()
    return hashes
