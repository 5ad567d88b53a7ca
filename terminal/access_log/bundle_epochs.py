"""What a bundle tells of the logs that its desk kept before: held against the log's own first entry. Pure.

The manifest tells of all of them; only the newest is under this log's signature, in its entry 0. Each is exported by
itself, and proves itself.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from terminal.access_log.access import Action


def check_epochs(untrusted: Sequence[Mapping[str, str]], fields: bytes) -> list[str]:
    """A sentence for each log before, the newest first. `fields` is the bundle's first line of fields.

    Raises `ValueError` where manifest and entry 0 tell two different logs before; what is masked tells nothing.
    """
    first: dict[str, Any] | None = json.loads(fields)
    if first and isinstance(first["action"], list) and isinstance(first["details"], list):
        told = json.loads(first["details"][1]) if first["action"][1] == Action.EPOCH_BEGUN else {}
        named = {name: value for name, value in told.items() if name.startswith("before")}
        if named != (untrusted[0] if untrusted else {}):
            raise ValueError("the manifest and entry 0 tell two different logs before this one")
    return [_sentence(told) for told in untrusted]


def _sentence(told: Mapping[str, str]) -> str:
    end = f"{told['before_size']}:{told['before_root']}" if "before_root" in told else "unknown"
    name, known = told.get("before", "a log of which no name is left"), told.get("before_known_by", "nobody")
    return f"before it: {name}, last end known {end} by {known}; put aside {told['before_found']}"
