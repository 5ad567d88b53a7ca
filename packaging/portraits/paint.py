"""Skin and eyes, painted in texture space by where each texel lies on the mesh before its deformation.

Colours are sRGB in 0..1; bumps are grey levels round 128. Own work, no scan and no photograph.
"""

import functools

import cv2
import numpy as np
from brush import noise, raster, stroke
from geometry import DATA, base

U0, U1, V0, V1 = 0.62, 1.0, 0.13, 0.85  # the head's window of the texture space
_PX = 1800  # per unit of it
SIZE = int((V1 - V0) * _PX), int((U1 - U0) * _PX)
_IRIS_DEG, _PUPIL_DEG = 27.0, 11.5


def head_faces():
    """Quads of the head, as vertex and as texture indices."""
    vertices, coordinates, groups = base()
    quads, textures = groups["body"]
    u, v = coordinates[textures][:, :, 0], coordinates[textures][:, :, 1]
    x, y = vertices[quads][:, :, 0], vertices[quads][:, :, 1]
    head = (y.min(1) > 5.2) & (abs(x).max(1) < 1.3) & (u.min(1) > U0) & (v.min(1) > V0) & (v.max(1) < V1)
    return quads[head], textures[head]


def hairline(points, recede=0.0):
    """How far points of the unmorphed head lie above the hairline; `recede` 0..1 moves it back at the temples."""
    x, y, z = abs(points[..., 0]), points[..., 1], points[..., 2]
    depths = [-0.45, 0.0, 0.2, 0.33, 0.6, 0.65, 0.76, 0.9, 1.02, 1.35]
    line = np.interp(z, depths, [6.62, 6.72, 6.95, 7.42, 7.45, 7.1, 7.15, 7.6, 7.98, 8.06])
    top = np.interp(z, [0.5, 0.8, 1.1, 1.4], [0, 0.2, 1, 1])
    return y - line - top * recede * (0.25 + 0.9 * np.exp(-(((x - 0.33) / 0.17) ** 2)))


def ears(points):
    """Which points lie on an ear."""
    x, y, z = abs(points[..., 0]), points[..., 1], points[..., 2]
    return (x > 0.76) & (z > 0.28) & (z < 0.63) & (y < 7.38)


