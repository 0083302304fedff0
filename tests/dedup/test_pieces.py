"""Pieces of text and the numbers they are given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.data import load_data
from agents.dedup.lexicon import Lexicon
from agents.dedup.normalise import tokens_of
from agents.dedup.pieces import LONGEST, PieceTable, bounds_of, keys_of
from agents.dedup.terms import hash_of

_LEXICON = Lexicon(load_data())
_TEXTS = st.lists(st.text(st.sampled_from("ab é字\n.\x00\ud800") | st.characters(), max_size=80), max_size=5)


def _keys(pieces: list[bytes]) -> np.ndarray:
    text = b" ".join([*pieces, b""])
    starts, ends = bounds_of(text)
    return keys_of(text, starts, ends - starts)


@given(st.sets(st.binary(max_size=LONGEST + 9).map(lambda piece: piece.replace(b" ", b"\x00")), min_size=1))
def test_only_long_pieces_may_share_a_key(pieces: set[bytes]) -> None:
    short = sorted(piece for piece in pieces if len(piece) <= LONGEST)
    keys = {key.tobytes() for key in _keys(short)} if short else set()
    assert len(keys) == len(short)
    assert not keys & {key.tobytes() for key in _keys([b"x" * (LONGEST + 1) + piece for piece in pieces])}


def test_finds_what_was_entered_and_nothing_else() -> None:
    table = PieceTable(1_001)
    known, other = _keys([f"w{at}".encode() for at in range(1_000)]), _keys([b"", b"w1000", b"w", b"w1\x00"])
    assert not table.find(known).any()
    table.enter(known, np.arange(1, 1_001))
    assert table.find(known).tolist() == list(range(1, 1_001))
    assert not table.find(other).any()
    table.clear()
    assert not table.find(known).any()


def test_pieces_of_one_place_leave_some_out_and_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.dedup.pieces._ODD", np.zeros(4, dtype=np.uint64))
    table, keys = PieceTable(101), _keys([f"w{at}".encode() for at in range(100)])
    table.enter(keys, np.arange(1, 101))
    found = table.find(keys)
    assert 0 < np.count_nonzero(found) < 100
    assert set(found.tolist()) <= {0, *range(1, 101)}
    lexicon, text = Lexicon(load_data()), " ".join(f"w{at}" for at in range(100))
    expected = [hash_of(token.casefold()) for token in tokens_of(text)]
    for _ in range(2):
        assert _hashes(lexicon.rows_of([text])[0][0], lexicon) == expected


@given(_TEXTS)
def test_tokens_are_those_of_each_text(texts: list[str]) -> None:
    expected = [[hash_of(token.casefold()) for token in tokens_of(text)] for text in texts]
    assert [_hashes(rows) for rows, _ in _LEXICON.rows_of(texts)] == expected
    assert [_hashes(rows) for text in texts for rows, _ in _LEXICON.rows_of([text])] == expected


@pytest.mark.parametrize("piece", ["x" * LONGEST, "x" * (LONGEST + 1), "字" * 20, "a.b" * 500])
def test_pieces_of_any_length_are_read(piece: str) -> None:
    texts = [f"{piece} a {piece}", piece]
    expected = [[hash_of(token.casefold()) for token in tokens_of(text)] for text in texts]
    for _ in range(2):
        assert [_hashes(rows) for rows, _ in _LEXICON.rows_of(texts)] == expected


def test_words_are_the_same_after_making_room(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = Lexicon(load_data())
    before = [_hashes(rows, lexicon) for rows, _ in lexicon.rows_of(["Two ships sank.", "Two men drowned."])]
    monkeypatch.setattr("agents.dedup.lexicon._LIMIT", 1)
    lexicon.make_room()
    lexicon.rows_of(["Other words come first."])
    after = [_hashes(rows, lexicon) for rows, _ in lexicon.rows_of(["Two ships sank.", "Two men drowned."])]
    assert after == before


def _hashes(rows: bytes, lexicon: Lexicon = _LEXICON) -> list[int]:
    hashes: list[int] = lexicon.columns(np.frombuffer(rows, dtype=np.int32)).hashes.tolist()
    return hashes
