"""The twenty-seven people of this recipe, in the order of their ids."""

from people import BROWN, DARK_BROWN, child_of, person, style, twin


def deck():
    """Everybody, by id."""

    def one(pid, look, sex, age, hair, draw=0, **rest):
        return person(pid, 5000 + 10 * int(pid[1:]) + draw, look, sex, age, hair, **rest)

    asian = "east asian"
    p24 = one("p24", asian, "m", 34, style("short"), beard=0.12, cloth=(0.2, 0.25, 0.42))
    p26 = one("p26", asian, "m", 62, style("thin"), grey=0.55, beard=0.2, cloth=(0.38, 0.36, 0.3))
    son = one("p27", asian, "m", 35, style("short", fdir=-0.8), beard=0.15, cloth=(0.5, 0.55, 0.62))
    everybody = [
        one("p23", asian, "f", 34, style("bob"), hair_colour=DARK_BROWN, cloth=(0.6, 0.5, 0.55)),
        p24,
        twin(p24, "p25", hair=p24["hair"] | style("crew", len=0.3), cloth=(0.62, 0.6, 0.52), beard=0.05),
        p26,
        child_of(p26, son),
        one("p28", asian, "f", 78, style("perm"), grey=0.8, cloth=(0.5, 0.42, 0.52)),
        one("p29", asian, "m", 81, style("back"), grey=0.9, glasses=True, cloth=(0.35, 0.36, 0.33)),
        one("p30", asian, "f", 5, style("bob and fringe"), cloth=(0.8, 0.55, 0.6)),
        one("p31", asian, "m", 9, style("mop"), cloth=(0.3, 0.5, 0.65)),
        one("p32", asian, "f", 16, style("long and fringe"), cloth=(0.2, 0.23, 0.32)),
        one("p33", asian, "f", 27, style("bob", len=1.2, part=-0.25), hair_colour=DARK_BROWN, cloth=(0.7, 0.7, 0.66)),
        one("p34", asian, "m", 45, style("short"), grey=0.12, beard=0.25, glasses=True, cloth=(0.3, 0.33, 0.4)),
        one("p35", asian, "f", 51, style("bob", len=1.1), hair_colour=DARK_BROWN, grey=0.08, cloth=(0.45, 0.52, 0.45)),
        one("p36", asian, "m", 70, style("bald"), grey=0.85, cloth=(0.42, 0.36, 0.32)),
        one("p37", asian, "f", 73, style("bob", len=1.0), grey=0.65, glasses=True, cloth=(0.55, 0.5, 0.62)),
        one(
            "p38",
            asian,
            "m",
            23,
            style("short", fringe=0.55, fdir=0.5),
            hair_colour=DARK_BROWN,
            cloth=(0.15,) * 3,
        ),
        one("p39", asian, "f", 41, style("long"), cloth=(0.55, 0.3, 0.33)),
        one("p40", asian, "m", 58, style("back"), grey=0.4, cloth=(0.25, 0.35, 0.32)),
        one("p41", asian, "f", 66, style("perm", len=0.5), grey=0.3, hair_colour=DARK_BROWN, cloth=(0.4, 0.4, 0.6)),
        one("p42", "european", "m", 38, style("short"), hair_colour=BROWN, beard=0.35, iris=(0.27, 0.38, 0.46)),
        one("p43", "south-east asian", "f", 29, style("long"), cloth=(0.75, 0.62, 0.35)),
        one("p44", "south american", "m", 31, style("crew", len=0.28), beard=0.45, cloth=(0.7, 0.68, 0.62)),
        one("p45", asian, "f", 88, style("perm", len=0.4), grey=0.97, cloth=(0.52, 0.46, 0.55)),
        one("p46", asian, "m", 90, style("bald", thin=0.98), grey=0.97, cloth=(0.45, 0.45, 0.42)),
        one("p47", asian, "f", 48, style("wavy"), draw=1, hair_colour=DARK_BROWN, cloth=(0.3, 0.42, 0.5)),
        one("p48", asian, "m", 19, style("short", len=0.5, fringe=0.6, fdir=0.4), cloth=(0.75, 0.75, 0.72)),
        one("p49", asian, "f", 2, style("baby", len=0.4), cloth=(0.85, 0.75, 0.5)),
    ]
    return {entry["id"]: entry for entry in everybody}
