"""Whether a frame is good enough to be compared, and if not, the one thing that the person can do about it. Pure.

The bounds were measured on rendered faces: each lies before the point where similarity to the chip photo falls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

import numpy as np

from device.face.detection import Face
from device.face.pixels import Floats, Pixels
from device.face.pose import pose_of
from device.opencv import cv2

FACE_WIDTH_PX = (80.0, 400.0)  # of 640; similarity holds down to 45, but a face under 80 is over a metre away
SECOND_FACE_SHARE = 0.5  # of the widest face: from here a second one is at the desk, not a passer-by
CUT_OFF_SHARE = 0.1  # of the face's box beyond an edge of the frame
ROLL_AT_MOST_DEGREES = 25.0  # steady to 30
YAW_AT_MOST = 0.25  # nose off the middle of the eyes, in eye distances: 0 ahead, some 0.5 in half profile
PITCH = (0.35, 0.85)  # where the nose is between eyes (0) and mouth (1): 0.53 to 0.68 in faces that look ahead
BRIGHTNESS_AT_LEAST = 25.0  # mean grey, 0 to 255: dark skin in half the light is 33; similarity falls from 20
OVEREXPOSED_AT_MOST = 0.4  # share of the face over grey 250: falls from 0.6
SHARPNESS_AT_LEAST = 2.0  # spread of the Laplacian of the aligned face: 11 to 40 sharp, 1.6 to 5 when blurred by 4 px
SHARP = 10.0  # from here more does not help
BACK_LIGHT_AT_LEAST = 90.0  # grey levels by which what is around the face outshines it
COVERED_AT_LEAST = 9.0  # CIELAB chroma between cheeks and mouth: bare to 5.7, masks not of skin's colour from 10.6

_LUMA = np.array([0.114, 0.587, 0.299], np.float32)  # blue, green, red: ITU-R BT.601
_OVEREXPOSED = 250
_CHEEKS = (slice(56, 70), slice(24, 88))  # of an aligned face: below the eyes, beside the nose
_CHIN = (slice(80, 106), slice(36, 76))  # mouth and below
_MIDDLE = slice(18, 94)  # of the 112 pixels of an aligned face: little hair, no background


class Hint(StrEnum):
    """What is asked of the person before the camera, in a word."""

    NOBODY = auto()
    ONE_PERSON_ONLY = auto()
    COME_CLOSER = auto()
    STEP_BACK = auto()
    MOVE_TO_THE_MIDDLE = auto()
    LOOK_AHEAD = auto()
    TOO_DARK = auto()
    TOO_BRIGHT = auto()
    BACK_LIGHT = auto()
    HOLD_STILL = auto()
    FACE_COVERED = auto()  # advice: the frame counts all the same
    TURN_LEFT = auto()  # the person's own left
    TURN_RIGHT = auto()
    PICTURE_FROZEN = auto()  # of the camera: for the receptionist
    PICTURE_UNUSABLE = auto()


@dataclass(frozen=True)
class Quality:
    """A face in a frame, measured. The units are those of the bounds above."""

    width_px: float
    cut_off: bool
    roll_degrees: float
    yaw: float
    pitch: float
    brightness: float
    overexposed: float
    sharpness: float
    back_light: float = 0.0
    covered: float = 0.0

    @property
    def goodness(self) -> float:
        """Which of two good frames to prefer: the one that looks ahead more, and is sharp. 0 to 1."""
        ahead = max(0.0, 1 - abs(self.yaw) / YAW_AT_MOST)
        return ahead * min(1.0, self.sharpness / SHARP)


def is_alone(faces: Sequence[Face]) -> bool:
    """Whether one person is at the desk. `faces` come widest first; far smaller ones are people passing behind."""
    return len(faces) == 1 or (len(faces) > 1 and faces[1].width < SECOND_FACE_SHARE * faces[0].width)


def measure(frame: Pixels, face: Face, aligned: Pixels) -> Quality:
    """Measures a face found in `frame`; `aligned` is the same face, upright, 112 by 112 pixels."""
    pose = pose_of(face)
    grey: Floats = aligned.astype(np.float32) @ _LUMA
    middle = grey[_MIDDLE, _MIDDLE]
    return Quality(
        width_px=face.width,
        cut_off=_is_cut_off(face, frame.shape[1], frame.shape[0]),
        roll_degrees=pose.roll_degrees,
        yaw=pose.turn,
        pitch=pose.nod,
        brightness=float(middle.mean()),
        overexposed=float((middle > _OVEREXPOSED).mean()),
        sharpness=_sharpness(middle),
        back_light=_around(frame, face) - float(middle.mean()),
        covered=_covered(aligned),
    )


def hint_for(quality: Quality) -> Hint | None:
    """The first thing to be put right, in the order in which a person can do it; None when the frame is good."""
    if quality.width_px < FACE_WIDTH_PX[0]:
        return Hint.COME_CLOSER
    if quality.width_px > FACE_WIDTH_PX[1]:
        return Hint.STEP_BACK
    if quality.cut_off:
        return Hint.MOVE_TO_THE_MIDDLE
    if not _looks_ahead(quality):
        return Hint.LOOK_AHEAD
    if quality.brightness < BRIGHTNESS_AT_LEAST:
        return Hint.BACK_LIGHT if quality.back_light >= BACK_LIGHT_AT_LEAST else Hint.TOO_DARK
    if quality.overexposed > OVEREXPOSED_AT_MOST:
        return Hint.TOO_BRIGHT
    if quality.sharpness < SHARPNESS_AT_LEAST:
        return Hint.HOLD_STILL
    return None


def is_covered(quality: Quality) -> bool:
    """Whether mouth and chin have another colour than the cheeks: a mask, most likely. Skin-coloured ones pass."""
    return quality.covered >= COVERED_AT_LEAST


def _looks_ahead(quality: Quality) -> bool:
    return (
        abs(quality.roll_degrees) <= ROLL_AT_MOST_DEGREES
        and abs(quality.yaw) <= YAW_AT_MOST
        and PITCH[0] <= quality.pitch <= PITCH[1]
    )


def _is_cut_off(face: Face, frame_width: int, frame_height: int) -> bool:
    beyond_x = max(-face.left, face.left + face.width - frame_width)
    beyond_y = max(-face.top, face.top + face.height - frame_height)
    return beyond_x > CUT_OFF_SHARE * face.width or beyond_y > CUT_OFF_SHARE * face.height


def _around(frame: Pixels, face: Face) -> float:
    """Mean grey beside and above the head, a sixteenth of the pixels looked at; 0 when the face fills the frame."""
    size = max(1, frame.shape[1] // 4), max(1, frame.shape[0] // 4)
    few = cv2.resize(frame, size, interpolation=cv2.INTER_NEAREST)
    outside = np.ones(few.shape[:2], np.uint8)
    left, right = face.left - face.width / 2, face.left + 1.5 * face.width
    outside[max(0, int((face.top - face.height / 3) / 4)) :, max(0, int(left / 4)) : max(0, int(right / 4))] = 0
    return float(np.array(cv2.mean(few, outside)[:3]) @ _LUMA)  # of no pixel at all it is 0


def _covered(aligned: Pixels) -> float:
    return float(np.linalg.norm(_colour(aligned[_CHEEKS]) - _colour(aligned[_CHIN])))


def _colour(part: Pixels) -> Floats:
    """The medians of CIELAB's two colours."""
    lab = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2LAB), np.float32)
    return np.asarray(np.median(lab[..., 1:].reshape(-1, 2), axis=0), np.float32)


def _sharpness(grey: Floats) -> float:
    return float(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_32F)[1:-1, 1:-1])[1][0, 0])