def skin(person, rng):
    """The colour (BGR) and the bump map of a person's skin."""
    points, covered = _points()
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    tone = np.float32(person["skin"])
    red, dark = tone * np.float32([1.0, 0.78, 0.76]), tone * np.float32([0.62, 0.52, 0.5])
    old = float(np.clip((person["age"] - 35) / 50, 0, 1))
    mottle = sum(a * noise(rng, s, SIZE) for s, a in ((28, 0.012), (9, 0.010), (2.5, 0.012), (90, 0.015)))
    colour = np.ones((*SIZE, 3), np.float32) * tone * (1 + mottle)[..., None]

    def tint(mask, paint, strength=1.0):
        share = (np.clip(mask, 0, 1) * strength)[..., None]
        colour[:] = colour * (1 - share) + np.float32(paint) * share

    def spot(at_x, at_y, wide, high):
        return np.exp(-(((abs(x) - at_x) / wide) ** 2) - ((y - at_y) / high) ** 2) * (z > 0.6)

    cheeks = spot(0.43, 6.98, 0.22, 0.2) + 0.7 * spot(0, 7.0, 0.13, 0.12) + 0.4 * spot(0, 6.38, 0.2, 0.1)
    tint(cheeks, red, person["blush"])
    under_eye = spot(0.31, 7.13, 0.17, 0.05) + 0.6 * spot(0.16, 7.25, 0.06, 0.1)
    tint(under_eye, dark, min(0.8, person["eyebag"] + 0.25 * old))
    tint(spot(0.31, 7.36, 0.2, 0.07), dark, 0.12 + person["shadow"])
    tint(_mask("inside-mouth"), (0.32, 0.12, 0.11), 0.9)
    tint(cv2.GaussianBlur(_mask("lips"), (0, 0), 2), person["lips"], person["lip_a"])
    if person["beard"]:
        tint(_beard(person, points) * (1 + 0.25 * noise(rng, 1.5, SIZE)), person["beard_col"], person["beard"])
    wrinkles = _wrinkles(person, points, old, rng)
    tint(wrinkles, dark, 0.45)
    bump = 0.12 * noise(rng, 2, SIZE) + 0.15 * old * noise(rng, 5, SIZE) - wrinkles
    lid = person["crease"]
    crease = [(0.17, 7.3), (0.24, 7.365 + lid), (0.33, 7.38 + lid), (0.45, 7.33)]
    tint(sum(stroke(x * s, y, crease, 0.008) * (z > 1) for s in (-1, 1)), dark, person["crease_a"])
    for mole_x, mole_y, radius in person["moles"]:
        mole = np.exp(-((x - mole_x) ** 2 + (y - mole_y) ** 2) / (2 * (0.7 * radius) ** 2)) * (z > 0.6)
        tint(mole, (0.25, 0.15, 0.12), 0.65)
    if person["freckles"]:
        where = np.clip(spot(0.35, 7.05, 0.35, 0.16) + spot(0, 7.1, 0.2, 0.1), 0, 1)
        tint(np.clip(noise(rng, 3, SIZE) - 1.6, 0, 1) * where, dark, person["freckles"])
    if old > 0.4:
        tint(np.clip(noise(rng, 9, SIZE) - 1.7, 0, 0.6) * (z > 0.2), dark, 0.55 * old)
    tint(_brows(person["brow"], points, rng), person["brow"]["col"], person["brow"]["a"])
    hair = person["hair"]
    scalp = np.clip(hairline(points, hair.get("recede", 0)) / 0.10 + 0.15 * noise(rng, 6, SIZE), 0, 1)
    scalp[ears(points)] = 0
    tint(cv2.GaussianBlur(scalp, (0, 0), 3), hair["col"], hair.get("under", 0.9) * (1 - 0.6 * hair["grey"]))
    return _padded(np.uint8(np.clip(colour, 0.01, 1) * 255), covered)[..., ::-1], np.uint8(
        np.clip(128 + 60 * bump, 0, 255)
    )


