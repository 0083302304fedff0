"""YAML as people mean it: the scalars of YAML 1.2, in which NO is Norway and 22:00 a time of day."""

import re
from typing import Any, ClassVar

import yaml

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it: ten times as fast."""
_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    "float": (
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
}
"""What an unquoted scalar is taken for, and with which characters it may start; all else is text."""
_REPLACED = {f"{_TAG}{name}" for name in (*_PLAIN, "timestamp")}


class YamlLoader(_SafeLoader):  # type: ignore[misc]
    """A safe loader that takes only numbers, true, false and null for something else than text.

    PyYAML reads YAML 1.1, in which ``no``, ``on``, 22:00 and 2026-03-10 are no texts either.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
        for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
    }


class YamlDumper(yaml.SafeDumper):
    """A dumper that quotes every text which YAML 1.1 or 1.2 would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out, however often it stands there."""
        return True


for _name, (_pattern, _first) in _PLAIN.items():
    for _kind in (YamlLoader, YamlDumper):
        _kind.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
