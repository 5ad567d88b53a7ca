"""Whether somebody is called as one of the staff is: for the log, which then says so and never the name. Pure."""

import unicodedata
from collections.abc import Iterable


def surname(name: str) -> str:
    """The part before the first space, in one writing of its letters; empty for a name that has no parts."""
    first, *others = unicodedata.normalize("NFKC", name).casefold().split() or [""]
    return first if others else ""


def is_called_as_one_of(names: Iterable[str], name: str) -> bool:
    """Whether the surname is one of theirs."""
    sought = surname(name)
    return bool(sought) and sought in {surname(each) for each in names}
