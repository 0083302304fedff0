"""Where in a YAML file a field stands."""

import re
from typing import Any

import yaml

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def line_of(node: Any, path: str) -> int:
    """Return the line, from 1, of a path such as ``rules[2].when.place``, or of its nearest parent.

    Args:
        node: what ``yaml.compose`` gives; None for an empty file.
        path: names joined by full stops, with places in lists in brackets.

    """
    line = int(node.start_mark.line) + 1 if node is not None else 1
    for name, index in _STEP.findall(path):
        found = _child(node, name, index)
        if found is None:
            break
        line, node = found
    return line


def _child(node: Any, name: str, index: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
        value = node.value[int(index)]
        return value.start_mark.line + 1, value
    return None
