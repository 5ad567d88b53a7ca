"""Invented people: every parameter is drawn from a seed, so that no photograph and no real person has a part in them.

A target is a named deformation of the MakeHuman base mesh with a weight in 0..1; a person is a dict of plain values.
"""

import numpy as np

# path, the two opposite ends, spread of the weight; {s} stands for the left and the right side
_PAIRED = """
eyes/{s}-eye-bag decr incr .4|eyes/{s}-eye-corner1 down up .6|eyes/{s}-eye-corner2 down up .6
eyes/{s}-eye-epicanthus out in .6|eyes/{s}-eye-eyefold-angle down up .5|eyes/{s}-eye-eyefold concave convex .5
eyes/{s}-eye-eyefold down up .5|eyes/{s}-eye-height1 decr incr .6|eyes/{s}-eye-height2 decr incr .6
eyes/{s}-eye-height3 decr incr .6|eyes/{s}-eye-push1 in out .4|eyes/{s}-eye-push2 in out .4
eyes/{s}-eye-scale decr incr .45|eyes/{s}-eye-trans down up .5|eyes/{s}-eye-trans in out .5
cheek/{s}-cheek-bones decr incr .7|cheek/{s}-cheek-inner decr incr .7|cheek/{s}-cheek-trans down up .7
cheek/{s}-cheek-volume decr incr .7|ears/{s}-ear-lobe decr incr .4|ears/{s}-ear-scale decr incr .4
ears/{s}-ear-wing decr incr .4|ears/{s}-ear-trans down up .4
"""
_SINGLE = """
nose/nose-base down up .6|nose/nose-compression compress uncompress .6|nose/nose-curve concave convex .6
nose/nose-flaring decr incr .6|nose/nose-greek decr incr .6|nose/nose-hump decr incr .6
nose/nose-nostrils-angle down up .6|nose/nose-nostrils-width decr incr .6|nose/nose-point down up .6
nose/nose-point-width decr incr .6|nose/nose-scale-depth decr incr .6|nose/nose-scale-horiz decr incr .6
nose/nose-scale-vert decr incr .6|nose/nose-septumangle decr incr .6|nose/nose-trans down up .6
nose/nose-volume decr incr .6|nose/nose-width1 decr incr .6|nose/nose-width2 decr incr .6
nose/nose-width3 decr incr .6|mouth/mouth-cupidsbow decr incr .6|mouth/mouth-cupidsbow-width decr incr .6
mouth/mouth-lowerlip-height decr incr .5|mouth/mouth-lowerlip-volume decr incr .5
mouth/mouth-lowerlip-width decr incr .6|mouth/mouth-philtrum-volume decr incr .6
mouth/mouth-scale-depth decr incr .6|mouth/mouth-scale-horiz decr incr .6|mouth/mouth-scale-vert decr incr .5
mouth/mouth-trans down up .6|mouth/mouth-upperlip-height decr incr .5|mouth/mouth-upperlip-volume decr incr .5
mouth/mouth-upperlip-width decr incr .6|mouth/mouth-laugh-lines out in .6|chin/chin-bones decr incr .6
chin/chin-height decr incr .6|chin/chin-jaw-drop decr incr .6|chin/chin-prognathism decr incr .5
chin/chin-prominent decr incr .6|chin/chin-width decr incr .6|forehead/forehead-nubian decr incr .6
forehead/forehead-scale-vert decr incr .6|forehead/forehead-temple decr incr .6
forehead/forehead-trans backward forward .6|eyebrows/eyebrows-angle down up .45
eyebrows/eyebrows-trans backward forward .45|eyebrows/eyebrows-trans down up .45|head/head-fat decr incr .4
head/head-scale-horiz decr incr .45|head/head-scale-vert decr incr .45|head/head-scale-depth decr incr .45
head/head-angle in out .45
"""
_FORMS = ("diamond", "invertedtriangular", "oval", "rectangular", "round", "square", "triangular")
_RACES = {
    "east asian": {"asian": 1.0},
    "european": {"caucasian": 1.0},
    "south-east asian": {"asian": 0.72, "african": 0.28},
    "south american": {"caucasian": 0.5, "asian": 0.38, "african": 0.12},
}
_SKINS = {
    "east asian": ((0.86, 0.68, 0.56), (0.80, 0.61, 0.48), (0.90, 0.74, 0.63), (0.78, 0.60, 0.47)),
    "european": ((0.90, 0.71, 0.62), (0.85, 0.65, 0.55), (0.93, 0.77, 0.69)),
    "south-east asian": ((0.74, 0.55, 0.42), (0.69, 0.50, 0.38)),
    "south american": ((0.78, 0.60, 0.48), (0.73, 0.55, 0.44)),
}
BLACK, DARK_BROWN, BROWN = (0.045, 0.04, 0.04), (0.10, 0.07, 0.055), (0.22, 0.14, 0.09)
_WHITE = 0.62
_GREY_BROW = 0.5


