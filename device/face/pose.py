"""Where a head points, told by the five points alone. Pure; rough: good for a hint, never for a measurement.

The nose lies before the plane of eyes and mouth, so it wanders when a head turns, and stays when a flat picture does.
"""

from dataclasses import dataclass

import numpy as np

from device.face.detection import Face

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
        return float(np.degrees(np.arctan2(self.turn, NOSE_DEPTH)))

    @property
    def pitch_degrees(self) -> float:
        """Roughly: positive when looking down."""
        return float(np.degrees(np.arctan2((self.nod - LEVEL_NOSE) * EYES_TO_MOUTH, NOSE_DEPTH)))


NO_POSE = Pose(np.inf, np.inf, np.inf)


def pose_of(face: Face) -> Pose:
    """The pose of a face, `NO_POSE` when its points do not make one."""
    points = (*face.right_eye, *face.left_eye, *face.nose, *face.right_mouth, *face.left_mouth)
    if not np.all(np.isfinite(points)):
        return NO_POSE
    right_eye, left_eye, nose = (np.array(point) for point in (face.right_eye, face.left_eye, face.nose))
    mouth = (np.array(face.right_mouth) + np.array(face.left_mouth)) / 2
    between_eyes = (right_eye + left_eye) / 2
    across = left_eye - right_eye
    down = np.array([-across[1], across[0]])
    to_mouth = float((mouth - between_eyes) @ down)
    eye_distance_squared = float(across @ across)
    if eye_distance_squared == 0 or to_mouth == 0:
        return NO_POSE
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    turn = float((nose - between_eyes) @ across) / eye_distance_squared
    return Pose(roll, turn, float((nose - between_eyes) @ down) / to_mouth)
