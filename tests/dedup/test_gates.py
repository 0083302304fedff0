import random

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.dedup.boilerplate import without_boilerplate
from agents.dedup.data import load_data, read
from agents.dedup.gates import GateWords, search
from agents.dedup.markers import notice_of


def test_neighbourhoods_that_touch_are_one() -> None:
    gates = GateWords(["wrote", "take"], before=3, after=2)
    text = "take it; we wrote and wrote. We take."
    assert list(gates.around(text)) == [(0, 6), (9, 38)]
    assert list(GateWords(["wrote"], before=2, after=2).around(text)) == [(10, 19), (20, 29)]
    assert list(gates.around("nothing")) == []


def _text(seed: int) -> str:
    """Return a text of example notices and phrases, their words and other words, in any order."""
    rng = random.Random(seed)
    examples = [str(one["text"]) for name in ("markers", "boilerplate") for one in read(name)["examples"]]
    words = [word for example in examples for word in example.split()] + ["İzmir"] * 20
    parts = [rng.choice([rng.choice(examples), *rng.choices(words, k=8)]) for _ in range(rng.randrange(60))]
    return "".join(part + rng.choice([" ", " ", "\n", ". "]) for part in parts)


@given(seed=st.integers(0, 100_000))
@settings(max_examples=100, deadline=None)
def test_what_is_found_around_gate_words_is_what_is_found_in_the_whole_text(seed: int) -> None:
    text, data = _text(seed), load_data()
    lowered = text.lower()
    whole = [(0, len(lowered))]
    around = list(data.marker_gates.around(lowered))
    for pattern in (data.correction, data.retraction):
        assert search(pattern, lowered, around) == search(pattern, lowered, whole)


def test_letters_that_grow_in_lower_case_move_nothing() -> None:
    text = f"{'İ' * 200} fell. Subscribe to us! A dam broke."
    assert without_boilerplate(text, load_data()) == f"{'İ' * 200} fell. A dam broke."


def test_a_notice_far_from_gate_words_of_other_kinds_is_found() -> None:
    assert notice_of(f"They take it. {'x' * 300}\nCorrection: five died", load_data()) == "correction"
