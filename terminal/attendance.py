"""Who is with a patient and where, and who speaks for one who cannot: closed sets of words. Pure.

Nothing here is about a person by name: it stands in the log as it is.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


class Helper(StrEnum):
    """Who is with the patient, as the log's `helper` has it."""

    FAMILY = auto()
    CARER = auto()
    INTERPRETER = auto()
    STAFF = auto()


class Place(StrEnum):
    """Where the reader lies."""

    CLINIC = auto()
    CARE_HOME = auto()
    HOME = auto()


@dataclass(frozen=True)
class Attendance:
    """Who is with the patient of one check-in, and where; it ends with the check-in."""

    helper: Helper | None = None
    place: Place = Place.CLINIC


ALONE = Attendance()


class LookReason(StrEnum):
    """Why the receptionist looks at photo and person, and no camera does."""

    PATIENT_WISHES = auto()
    CANNOT_FACE_CAMERA = auto()  # lies, sits low, shakes
    FACE_COVERED = auto()  # a bandage, a mask that stays on
    CAMERA_TROUBLE = auto()


class GuardianProof(StrEnum):
    """What a child's guardian showed, beside the child and the child's card."""

    PHOTO_ID = auto()  # the guardian's own, with a photo
    CHILD_HANDBOOK = auto()  # 母子健康手帳
    KNOWN_HERE = auto()  # both are known from the chart


class EmergencyReason(StrEnum):
    """Why nobody could be asked."""

    UNCONSCIOUS = auto()
    CANNOT_ANSWER = auto()
    LIFE_AT_RISK = auto()


@dataclass(frozen=True)
class Guardian:
    """A parent or guardian answers for a child whose card has no photo."""

    proof: GuardianProof


@dataclass(frozen=True)
class Proxy:
    """Someone else came for the patient; the receptionist looked at that person's own document.

    Raises `ValueError` for who is no proxy: an interpreter speaks for the patient beside them, and staff is ours.
    """

    relation: Helper

    def __post_init__(self) -> None:
        if self.relation not in PROXIES:
            raise ValueError("not somebody who comes for a patient")


@dataclass(frozen=True)
class Emergency:
    """Break-glass: the receptionist goes on without the patient's word, and someone else looks at it afterwards."""

    reason: EmergencyReason


PROXIES = (Helper.FAMILY, Helper.CARER)
Voucher = Guardian | Proxy | Emergency


def attended_by(voucher: Voucher, attendance: Attendance) -> Attendance:
    """Who is there by that word; in an emergency, whoever was noted before."""
    match voucher:
        case Guardian():
            return Attendance(Helper.FAMILY, attendance.place)
        case Proxy(relation):
            return Attendance(relation, attendance.place)
        case Emergency():
            return attendance
