"""Which rules need to be asked about a story: those of which all keys of one alternative are hit."""

from agents.alerting.index.keys import TERM_FIELDS, Key, Value, alternatives, keys_of
from agents.alerting.index.table import FIRST_NUMBER, SubsetTable
from agents.alerting.index.terms import TermIndex
from agents.alerting.rules.conditions import Condition
from agents.alerting.stories.facts import Facts

_BETWEEN_NAMES = "\n"


class NumberPool:
    """Small numbers, those given back taken again first."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._free: list[int] = []

    def take(self) -> int:
        """Return a number that is not in use."""
        if self._free:
            return self._free.pop()
        self._next += 1
        return self._next - 1

    def give_back(self, number: int) -> None:
        """Let a number be taken again."""
        self._free.append(number)


class PredicateIndex:
    """Rule numbers by what the rules need: may name one that does not hold, leaves out none that does."""

    def __init__(self) -> None:
        self._table = SubsetTable()
        self._terms = {field: TermIndex() for field in TERM_FIELDS}
        self._keys = NumberPool(FIRST_NUMBER)
        self._known: dict[str, dict[Value, int]] = {}
        self._uses: dict[int, int] = {}

    def add(self, rule: int, condition: Condition) -> None:
        """Enter a rule that is not there."""
        for keys in alternatives(condition):
            self._table.add(rule, tuple(map(self._use, keys)))

    def remove(self, rule: int, condition: Condition) -> None:
        """Take out a rule that was entered with this condition."""
        for keys in alternatives(condition):
            self._table.remove(rule, tuple(self._known[field][value] for _, field, value in keys))
            for key in keys:
                self._give_back(key)

    def candidates(self, facts: Facts) -> set[int]:
        """Return the rules that may hold for facts."""
        return self._table.find(self._hit(facts))

    def _hit(self, facts: Facts) -> set[int]:
        """Return the numbers of the keys that facts hit."""
        hit = set(self._terms["text"].find(facts.text.joined))
        hit.update(self._terms["actor"].find(_BETWEEN_NAMES.join(sorted(facts.actors))))
        for field, values in keys_of(facts):
            known = self._known.get(field)
            if known:
                hit.update([known[value] for value in values if value in known])
        return hit

    def _use(self, key: Key) -> int:
        """Return the number of a key for one more alternative that needs it."""
        _, field, value = key
        known = self._known.setdefault(field, {})
        number = known.get(value)
        if number is None:
            number = known[value] = self._keys.take()
            self._uses[number] = 0
            if isinstance(value, str) and field in self._terms:
                self._terms[field].add(value, number)
        self._uses[number] += 1
        return number

    def _give_back(self, key: Key) -> None:
        _, field, value = key
        number = self._known[field][value]
        self._uses[number] -= 1
        if self._uses[number]:
            return
        del self._uses[number], self._known[field][value]
        self._keys.give_back(number)
        if isinstance(value, str) and field in self._terms:
            self._terms[field].remove(value)
