"""How often a living person who is asked to turn the head is not accepted (BPCER, ISO/IEC 30107-3), and a film is.

Of rendered people alone; no claim goes beyond. Who is not accepted is never refused: a person looks.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from remembering import RememberingDetector, RememberingEmbedder
from row import Row
from turning_head import Film, Head, Manner, Sitter, people

from device.face.challenge import TURNS, TURNS_AGAIN, Progress, Side
from device.face.comparison import Comparison
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.measured import TOLD
from device.face.pixels import Floats
from device.face.policy import POLICY, FacePolicy
from device.face.portrait import decode
from device.virtual.camera import PORTRAITS
from terminal.people import FaceDecision

SEEDS = range(2)
LOOKED_AT = ("p23", "p24", "p29", "p34", "p36", "p37")  # when the bounds of the turn were chosen
SIDES = tuple(product(Side, repeat=TURNS))
SIDES_AGAIN = tuple(product(Side, repeat=TURNS_AGAIN))
FRAMES_A_SECOND = 8  # a slow machine's
SECONDS_AT_MOST = 120
ALWAYS = replace(POLICY, always_ask_turn=True)


class Room:
    """A desk with a person's chip photo, and whoever stands or is held before its camera. It has its own clock."""

    def __init__(self, face_id: str, detector: Detector, embedder: Embedder) -> None:
        self._networks = RememberingDetector(detector), RememberingEmbedder(embedder)
        photo = decode((PORTRAITS / f"{face_id}.jp2").read_bytes())
        self._portrait: Floats = embedder.embed(embedder.align(photo, detector.find(photo)[0]))

    def accepts(
        self,
        sitter: Sitter,
        head: Head | Film,
        policy: FacePolicy,
        asked: tuple[tuple[Side, ...], tuple[Side, ...]],
        seed: int,
    ) -> bool:
        """Whether the comparison accepts. `asked` are the sides, and those after a mistake, in place of drawn ones."""
        now = 0.0
        comparison = Comparison(1, self._portrait.copy(), self._networks, policy, lambda: now)

        def yaws() -> Iterator[float]:
            while True:
                yield head.yaw(now, told(comparison))

        for frame in sitter.seen(yaws(), seed):
            was_asked = comparison.challenge is not None
            finding = comparison.look(frame)
            if finding.verdict is not None:
                assert comparison.challenge is not None  # else nothing is measured
                return finding.verdict.decision is FaceDecision.ACCEPTED
            if comparison.challenge is not None and not was_asked:
                comparison.challenge = replace(comparison.challenge, sides=asked[0], again=asked[1])
            now += 1 / FRAMES_A_SECOND
            if now > SECONDS_AT_MOST:
                break
        return False


def rows() -> Iterable[Row]:
    networks = Detector(), Embedder()
    yield from living(networks, [one for one in people() if one not in LOOKED_AT], "not used for the bounds")
    yield from living(networks, list(LOOKED_AT), "used for the bounds")
    yield filmed(networks, [one for one in people() if one not in LOOKED_AT])


def living(networks: tuple[Detector, Embedder], sitters: list[str], who: str) -> Iterator[Row]:
    """Each manner of following, where all are asked to turn, and where a pattern on the face makes it doubtful."""
    not_accepted: Counter[tuple[FacePolicy, Manner]] = Counter()
    for face_id in sitters:
        room = Room(face_id, *networks)
        for policy, sitter in ((ALWAYS, Sitter.of(face_id)), (POLICY, Sitter.of(face_id, shows_grid=True))):
            for manner, sides, seed in product(Manner, SIDES, SEEDS):
                asked = sides, random.Random(seed).choice(SIDES_AGAIN)
                not_accepted[policy, manner] += not room.accepts(sitter, Head(manner, seed), policy, asked, seed)
    runs = len(sitters) * len(SIDES) * len(SEEDS)
    set_is = f"{len(sitters)} rendered people {who}, {len(SIDES)} orders of sides, {len(SEEDS)} seeds"
    for policy, manner in product((ALWAYS, POLICY), Manner):
        when, name = ("all asked", "turn") if policy is ALWAYS else ("on doubt", "doubt")
        published = f"; told of those not used for the bounds: {TOLD[f'{name}_{manner.name.lower()}']}"
        yield Row(f"BPCER {manner}, {when}", not_accepted[policy, manner], runs, "", 0.1, set_is + published)


def filmed(networks: tuple[Detector, Embedder], sitters: list[str]) -> Row:
    """Films that turn to both sides by turns, without any sign of a screen: as a program in place of a camera."""
    accepted, orders = 0, tuple(product(SIDES, SIDES_AGAIN))
    for face_id in sitters:
        room, sitter = Room(face_id, *networks), Sitter.of(face_id)
        accepted += sum(room.accepts(sitter, Film(seed), ALWAYS, asked, seed) for seed, asked in enumerate(orders))
    what = "APCER film of a turning head, all asked"
    set_is = f"films of {len(sitters)} rendered people; told: {TOLD['films']} of {TOLD['film_tries']}"
    return Row(what, accepted, len(sitters) * len(orders), "", 0.5, set_is)


def told(comparison: Comparison) -> Progress | None:
    return comparison.challenge.progress if comparison.challenge else None
