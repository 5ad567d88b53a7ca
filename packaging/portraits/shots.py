"""The pictures of a person: the frontal one for the chip, three before the camera at the desk, and the turns of a head.

Angles are degrees, sizes pixels, lights watts; head, light and expression of the three are drawn from a seed.
"""

CHIP = {
    "size": (300, 400), "eye_share": 0.235, "lens": 110.0, "shift": (0.0, -0.10), "turn": (0.0, 0.0, 0.0),
    "units": {"mouth-corner-puller": 0.22}, "ground": (205, 214, 222), "has_room": False, "gain": 1.0, "noise": 0.8,
    "blur_px": 0.45, "samples": 6, "quality": 90, "key": 650.0, "fill": 420.0, "azimuth": -22.0, "elevation": 35.0,
    "colour": (1, 0.97, 0.94), "ambient": 0.35,
}  # fmt: skip
_LAMPS = ((1, 0.9, 0.8), (1, 0.97, 0.94), (0.9, 0.95, 1))
_SMILES = (0.0, 0.4, 0.12)
_TURNED_QUALITY = 70  # at most 25 kB
_YAWS = (-35, -25, -15, 0, 15, 25, 35)  # of the head against the camera, positive to the person's left


def shots(rng):
    """The pictures by the ending of their file names."""
    return {"chip": CHIP} | {f"cam{n + 1}": _camera(n, rng.uniform) for n in range(3)}


def turned(rng):
    """The same person, room and light as in `cam1`, with the head turned; by the ending of the file names."""
    as_it_was = shots(rng)["cam1"]
    _, nod, tilt = as_it_was["turn"]
    return {f"yaw{yaw:+03d}": as_it_was | {"turn": (yaw, nod, tilt), "quality": _TURNED_QUALITY} for yaw in _YAWS}


def _camera(n, u):
    smile, lids = 0.18 + _SMILES[n] * u(0.6, 1.1), u(0, 0.12)
    return {
        "size": (640, 480), "eye_share": u(0.115, 0.145), "lens": 60.0, "shift": (u(-0.06, 0.06), u(-0.04, 0.0)),
        "turn": (u(3, 11) * (-1) ** n, u(-5, 5), u(-3, 3)), "ground": (188, 190, 186), "has_room": True,
        "units": {
            "mouth-corner-puller": smile, "eye-left-closure": lids, "eye-right-closure": lids,
            "eyebrows-left-up": u(0, 0.2), "eyebrows-right-up": u(0, 0.2),
        },
        "key": u(420, 800), "fill": u(120, 350), "azimuth": u(-55, 55), "elevation": u(25, 60), "colour": _LAMPS[n],
        "ambient": u(0.3, 0.5), "gain": u(0.85, 1.1), "noise": 2.2, "blur_px": 0.6, "samples": 3, "quality": 90,
    }  # fmt: skip
