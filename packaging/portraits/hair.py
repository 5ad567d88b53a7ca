"""Hair: thin three-sided tubes that grow from the scalp, fall, and are pushed out of the head where they enter it.

Lengths are in units of the head's scale; styles are the dicts of `people.style`.
"""

import numpy as np
import paint
from geometry import base
from scipy.spatial import cKDTree

_STRANDS = 8500
_CORNERS = (0.0, 2.094, 4.189)  # radians


def grow(vertices, style, scale, rng):
    """Tube vertices and quads, for each vertex a brightness factor and whether its strand is grey."""
    roots, born = _roots(vertices, style, rng)
    strands = _fall(vertices, roots, born, style, scale, rng)
    count, points, _ = strands.shape
    width = style.get("w", 0.0085) * scale * np.linspace(1, 0.45, points)[None, :, None]
    along = _unit(np.gradient(strands, axis=1))
    across = _unit(np.cross(along, np.array([0.3, 0.2, 1.0])))
    other = np.cross(along, across)
    rings = np.stack([strands + width * (np.cos(a) * across + np.sin(a) * other) for a in _CORNERS], 2)
    corner = np.arange(3)[None, None, :]
    start = np.arange(count)[:, None, None] * points * 3 + np.arange(points - 1)[None, :, None] * 3
    following = start + (corner + 1) % 3
    quads = np.stack([start + corner, following, following + 3, start + corner + 3], -1).reshape(-1, 4)
    shade = np.clip(1 + 0.25 * rng.standard_normal(count), 0.5, 1.8)
    grey = rng.random(count) < style["grey"]
    return rings.reshape(-1, 3), quads, np.repeat(shade, points * 3), np.repeat(grey, points * 3)


def _roots(vertices, style, rng):
    """Random points of the scalp above the hairline: where they are now, and where on the unmorphed mesh."""
    still = base()[0]
    faces, _ = paint.head_faces()
    a, b, c, d = (vertices[faces[:, k]] for k in range(4))
    area = np.linalg.norm(np.cross(c - a, d - b), axis=1)
    wanted = style.get("n", _STRANDS)
    tries = wanted * 3
    chosen = faces[rng.choice(len(faces), tries, p=area / area.sum())]
    u, v = rng.random((2, tries, 1))
    shares = ((1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v)
    now, born = (sum(share * mesh[chosen[:, k]] for k, share in enumerate(shares)) for mesh in (vertices, still))
    above = paint.hairline(born, style.get("recede", 0.0))
    grows = (above > 0.02 + 0.05 * rng.random(tries)) & ~paint.ears(born) & (born[:, 1] > 6.55)
    grows &= rng.random(tries) > style.get("thin", 0.0) * np.clip((born[:, 1] - 7.9) / 0.3, 0, 1)
    return now[grows][:wanted], born[grows][:wanted]


def _fall(vertices, roots, born, style, scale, rng):
    """Each strand's points, (strands, steps + 1, 3): every step turns towards gravity and comb, and off the skin."""
    count = len(roots)
    surface, normals = _surface(vertices)
    tree = cKDTree(surface)
    fringe = (born[:, 2:3] > 0.95) & (born[:, 1:2] > 7.6) & ("fringe" in style)
    length = np.clip(style["len"] * scale * (1 + 0.15 * rng.standard_normal((count, 1))), 0.05 * scale, None)
    if style.get("fade"):
        length = length * np.clip((born[:, 1:2] - 7.1) / 0.8, 0.18, 1)
    if "fringe" in style:
        length = np.where(fringe, style["fringe"] * scale * (1 + 0.1 * rng.standard_normal((count, 1))), length)
    lift = (0.015 + style["vol"] * rng.random((count, 1))) * scale
    is_long = style["len"] > 1
    side = np.where(roots[:, :1] > style.get("part", 0.0) * scale + 0.02 * rng.standard_normal((count, 1)), 1.0, -1.0)
    phase = rng.uniform(0, 6.28, (count, 1))
    jitter = 0.1 * rng.standard_normal((count, 3))
    comb = np.array([style.get("comb", (0, 0, 0))]) - [[0, style["grav"], 0]] + jitter
    nothing = np.zeros((count, 2))
    at, strands = roots, [roots]
    heading = normals[tree.query(at)[1]].copy()
    for step in range(1, style["steps"] + 1):
        t = step / style["steps"]
        nearest = tree.query(at)[1]
        normal = normals[nearest]
        height = ((at - surface[nearest]) * normal).sum(1, keepdims=True)
        spread = style.get("side", 0.0) * max(0.0, 1 - 1.5 * t * is_long)
        want = comb + np.c_[side * spread, nothing]
        lowest = (0.75 if is_long else 0.45) * scale
        in_face = (abs(at[:, 0]) < 0.72 * scale) & (at[:, 2] > -0.25 * scale) & (at[:, 1] < lowest) & ~fringe[:, 0]
        want[:, 0] += 2.2 * in_face * side[:, 0]
        want[:, 2] -= 0.5 * in_face
        forward = np.array([[style.get("fdir", 0.0), -1.0, 0.35]]) + jitter + np.c_[0.5 * at[:, :1] / scale, nothing]
        want = np.where(fringe, forward, want)
        want = want + style.get("wave", 0.0) * np.c_[np.cos(9 * t + phase), 0 * phase, np.sin(9 * t + phase)]
        near = np.clip(1 - (height - lift) / (0.25 * scale), 0, 1)
        want = _unit(want - near * np.minimum((want * normal).sum(1, keepdims=True), 0) * normal)
        heading = _unit(style["stiff"] * heading + (1 - style["stiff"]) * want)
        at = at + heading * length / style["steps"]
        nearest = tree.query(at)[1]
        height = ((at - surface[nearest]) * normals[nearest]).sum(1, keepdims=True)
        at = at + np.clip(lift * min(1, t * 3) - height, 0, 0.2 * scale) * normals[nearest]
        strands.append(at)
    return np.stack(strands, 1)


def _surface(vertices):
    """Points and unit normals of head and shoulders."""
    still, _, groups = base()
    quads = groups["body"][0]
    quads = quads[still[quads][:, :, 1].min(1) > 4.2]
    across = np.cross(vertices[quads[:, 2]] - vertices[quads[:, 0]], vertices[quads[:, 3]] - vertices[quads[:, 1]])
    normals = np.zeros_like(vertices)
    for k in range(4):
        np.add.at(normals, quads[:, k], across)
    used = np.unique(quads)
    return vertices[used], _unit(normals[used])


def _unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
