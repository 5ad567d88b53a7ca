"""`uketsuke face evaluate`: how often a comparison of one frame errs, over any number of pairs of pictures.

Each picture is looked at once, by as many processes as there are cores; a pair whose picture holds no face, or several,
is counted as a failure to acquire and never left out unsaid.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from device.face.acquisition import PictureUnusable, Sample, acquire_all
from device.face.evaluation import (
    FMR_LEVELS,
    Flags,
    Point,
    Rate,
    TooFew,
    Trials,
    at_levels,
    at_thresholds,
    is_over_people,
)
from device.face.pixels import Floats
from device.face.policy import POLICY
from device.face.quality import Hint
from device.face.roc import roc_svg
from terminal.commands.face_outcome import DONE, printable
from terminal.commands.face_pairs import Pairs, read_pairs

EMBEDDING_SIZE: Final = 128
PAIRS_AT_ONCE: Final = 1 << 16
PROGRESS_EACH_S: Final = 0.5
SHIPPED: Final = {"accept": POLICY.accept, "doubtful": POLICY.doubtful}


@dataclass(frozen=True)
class Acquired:
    """An embedding for each file, zeros where none was found, and which files held nobody or several people."""

    embeddings: Floats = field(repr=False)
    nobody: Flags = field(repr=False)
    several: Flags = field(repr=False)
    seconds: float

    @property
    def failed(self) -> Flags:
        """Which files cannot be compared."""
        return self.nobody | self.several


def evaluate(table: Path, roc: Path | None, *, as_json: bool) -> int:
    """Measures, says the rates, gives the exit code. Raises `PictureUnusable`, `PairsUnreadable`, `TerminalError`."""
    pairs = read_pairs(table)
    for file in pairs.files:  # before hours of work
        if not file.is_file():
            raise PictureUnusable(file, "there is no such file")
    acquired = acquire_files(pairs.files)
    found, trials = measure(pairs, acquired)
    if roc is not None:
        roc.write_text(roc_svg(trials, SHIPPED), encoding="utf-8")
    print(json.dumps(found) if as_json else "\n".join(_lines(found)))
    return DONE


def acquire_files(files: Sequence[Path]) -> Acquired:
    """Looks at each file once; how far it is goes to standard error when that is a terminal."""
    embeddings = np.zeros((len(files), EMBEDDING_SIZE), np.float32)
    nobody, several = np.zeros(len(files), np.bool_), np.zeros(len(files), np.bool_)
    began, shown = time.monotonic(), 0.0
    for at, sample in enumerate(acquire_all(files)):
        if sample.embedding is None:
            (nobody if _is_nobody(sample) else several)[at] = True
        else:
            embeddings[at] = sample.embedding
        if sys.stderr.isatty() and (time.monotonic() >= shown + PROGRESS_EACH_S or at + 1 == len(files)):
            shown = time.monotonic()
            _show_progress(at + 1, len(files), (at + 1) / (shown - began))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return Acquired(embeddings, nobody, several, time.monotonic() - began)


def measure(pairs: Pairs, acquired: Acquired) -> tuple[dict[str, Any], Trials]:
    """What `--json` prints, and the scored pairs that it rests on."""
    reference, probe = np.asarray(pairs.reference), np.asarray(pairs.probe)
    same = np.asarray(pairs.same, np.bool_)
    failed = acquired.failed[reference] | acquired.failed[probe]
    every = Trials(_similarities(acquired.embeddings, reference, probe), same, reference.astype(np.int64))
    trials = every.only(~failed)
    levels = at_levels(trials)
    lines = SHIPPED | {f"fmr_{level:.0e}": point.threshold for level, point in _points(levels)}
    group = np.asarray(pairs.group)
    found = {
        "images": len(pairs.files),
        "images_without_face": int(acquired.nobody.sum()),
        "images_with_several_faces": int(acquired.several.sum()),
        "images_per_second": round(len(pairs.files) / acquired.seconds, 1),
        **_counts(same, failed),
        "intervals_over": "people" if is_over_people(trials) else "pairs",
        "people": int(np.unique(trials.reference).size) if is_over_people(trials) else None,
        "fnmr_at_fmr": [_level(level, point) for level, point in zip(FMR_LEVELS, levels, strict=True)],
        "thresholds": _at(trials, SHIPPED),
        "groups": {
            name: _counts(same[group == number], failed[group == number])
            | {"thresholds": _at(every.only(~failed & (group == number)), lines)}
            for number, name in enumerate(pairs.groups)
            if name
        },
    }
    return found, trials


def _is_nobody(sample: Sample) -> bool:
    return sample.hint is Hint.NOBODY


def _show_progress(done: int, of: int, per_second: float) -> None:
    filled = 30 * done // of
    bar = "#" * filled + "." * (30 - filled)
    print(f"\r[{bar}] {done} of {of} pictures, {per_second:.0f} a second ", end="", file=sys.stderr, flush=True)


def _similarities(embeddings: Floats, reference: Any, probe: Any) -> Floats:
    """Cosines of unit vectors, some pairs at a time."""
    similarity = np.empty(reference.size, np.float32)
    for begin in range(0, reference.size, PAIRS_AT_ONCE):
        some = slice(begin, begin + PAIRS_AT_ONCE)
        similarity[some] = np.einsum("ij,ij->i", embeddings[reference[some]], embeddings[probe[some]])
    return similarity


def _points(levels: Sequence[Point | TooFew]) -> list[tuple[float, Point]]:
    return [(level, point) for level, point in zip(FMR_LEVELS, levels, strict=True) if isinstance(point, Point)]


def _counts(same: Flags, failed: Flags) -> dict[str, Any]:
    """Pairs by kind, and how many of each were not compared."""
    return {
        "pairs": {"genuine": int(same.sum()), "impostor": int((~same).sum())},
        "failure_to_acquire": {"genuine": int((failed & same).sum()), "impostor": int((failed & ~same).sum())},
    }


def _level(level: float, point: Point | TooFew) -> dict[str, Any]:
    if isinstance(point, TooFew):
        return {"fmr": level, "needs_impostor_pairs": point.needs}
    return {"fmr": level, "threshold": point.threshold, "fnmr": _rate(point.fnmr)}


def _at(trials: Trials, thresholds: dict[str, float]) -> dict[str, Any]:
    points = at_thresholds(trials, list(thresholds.values()))
    return {
        name: {"threshold": point.threshold, "fmr": _rate(point.fmr), "fnmr": _rate(point.fnmr)}
        for name, point in zip(thresholds, points, strict=True)
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {"rate": rate.value, "errors": rate.errors, "of": rate.tries, "interval": rate.interval}


def _lines(found: dict[str, Any]) -> list[str]:
    """The same in words, for a person."""
    over = f"{found['people']} people, told by their reference" if found["people"] else "pairs; people cannot be told"
    lines = [
        f"{'pictures':<12}{found['images']}: {found['images_without_face']} without a face, "
        f"{found['images_with_several_faces']} with several; {found['images_per_second']} a second",
        *_count_lines(found),
        f"{'intervals':<12}95 %, bootstrap over {over}",
        "",
    ]
    for level in found["fnmr_at_fmr"]:
        name = f"FMR {level['fmr']:.0e}"
        if "fnmr" in level:
            lines.append(f"{name:<12}from {level['threshold']:.3f}   FNMR {_rate_words(level['fnmr'])}")
        else:
            lines.append(f"{name:<12}needs at least {level['needs_impostor_pairs']} impostor pairs")
    lines += _threshold_lines(found["thresholds"])
    for name, group in found["groups"].items():
        lines += ["", f"group {printable(name)}", *_count_lines(group), *_threshold_lines(group["thresholds"])]
    return lines


def _count_lines(found: dict[str, Any]) -> list[str]:
    pairs, lost = found["pairs"], found["failure_to_acquire"]
    return [
        f"{'pairs':<12}{pairs['genuine']} genuine, {pairs['impostor']} impostor",
        f"{'FTA':<12}{lost['genuine']} genuine, {lost['impostor']} impostor pairs were not compared",
    ]


def _threshold_lines(thresholds: dict[str, Any]) -> list[str]:
    return [
        f"{name.replace('_', ' '):<12}from {at['threshold']:.3f}   FMR {_rate_words(at['fmr'])}   "
        f"FNMR {_rate_words(at['fnmr'])}"
        for name, at in thresholds.items()
    ]


def _rate_words(rate: dict[str, Any]) -> str:
    if rate["rate"] is None:
        return "no pair"
    low, high = rate["interval"]
    return f"{rate['rate']:.2%} ({low:.2%} to {high:.2%}; {rate['errors']} of {rate['of']})"
