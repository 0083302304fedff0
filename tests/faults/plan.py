"""Which fault comes when: drawn from a seed, so that a run can be had again."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.faults.brokers import Brokers
from tests.faults.desk import LAYOUTS
from tests.faults.faults import FAULTS


@dataclass(frozen=True)
class Cycle:
    """One fault under load.

    Attributes:
        number: from 1.
        fault: its name.
        layout: how the agents are spread over workers.
        seed: of all that the cycle draws.

    """

    number: int
    fault: str
    layout: str
    seed: int


def plan(brokers: Brokers, seed: int, count: int, only: str | None = None) -> Iterator[Cycle]:
    """Yield cycles: every possible fault in random order, as often as its weight says, again and again.

    Args:
        brokers: what the faults are to be possible with.
        seed: of the plan.
        count: how many cycles.
        only: the only fault; None for all.

    """
    rng = Random(f"{seed} {brokers.name}")
    deck: list[str] = []
    names = [name for name, fault in FAULTS.items() if fault.possible(brokers)]
    layouts = rng.sample(list(LAYOUTS), len(LAYOUTS))
    for number in range(1, count + 1):
        if not deck:
            deck = [name for name in names for _ in range(FAULTS[name].weight)]
            rng.shuffle(deck)
            layouts = [*layouts[1:], layouts[0]]
        yield Cycle(number, only or deck.pop(), layouts[0], rng.getrandbits(32))