def eye(iris, rng, size=512):
    """The eyeball (BGR) as an azimuthal map: u, v in -1..1 are the angle from its axis over 90 degrees."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    angle, round_axis = np.hypot(x, y) * 90, np.arctan2(y, x)
    white = np.float32([0.86, 0.83, 0.80]) * (1 + 0.02 * noise(rng, 12, (size, size)))[..., None]
    white = white * (1 - np.clip((angle - 30) / 60, 0, 1)[..., None] * np.float32([0.1, 0.25, 0.25]))
    fibres = sum(np.sin(round_axis * k + rng.uniform(0, 6)) * a for k, a in ((23, 0.5), (41, 0.4), (67, 0.3)))
    edge = 1.2 - 0.5 * np.clip((angle - 18) / 9, 0, 1)
    coloured = np.float32(iris) * ((1 + 0.18 * fibres) * edge)[..., None]
    share = np.clip((_IRIS_DEG + 1.5 - angle) / 3, 0, 1)[..., None]
    out = white * (1 - share) + coloured * share
    share = np.clip((_PUPIL_DEG - angle) / 2, 0, 1)[..., None]
    return np.uint8(np.clip(out * (1 - share) + 0.01 * share, 0, 1) * 255)[..., ::-1]


def _beard(person, points):
    x, y, z = abs(points[..., 0]), points[..., 1], points[..., 2]
    chin = np.clip((6.62 - y) / 0.1, 0, 1) * np.clip((y - 6.12) / 0.1, 0, 1) * (x < 0.62) * (z > 0.45)
    side = np.exp(-(((x - 0.55) / 0.18) ** 2)) * np.clip((7.0 - y) / 0.2, 0, 1) * np.clip((y - 6.25) / 0.15, 0, 1)
    moustache = np.exp(-(((y - 6.83) / 0.05) ** 2)) * np.clip((0.32 - x) / 0.08, 0, 1) * (z > 1.2)
    return np.clip(chin + side * (z > 0.55) * person["beard_side"] + moustache, 0, 1) * (1 - _mask("lips"))


def _wrinkles(person, points, old, rng):
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    found = np.zeros(SIZE, np.float32)

    def crease(strength, across, path, width, nearer=1.0):
        found[:] = np.maximum(found, strength * stroke(across, y, path, width) * (z > nearer))

    def off(spread):
        return float(rng.normal(0, spread))

    for side in (-1, 1):
        a = x * side
        fold = [(0.19, 7.03), (0.27, 6.93), (0.33 + off(0.02), 6.8), (0.36 + off(0.02), 6.66)]
        crease((0.25 + 0.75 * old) * person["naso"], a, fold, 0.014)
        bag = [(0.16, 7.2), (0.24, 7.11 + off(0.01)), (0.36, 7.1), (0.45, 7.16)]
        crease((0.3 + 0.5 * old) * person["bagline"], a, bag, 0.012)
        for foot in (-0.12, 0, 0.12):
            path = [(0.5, 7.28 + foot * 0.4), (0.58, 7.28 + foot), (0.66, 7.27 + foot * 1.5 + off(0.01))]
            crease(old, a, path, 0.009, nearer=0.8)
        crease(0.8 * old, a, [(0.3, 6.62), (0.34, 6.53), (0.33, 6.42)], 0.014)
        crease(0.7 * old, a, [(0.05, 7.42), (0.055, 7.5), (0.05, 7.58)], 0.01)
    for height in (7.68, 7.78, 7.88, 7.97):
        h = height + off(0.015)
        path = [(-0.45, h - 0.03 + off(0.01)), (-0.2, h + 0.02 + off(0.01)), (0, h - 0.01), (0.2, h + 0.02 + off(0.01)),
                (0.45, h - 0.03)]  # fmt: skip
        crease(old * person["forehead"], x, path, 0.011)
    return found


def _brows(brow, points, rng):
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    found = np.zeros(SIZE, np.float32)
    along = np.linspace(0, 1, 9)
    arch = np.sin(np.pi * np.where(along < 0.62, along / 1.24, 0.5 + (along - 0.62) / 0.76))
    heights = 7.475 + brow["dy"] + brow["arch"] * arch - brow["tilt"] * (along - 0.3)
    path = list(zip(brow["x0"] + (brow["x1"] - brow["x0"]) * along, heights, strict=True))
    widths = brow["w"] * (0.75 + 0.6 * np.sin(np.pi * (0.15 + 0.55 * along))) * (1 - 0.65 * along**3)
    for side in (-1, 1):
        for (x0, y0), (x1, y1), width in zip(path, path[1:], widths, strict=False):
            dx, dy = x1 - x0, y1 - y0
            t = np.clip(((x * side - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
            distance = np.hypot(x * side - x0 - t * dx, y - y0 - t * dy)
            found = np.maximum(found, np.clip(1.25 - (distance / width) ** 2, 0, 1) * (z > 0.8))
    hairs = np.clip(0.92 + 0.07 * noise(rng, 2, SIZE) + 0.05 * noise(rng, 9, SIZE), 0, 1.1)
    return cv2.GaussianBlur(found.astype(np.float32), (0, 0), 3.2) * hairs


@functools.cache
def _points():
    vertices, coordinates, _ = base()
    pixels = np.c_[(coordinates[:, 0] - U0) * _PX, (V1 - coordinates[:, 1]) * _PX]
    return raster(vertices, pixels, *head_faces(), SIZE)


@functools.cache
def _mask(name):
    grey = cv2.imread(str(DATA / "textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    scale = grey.shape[0] / _PX
    window = np.float32([[scale, 0, U0 * grey.shape[0]], [0, scale, (1 - V1) * grey.shape[0]]])
    return cv2.warpAffine(grey, window, SIZE[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _padded(colour, covered):
    """Colours the gaps between the islands like their surroundings, so that no seam shows."""
    around = cv2.blur((colour * covered[..., None]).astype(np.float32), (31, 31))
    share = np.maximum(cv2.blur(covered.astype(np.float32), (31, 31)), 1e-3)[..., None]
    return np.where(covered[..., None], colour, np.uint8(np.clip(around / share, 0, 255)))
