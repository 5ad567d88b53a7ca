"""Spectacles: two rims, two temples and a bridge, as tubes of six sides.

Pure numbers: centres of the eyes in, vertices and quads out.
"""

import math

import numpy as np

_SIDES = 6
_RIM_POINTS = 40
_SQUARENESS = 2.8  # of the rims' superellipse; 2 is round


def frame(centres, front, scale):
    """The tubes as (vertices, quads). `centres` are the eyes', `front` is their foremost z."""
    z = front + 0.20 * scale
    for centre in centres:
        side = math.copysign(1, centre[0])
        x = centre[0] * 1.06
        yield _tube(_rim(x, centre[1], z, side, scale), 0.016 * scale, is_closed=True)
        hinge = (x + side * 0.26 * scale, 0.03 * scale, z - 0.05 * scale)
        temple = [hinge, (side * 0.82 * scale, 0.04 * scale, z - 0.3 * scale), (side * 0.86 * scale, 0, z - scale)]
        yield _tube(np.array(temple), 0.013 * scale, is_closed=False)
    bridge = [(-0.10 * scale, 0.02, z), (0, 0.05 * scale, z + 0.02), (0.10 * scale, 0.02, z)]
    yield _tube(np.array(bridge), 0.014 * scale, is_closed=False)


def _rim(x, y, z, side, scale):
    turn = np.linspace(0, 2 * math.pi, _RIM_POINTS, endpoint=False)
    wide, high = (np.sign(f) * abs(f) ** (2 / _SQUARENESS) for f in (np.cos(turn), np.sin(turn)))
    wrapped = z - 0.025 * (np.cos(turn) * side + 1) * scale
    return np.c_[x + 0.2625 * scale * wide, y - 0.03 * scale + 0.195 * scale * high, wrapped]


def _tube(path, radius, *, is_closed):
    count = len(path)
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0) if is_closed else np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(along, [0.1, 0.2, 1.0] if is_closed else [0.1, 1.0, 0.1])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    other = np.cross(along, across)
    turns = np.arange(_SIDES) * 2 * math.pi / _SIDES
    rings = np.stack([path + radius * (math.cos(a) * across + math.sin(a) * other) for a in turns], 1)
    here = np.arange(count if is_closed else count - 1)[:, None] * _SIDES
    there = (here + _SIDES) % (count * _SIDES)
    corner, following = np.arange(_SIDES)[None], (np.arange(_SIDES)[None] + 1) % _SIDES
    quads = np.stack([here + corner, here + following, there + following, there + corner], -1).reshape(-1, 4)
    return rings.reshape(-1, 3), quads
