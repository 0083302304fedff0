"""Which rules need to be asked about a story: those of which all keys of one alternative are hit."""

from agents.alerting.conditions import Condition
from agents.alerting.facts import Facts
from agents.alerting.index_keys import TERM_FIELDS, Alternative, Key, alternatives, keys_of
from agents.alerting.index_terms import TermIndex
from agents.alerting.index_tree import SubsetTree

_BETWEEN_NAMES = "\n"


class PredicateIndex:
    """Rules by what their conditions need: may name one that does not hold, leaves out none that does."""

    def __init__(self) -> None:
        self._tree = SubsetTree()
        self._numbers: dict[str, dict[str | int, int]] = {}
        self._uses: dict[int, int] = {}
        self._next_number = 0
        self._terms = {field: TermIndex() for field in TERM_FIELDS}

    def add(self, rule_id: str, condition: Condition) -> None:
        """Enter a rule that is not there."""
        for keys in alternatives(condition):
            self._tree.add(rule_id, tuple(self._use(key) for key in keys))

    def remove(self, rule_id: str, condition: Condition) -> None:
        """Take out a rule that was entered with this condition."""
        for keys in alternatives(condition):
            self._tree.remove(rule_id, self._numbers_of(keys))
            for key in keys:
                self._give_back(key)

    def candidates(self, facts: Facts) -> set[str]:
        """Return the ids of the rules that may hold for facts."""
        return self._tree.find(self._hit(facts))

    def _hit(self, facts: Facts) -> set[int]:
        hit = self._terms["text"].find(facts.text.joined)
        hit |= self._terms["actor"].find(_BETWEEN_NAMES.join(sorted(facts.actors)))
        for field, values in keys_of(facts):
            known = self._numbers.get(field)
            if known:
                hit.update(known[value] for value in values if value in known)
        return hit

    def _numbers_of(self, keys: Alternative) -> tuple[int, ...]:
        return tuple(self._numbers[field][value] for field, value in keys)

    def _use(self, key: Key) -> int:
        """Return the number of a key for one more alternative that needs it."""
        field, value = key
        known = self._numbers.setdefault(field, {})
        number = known.get(value)
        if number is None:
            number = known[value] = self._next_number
            self._next_number += 1
            self._uses[number] = 0
            if isinstance(value, str) and field in self._terms:
                self._terms[field].add(value, number)
        self._uses[number] += 1
        return number

    def _give_back(self, key: Key) -> None:
        field, value = key
        number = self._numbers[field][value]
        self._uses[number] -= 1
        if self._uses[number]:
            return
        del self._uses[number], self._numbers[field][value]
        if isinstance(value, str) and field in self._terms:
            self._terms[field].remove(value)
