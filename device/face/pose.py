"""Where a head points, told by the five points alone. Pure; rough: good for a hint, never for a measurement.

The nose lies before the plane of eyes and mouth, so it wanders when a head turns, and stays when a flat picture does.
"""

import math
from dataclasses import dataclass

from device.face.detection import Face, Point

NOSE_DEPTH = 0.64  # in eye distances, as seen on twelve rendered heads that turned by some 14 degrees: 0.08 to 0.3
LEVEL_NOSE = 0.6  # where the nose is between eyes (0) and mouth (1) of a head that looks ahead: 0.53 to 0.68
EYES_TO_MOUTH = 1.0  # in eye distances, of a head that looks ahead


@dataclass(frozen=True)
class Pose:
    """How a head is held. All infinite when the five points do not make a face.

    `turn`: nose off the middle of the eyes, in eye distances, positive to the person's left. `nod`: where the nose is
    between eyes (0) and mouth (1), less when looking up. `roll_degrees`: positive when leaning to the person's right.
    """

    roll_degrees: float
    turn: float
    nod: float

    @property
    def yaw_degrees(self) -> float:
        """Roughly: `turn` as an angle, were every nose as long."""
        return math.degrees(math.atan2(self.turn, NOSE_DEPTH))

    @property
    def pitch_degrees(self) -> float:
        """Roughly: positive when looking down."""
        return math.degrees(math.atan2((self.nod - LEVEL_NOSE) * EYES_TO_MOUTH, NOSE_DEPTH))


NO_POSE = Pose(math.inf, math.inf, math.inf)


def pose_of(face: Face) -> Pose:
    """The pose of a face, `NO_POSE` when its points do not make one."""
    points = (*face.right_eye, *face.left_eye, *face.nose, *face.right_mouth, *face.left_mouth)
    if not all(map(math.isfinite, points)):
        return NO_POSE
    eyes_x, eyes_y = _middle(face.right_eye, face.left_eye)
    mouth_x, mouth_y = _middle(face.right_mouth, face.left_mouth)
    across_x, across_y = face.left_eye[0] - face.right_eye[0], face.left_eye[1] - face.right_eye[1]
    nose_x, nose_y = face.nose[0] - eyes_x, face.nose[1] - eyes_y
    eye_distance_squared = across_x * across_x + across_y * across_y
    to_mouth = (mouth_y - eyes_y) * across_x - (mouth_x - eyes_x) * across_y
    if eye_distance_squared == 0 or to_mouth == 0:
        return NO_POSE
    roll = math.degrees(math.atan2(across_y, across_x))
    turn = (nose_x * across_x + nose_y * across_y) / eye_distance_squared
    return Pose(roll, turn, (nose_y * across_x - nose_x * across_y) / to_mouth)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