def _pairs(table):
    for entry in table.replace("\n", "|").strip("|").split("|"):
        path, low, high, spread = entry.split()
        yield f"{path}-{low}", f"{path}-{high}", float(spread)


def person(pid, seed, look, sex, age, hair, *, hair_colour=BLACK, grey=0.0, beard=0.0, glasses=False, cloth=None,
           iris=None, amplitude=0.62):  # fmt: skip
    """A person as `geometry`, `paint`, `hair` and `scene` want them. `grey` and `beard` are shares in 0..1."""
    rng = np.random.default_rng(seed)
    u = rng.uniform
    is_child = age < 13
    old = float(np.clip((age - 50) / 35, 0, 1))
    amplitude *= 0.42 if age < 4 else 0.62 if is_child else 1.0
    targets = _targets(rng, amplitude) + _age_targets(age, old)
    skins = _SKINS[look]
    skin = np.array(skins[rng.integers(len(skins))]) * (1 + rng.normal(0, 0.03)) * (1 + rng.normal(0, 0.015, 3))
    skin = np.clip(skin, 0, 0.95)
    redness = (0.86, 0.60, 0.58) if sex == "m" or is_child else (0.86, 0.53, 0.52)
    lips = skin * np.array(redness) * u(0.9, 1.05)
    strand = np.array(hair_colour) * (1 - grey) + _WHITE * grey
    brow_grey = grey * 0.7
    brow = {
        "x0": u(0.07, 0.16), "x1": u(0.44, 0.60), "dy": u(-0.05, 0.04), "arch": u(0, 0.08), "tilt": u(-0.03, 0.08),
        "w": u(0.014, 0.040) * (1.1 if sex == "m" else 0.75) * (0.7 if is_child else 1),
        "a": u(0.55, 0.95) * (0.55 if age < 4 else 0.8 if is_child or age > 70 else 1),
        "col": np.array(hair_colour) * (1 - brow_grey) + _GREY_BROW * brow_grey,
    }  # fmt: skip
    return {
        "id": pid, "seed": seed, "look": look, "sex": sex, "age": age, "race": _RACES[look],
        "male": 0.92 if sex == "m" else 0.05, "weight": u(0.3, 0.55) if is_child else u(0.15, 0.85),
        "muscle": u(0.35, 0.6) if is_child else u(0.2, 0.8), "targets": targets, "skin": skin, "lips": lips,
        "lip_a": u(0.35, 0.85), "blush": u(0.1, 0.4), "eyebag": 0.0 if is_child else u(0, 0.4),
        "shadow": u(0, 0.15) if sex == "f" and not is_child else 0.0,
        "naso": 0.1 if is_child else u(0.2, 0.9), "bagline": 0.1 if is_child else u(0.2, 0.8), "forehead": u(0.4, 0.9),
        "crease": u(-0.02, 0.02), "crease_a": u(0.1, 0.8), "freckles": u(0.3, 0.6) if rng.random() < 0.08 else 0.0,
        "moles": [(u(-0.5, 0.5), u(6.45, 7.2), u(0.007, 0.013)) for _ in range(rng.integers(0, 3))],
        "brow": brow, "beard": beard, "beard_side": u(0.2, 1), "beard_col": skin * 0.35 + strand * 0.5,
        "iris": iris or (0.10 + u(0, 0.05), 0.055 + u(0, 0.02), 0.03), "glasses": glasses,
        "hair": hair | {"col": hair_colour, "grey": grey},
        "cloth": np.clip(np.array(cloth or (0.3, 0.34, 0.4)) + u(-0.12, 0.12, 3), 0.03, 0.9),
    }  # fmt: skip


def twin(of, pid, **changes):
    """The same seed a little apart: features a few per cent off, other moles."""
    rng = np.random.default_rng(of["seed"] + 1)
    targets = [(name, float(weight * (1 + rng.normal(0, 0.08)))) for name, weight in of["targets"]]
    moles = [(rng.uniform(-0.4, 0.4), rng.uniform(6.5, 7.1), 0.010)]
    return of | {"id": pid, "targets": targets, "moles": moles, "weight": of["weight"] + 0.06} | changes


def child_of(parent, child, share=0.5):
    """The child, with `share` of the parent's features mixed in."""
    mixed = [(name, weight * share) for name, weight in parent["targets"] if "age-incr" not in name]
    mixed += [(name, weight * (1 - share)) for name, weight in child["targets"]]
    form = ("x0", "x1", "dy", "arch", "tilt")
    brow = {key: parent["brow"][key] * share + child["brow"][key] * (1 - share) for key in form}
    return child | {"targets": mixed, "skin": parent["skin"], "brow": child["brow"] | brow}


