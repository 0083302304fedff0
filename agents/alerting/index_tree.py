"""Sets of keys of which a given set holds all: rules by the alternatives of their conditions.

A tree over the keys of each alternative, in their order. A node is a list until it is long, and is split by
the next keys then, so that the rules of one busy place or word are told apart by what else they ask for.
"""

_LONGEST_LIST = 32

_Entry = tuple[str, tuple[int, ...]]
"""A rule's id, and the keys that are not looked up on the way to the entry."""


class _Split:
    """A node that is split: entries whose keys are all looked up, and the others by the next key."""

    __slots__ = ("children", "done")

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.children: dict[int, _Split | list[_Entry]] = {}


class SubsetTree:
    """Rule ids, each with one or more sets of keys."""

    def __init__(self) -> None:
        self._root = _Split()

    def add(self, rule_id: str, keys: tuple[int, ...]) -> None:
        """Enter a rule under a set of keys, which is looked up in the order given."""
        _add(self._root, rule_id, keys)

    def remove(self, rule_id: str, keys: tuple[int, ...]) -> None:
        """Take out what ``add`` was called with."""
        _remove(self._root, rule_id, keys)

    def find(self, keys: set[int]) -> set[str]:
        """Return the rules one of whose sets lies within the given keys."""
        found: set[str] = set()
        nodes = [self._root]
        while nodes:
            node = nodes.pop()
            found |= node.done
            for key in keys & node.children.keys():
                child = node.children[key]
                if isinstance(child, _Split):
                    nodes.append(child)
                else:
                    found.update(rule_id for rule_id, rest in child if keys.issuperset(rest))
        return found


def _add(node: _Split, rule_id: str, keys: tuple[int, ...]) -> None:
    for depth, key in enumerate(keys):
        child = node.children.setdefault(key, [])
        if isinstance(child, _Split):
            node = child
            continue
        child.append((rule_id, keys[depth + 1 :]))
        if len(child) > _LONGEST_LIST:
            node.children[key] = _split(child)
        return
    node.done.add(rule_id)


def _split(entries: list[_Entry]) -> _Split:
    node = _Split()
    for rule_id, rest in entries:
        _add(node, rule_id, rest)
    return node


def _remove(node: _Split, rule_id: str, keys: tuple[int, ...]) -> None:
    if not keys:
        node.done.remove(rule_id)
        return
    child = node.children[keys[0]]
    if isinstance(child, _Split):
        _remove(child, rule_id, keys[1:])
        empty = not child.done and not child.children
    else:
        child.remove((rule_id, keys[1:]))
        empty = not child
    if empty:
        del node.children[keys[0]]
