"""How often a drawn attack is accepted (APCER) and a rendered face is not (BPCER; terms of ISO/IEC 30107-3).

Of these sets alone: the rendered people of the practice set, flat things drawn from their pictures, plain rooms. No
claim goes beyond. The bounds were chosen on p01 to p22, the attacks are drawn from others. Living people who are asked
to turn the head are in `turn_rows`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np
from row import Row
from turn_rows import SIDES, SIDES_AGAIN

from device.face.challenge import Progress, Side, begin, look
from device.face.comparison import Comparison
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.measured import TOLD
from device.face.pixels import Pixels, from_bytes
from device.face.policy import POLICY, FacePolicy
from device.face.portrait import decode
from device.face.pose import pose_of
from device.virtual.attacks import Attack, attack_frames
from device.virtual.camera import PORTRAITS, VirtualSource, camera_pictures
from terminal.people import FaceDecision

FIRST_NOT_USED_FOR_THE_BOUNDS = "p23"
PEOPLE_ATTACKED = 12
PEOPLE_ASKED = 4  # for a turn, which takes time
PEOPLE_TILTED = 7
FRAMES_AT_MOST = 160
FRAMES_A_SECOND = 3  # of the clock that is handed in: 24 frames for each thing asked
TILT_DEGREES = 30.0  # of a hand that tries hard
GIVE_THEMSELVES_AWAY = {Attack.PRINT, Attack.SCREEN, Attack.SCREEN_CLOSE}
ROOM = np.full((480, 640, 3), 180, np.uint8)


def rows() -> Iterable[Row]:
    people = sorted(entry.name[:3] for entry in PORTRAITS.iterdir() if entry.name.endswith("_cam1.jpg"))
    others = [one for one in people if one >= FIRST_NOT_USED_FOR_THE_BOUNDS][:PEOPLE_ATTACKED]
    networks = Detector(), Embedder()
    yield bona_fide(networks, people)
    for attack in Attack:
        goal = 0.1 if attack in GIVE_THEMSELVES_AWAY else 1.0
        yield attacked(networks, others, attack, POLICY, f"APCER {attack}", goal)
    for attack in Attack:
        always = replace(POLICY, always_ask_turn=True)
        yield attacked(networks, others[:PEOPLE_ASKED], attack, always, f"APCER {attack}, all asked to turn", 0.1)
    yield by_points_alone(networks[0], others[:PEOPLE_TILTED])


def bona_fide(networks: tuple[Detector, Embedder], people: list[str]) -> Row:
    refused = sum(not is_accepted(networks, one, living(one), POLICY) for one in people)
    return Row("BPCER", refused, len(people), "", 0.1, "rendered people, each before the camera once")


def attacked(
    networks: tuple[Detector, Embedder], people: list[str], attack: Attack, policy: FacePolicy, what: str, goal: float
) -> Row:
    accepted = 0
    for seed, one in enumerate(people):
        picture = camera_pictures(one)[seed % 3]
        frames = attack_frames(attack, picture, ROOM, seed=seed, tilt_degrees=TILT_DEGREES)
        accepted += is_accepted(networks, one, frames, policy)
    return Row(what, accepted, len(people), "", goal, "attacks, one for each of the rendered people")


def by_points_alone(detector: Detector, people: list[str]) -> Row:
    """Tilted sheets and screens whose nose goes where a head is asked to turn, whosever face it is."""
    orders, tries, followed = list(product(SIDES, SIDES_AGAIN)), 0, 0
    for attack, (seed, one) in product((each for each in Attack if each is not Attack.REPLAY), enumerate(people)):
        picture = camera_pictures(one)[seed % 3]
        frames = attack_frames(attack, picture, ROOM, seed=seed, tilt_degrees=TILT_DEGREES)
        turns = (pose_of(face).turn for frame in islice(frames, FRAMES_AT_MOST) for face in detector.find(frame)[:1])
        tries += len(orders)
        followed += how_many_follow(turns, orders)
    told = f"tries, each order of sides; told: {TOLD['tilted']} of {TOLD['tilted_tries']}"
    return Row("APCER tilted things, by their points alone", followed, tries, "", 0.01, told)


def how_many_follow(turns: Iterator[float], orders: Sequence[tuple[tuple[Side, ...], tuple[Side, ...]]]) -> int:
    """How many of the turns that are asked, after the first frames, a nose that goes so has followed."""
    ahead, followed = list(islice(turns, POLICY.frames)), 0
    asked = [replace(begin(ahead, 0.0), sides=sides, again=again) for sides, again in orders]
    for count, turn in enumerate(turns):
        now = count / FRAMES_A_SECOND
        seen = [look(one, turn, now) for one in asked if now < one.until]
        asked = [one for one in seen if one.progress is not Progress.FOLLOWED]
        followed += len(seen) - len(asked)
        if not asked:
            break
    return followed


def is_accepted(
    networks: tuple[Detector, Embedder], face_id: str, frames: Iterator[Pixels], policy: FacePolicy
) -> bool:
    detector, embedder = networks
    photo = decode((PORTRAITS / f"{face_id}.jp2").read_bytes())
    portrait = embedder.embed(embedder.align(photo, detector.find(photo)[0]))
    now = 0.0
    comparison = Comparison(1, portrait, networks, policy, lambda: now)
    for frame in islice(frames, FRAMES_AT_MOST):
        now += 1 / FRAMES_A_SECOND
        verdict = comparison.look(frame).verdict
        if verdict is not None:
            return verdict.decision is FaceDecision.ACCEPTED
    return False


def living(face_id: str) -> Iterator[Pixels]:
    source = VirtualSource(frames_per_second=1000)
    source.stand(face_id)
    while picture := source.read():
        yield from_bytes(picture.width, picture.height, picture.bgr)
