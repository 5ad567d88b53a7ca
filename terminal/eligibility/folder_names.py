"""How files are called in the folders of the official link software. Pure.

A name answers for one question: its free part comes from the question's identifier, so the reply's name is known before
there is one, and whatever is called otherwise is somebody else's.
"""

import hashlib
from datetime import date

ONE_PATIENT = "OQSsiquc01"  # one patient by number; also the family under which card checks stand
ASK_MANY, FETCH_MANY = "OQSmuquc01", "OQSmuquc02"  # many patients: the questions, and later their answers
FACE = f"{ONE_PATIENT}res_face_"  # what follows is the link software's own affair
SUFFIX = ".xml"

_FREE_DIGITS = 12  # after the day's eight; digits alone are what every link software is known to take


def request_name(family: str, day: date, desk: str, identifier: str) -> str:
    """The name of a question's file in `req`. `desk` tells apart desks that might hit on the same identifier."""
    digest = hashlib.sha256(f"{desk}\0{identifier}".encode()).digest()
    free = int.from_bytes(digest) % 10**_FREE_DIGITS
    return f"{family}req_{day:%Y%m%d}{free:0{_FREE_DIGITS}}{SUFFIX}"


def reply_name(request: str) -> str:
    """The name under which the reply to a request appears in `res`."""
    return request.replace("req_", "res_", 1)


def is_of_one_patient(request: str) -> bool:
    """Whether a request's name is that of a question about one patient."""
    return request.startswith(f"{ONE_PATIENT}req_")


def is_card_check(name: str) -> bool:
    """Whether a name in `face` is that of a card check's result."""
    return name.startswith(FACE) and name.lower().endswith(SUFFIX)
