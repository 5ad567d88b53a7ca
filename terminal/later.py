"""Modules that no first screen asks for: loaded when they are first needed, or in the quiet after the windows are up.

The one place where a module is loaded by its name. Beside each `Later` stands the same import under `TYPE_CHECKING`:
mypy knows the module by it, and so do the contracts about who may import whom. Nothing is put off that would first be
needed amid a check-in: what a module catches while it is loaded keeps the frames below it, and their secrets, alive
(httpx, loaded by a desk's worker, kept a PIN; `uketsuke canary` found it).
"""

import gc
from importlib import import_module
from typing import Any

_put_off: list["Later"] = []


class Later:
    """Stands for a module until something is asked of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        _put_off.append(self)

    def __getattr__(self, name: str) -> Any:  # whatever the module has
        return getattr(self.load(), name)

    def load(self) -> object:
        """The module; loaded once, whichever thread comes first."""
        return import_module(self._name)


def load_what_was_put_off() -> None:
    """Loads it all, so that nobody waits for it; in a thread of its own, once the windows are there."""
    while _put_off:  # what is loaded puts off more
        _put_off.pop().load()


def settle() -> None:
    """All is made that stays: the garbage collector looks through it once, and never again.

    A look through a whole program takes a tenth of a second, and windows wait meanwhile. In the windows' own thread:
    some of the garbage is theirs.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