def style(name, **changes):
    """How hair is grown, see `hair.grow`."""
    return _STYLES[name] | changes


def _targets(rng, amplitude):
    def weight(spread):
        return float(np.clip(rng.normal(0, spread * amplitude), -0.9, 0.9))

    found = []
    for low, high, spread in _pairs(_PAIRED):
        w = weight(spread)
        found += [((high if w > 0 else low).format(s=s), abs(w) * float(1 + rng.normal(0, 0.06))) for s in "lr"]
    for low, high, spread in _pairs(_SINGLE):
        w = weight(spread)
        found.append((high if w > 0 else low, abs(w)))
    forms = rng.choice(_FORMS, 2, replace=False)
    return found + [(f"head/head-{form}", float(rng.uniform(0.2, 0.8)) * amplitude) for form in forms]


def _age_targets(age, old):
    """Children have large eyes and small noses; the old have heavy bags, thin lips, hollow cheeks and long ears."""
    eyes = 0.3 if age < 13 else 0.22
    found = [("eyes/l-eye-scale-incr", eyes), ("eyes/r-eye-scale-incr", eyes), ("mouth/mouth-scale-horiz-incr", 0.22)]
    if age < 13:
        found += [("nose/nose-scale-vert-decr", 0.3)]
    if old:
        found += [("head/head-age-incr", old), ("mouth/mouth-upperlip-height-decr", 0.35 * old)]
        for s in "lr":
            found += [(f"eyes/{s}-eye-bag-incr", 0.45 * old), (f"ears/{s}-ear-lobe-incr", 0.4 * old),
                      (f"cheek/{s}-cheek-volume-decr", 0.35 * old)]  # fmt: skip
    return found


_STYLES = {
    "short": {"len": 0.42, "fade": True, "grav": 0.35, "comb": (0.5, 0, 0.3), "side": 0.2, "stiff": 0.72, "vol": 0.07,
              "steps": 8, "fringe": 0.45, "fdir": 0.9},
    "crew": {"len": 0.2, "fade": True, "grav": 0.2, "comb": (0, 0, 0.4), "stiff": 0.9, "vol": 0.05, "steps": 5},
    "mop": {"len": 0.6, "fade": True, "grav": 0.9, "side": 0.2, "stiff": 0.55, "vol": 0.08, "steps": 9, "fringe": 0.6},
    "back": {"len": 0.7, "grav": 0.3, "comb": (0, 0.1, -1.2), "stiff": 0.6, "vol": 0.06, "steps": 9},
    "bob": {"len": 1.45, "grav": 1.2, "side": 0.35, "stiff": 0.5, "vol": 0.07, "steps": 14, "part": 0.12},
    "bob and fringe": {"len": 1.4, "grav": 1.2, "side": 0.3, "stiff": 0.5, "vol": 0.07, "steps": 14, "fringe": 0.66},
    "long": {"len": 2.6, "grav": 1.2, "side": 0.35, "stiff": 0.45, "vol": 0.07, "steps": 18, "part": -0.1},
    "long and fringe": {"len": 2.6, "grav": 1.2, "side": 0.3, "stiff": 0.45, "vol": 0.07, "steps": 18, "fringe": 0.68},
    "tied": {"len": 0.6, "grav": 0.25, "comb": (0, 0.1, -1.3), "stiff": 0.25, "vol": 0.025, "steps": 8},
    "wavy": {"len": 1.7, "grav": 1.1, "side": 0.4, "stiff": 0.5, "vol": 0.1, "steps": 18, "part": 0.15, "wave": 0.45},
    "perm": {"len": 0.6, "grav": 0.5, "side": 0.3, "stiff": 0.5, "vol": 0.13, "steps": 12, "wave": 1.3},
    "bald": {"len": 0.16, "fade": True, "grav": 0.2, "comb": (0, 0, -0.3), "stiff": 0.85, "vol": 0.04, "steps": 5,
             "recede": 0.9, "thin": 0.95, "under": 0.2},
    "thin": {"len": 0.36, "fade": True, "grav": 0.3, "comb": (0.3, 0, -0.5), "stiff": 0.7, "vol": 0.05, "steps": 7,
             "recede": 0.45, "thin": 0.4, "under": 0.5},
    "baby": {"len": 0.24, "grav": 0.6, "comb": (0, 0, 0.3), "stiff": 0.6, "vol": 0.03, "steps": 6, "under": 0.55,
             "w": 0.006},
}  # fmt: skip
