"""Settings as TOML text, for experiments that a program writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def toml_text(values: dict[str, Any]) -> str:
    """Nested plain values as TOML: numbers, words, lists and tables of them."""
    return "\n".join(_lines(values, ())) + "\n"


def nested(dotted: dict[str, Any]) -> dict[str, Any]:
    """`optimizer.learning_rate` → a table in a table."""
    result: dict[str, Any] = {}
    for name, value in dotted.items():
        *tables, key = name.split(".")
        inner = result
        for table in tables:
            inner = inner.setdefault(table, {})
        inner[key] = value
    return result


def _lines(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    if path and plain:
        yield f"\n[{'.'.join(path)}]"
    for key, value in plain.items():
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _lines(value, (*path, key))
