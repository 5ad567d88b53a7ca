"""The table of pairs for `uketsuke face evaluate`: read line by line, each file numbered once. Pure but for reading.

Some ten bytes a pair are held, and each path once; the pictures stay on disk.
"""

import csv
import os
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("reference", "probe", "same")
GROUP = "group"


class PairsUnreadable(Exception):  # noqa: N818  # a finding about a file
    """A table that cannot be read: its path, the line and why."""


@dataclass
class Pairs:
    """Pairs as numbers of files: `files[reference[i]]` and `files[probe[i]]`; `same` 0 or 1; group by its number."""

    files: list[Path] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    reference: "array[int]" = field(default_factory=lambda: array("i"))
    probe: "array[int]" = field(default_factory=lambda: array("i"))
    same: "array[int]" = field(default_factory=lambda: array("b"))
    group: "array[int]" = field(default_factory=lambda: array("i"))


def read_pairs(path: Path) -> Pairs:
    """All pairs of a table; relative paths are relative to its folder. Raises `PairsUnreadable`, `OSError`."""
    pairs, files, groups = Pairs(), _Numbers(), _Numbers()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            _check_columns(rows.fieldnames or ())
            for row in rows:
                _check(row)
                pairs.reference.append(files.number_of(_full(path.parent, row["reference"])))
                pairs.probe.append(files.number_of(_full(path.parent, row["probe"])))
                pairs.same.append(int(row["same"]))
                pairs.group.append(groups.number_of(row.get(GROUP) or ""))
        except UnicodeDecodeError as error:
            raise PairsUnreadable(f"{path}: after line {rows.line_num}: not UTF-8") from error
        except (csv.Error, ValueError) as error:
            raise PairsUnreadable(f"{path}: line {max(rows.line_num, 1)}: {error}") from error
    if not pairs.same:
        raise PairsUnreadable(f"{path}: there is no pair in it")
    pairs.files, pairs.groups = [Path(name) for name in files], list(groups)
    return pairs


def _check_columns(names: Sequence[str]) -> None:
    if missing := [name for name in COLUMNS if name not in names]:
        raise ValueError(f"the first line names no column {' and no column '.join(missing)}")


def _check(row: Mapping[str, str | None]) -> None:
    if row["same"] not in ("0", "1"):
        raise ValueError(f"same is {row['same']!r}, neither 0 nor 1")
    if not row["reference"] or not row["probe"]:
        raise ValueError("a picture is not named")


class _Numbers(dict[str, int]):
    """Words numbered from 0 in the order in which they came."""

    def number_of(self, word: str) -> int:
        return self.setdefault(word, len(self))


def _full(folder: Path, name: str) -> str:
    """One way to write a path, so that no picture is looked at twice."""
    return os.path.normpath(folder / name)
