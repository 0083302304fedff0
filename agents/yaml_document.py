"""YAML text as plain values, with the line of every field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from agents.yaml12 import YamlLoader

MAX_NESTING = 50
"""Mappings and lists within one another; rules are nested less deep than that."""
MAX_VALUES = 5_000_000
"""Values of one file, counting what aliases repeat: a file cannot unfold to more than memory holds."""
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class YamlError(ValueError):
    """Text that is not YAML, or more of it than is needed here.

    Attributes:
        line: counted from 1.

    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Document:
    """What a file holds: plain values, and the nodes they were made from, None in an empty file."""

    content: Any
    root: yaml.Node | None

    def line_of(self, path: str) -> int:
        """Return the line, from 1, of a path such as ``rules[2].when.place``, or of its nearest parent."""
        node = self.root
        line = _line(node) if node is not None else 1
        for name, index in _STEP.findall(path):
            found = _child(node, name, index)
            if found is None:
                break
            line, node = found
        return line

    def repeated_keys(self) -> Iterator[tuple[int, str, int]]:
        """Yield line, name and the first one's line of every key that its mapping holds already."""
        for node in _nodes(self.root):
            if isinstance(node, yaml.MappingNode):
                first: dict[str, int] = {}
                for key, _ in node.value:
                    if str(key.value) in first:
                        yield _line(key), str(key.value), first[str(key.value)]
                    first.setdefault(str(key.value), _line(key))


def read_document(text: str) -> Document:
    """Read YAML text.

    Raises:
        YamlError: it is not YAML, is several documents, is nested too deep, unfolds to too much, or names a
            tag.

    """
    try:
        _check_events(text)
        loader = YamlLoader(text)
        try:
            root = loader.get_single_node()
            _check_size(root)
            return Document(None if root is None else loader.construct_document(root), root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"not YAML: {error.problem or error}", mark.line + 1 if mark else 1) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(f"not YAML: character U+{error.character:04X} is not allowed", line) from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError(f"not YAML: {error}", 1) from error


def _check_events(text: str) -> None:
    """Refuse deep nesting, of which the composer of libyaml dies, and tags, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=YamlLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        tag = getattr(event, "tag", None)
        if depth > MAX_NESTING:
            raise YamlError(f"nested deeper than {MAX_NESTING} levels", _line(event))
        if tag is not None:
            raise YamlError(f"tags such as {tag!r} are not taken", _line(event))


def _check_size(root: yaml.Node | None) -> None:
    """Refuse aliases that stand within what they repeat, or that unfold to too many values."""
    sizes: dict[int, int] = {}
    waiting = [] if root is None else [(root, False)]
    while waiting:
        node, is_measured = waiting.pop()
        parts = list(_parts(node))
        if is_measured:
            if any(sizes[id(part)] == 0 for part in parts):
                raise YamlError("an alias stands within what it repeats", _line(node))
            sizes[id(node)] = 1 + sum(sizes[id(part)] for part in parts)
            if sizes[id(node)] > MAX_VALUES:
                raise YamlError(f"more than {MAX_VALUES} values", _line(node))
        elif id(node) not in sizes:
            sizes[id(node)] = 0
            waiting.append((node, True))
            waiting.extend((part, False) for part in parts)


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield a node and all below it, each once, in the order of the text."""
    seen: set[int] = set()
    waiting = [] if root is None else [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(reversed(list(_parts(node))))


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _line(node: yaml.Node | yaml.Event) -> int:
    mark = node.start_mark
    return 1 if mark is None else mark.line + 1


def _child(node: yaml.Node | None, name: str, index: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return _line(key), value
    if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
        value = node.value[int(index)]
        return _line(value), value
    return None
