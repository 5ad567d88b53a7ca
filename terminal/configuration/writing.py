"""A configuration as the TOML file of a desk, each setting with its explanation. Pure.

What is written reads back as the same configuration. A table that a desk does without is left out.
"""

import json
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from terminal.configuration.settings import Configuration


def written(configuration: Configuration) -> str:
    """The file's text."""
    return "\n".join(_tables(configuration, ""))


def _tables(made: Any, name: str) -> Iterator[str]:
    """One table's settings, then the tables below it."""
    hints = typing.get_type_hints(type(made), include_extras=True)
    values = {each.name: getattr(made, each.name) for each in fields(made)}
    inner = {key: value for key, value in values.items() if is_dataclass(value)}
    own = {key: value for key, value in values.items() if key not in inner and value is not None}
    if name and (own or not inner):
        yield f"[{name}]  # {(type(made).__doc__ or '').splitlines()[0]}"
        for key, value in own.items():
            yield f"{key} = {_value(value)}  # {typing.get_args(hints[key])[-1]}"
        yield ""
    for key, value in inner.items():
        yield from _tables(value, f"{name}.{key}" if name else key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case Path() | str():
            return _text(str(value))
        case _:
            raise TypeError(f"no setting is a {type(value).__name__}")


def _text(text: str) -> str:
    """A basic string (TOML 1.0.0, String). JSON's escapes are TOML's, but U+007F, which TOML wants escaped, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
