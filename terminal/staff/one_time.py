"""Codes that change every 30 seconds (TOTP, RFC 6238), as every authenticator app shows them. Pure.

A clock that is off by one step is borne; a code is accepted once, and none that is older than the last accepted one.
"""

import hmac
import unicodedata
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
SKEW_STEPS: Final = 1  # RFC 6238, 5.2: at most one step for transmission and clocks
DIGITS: Final = 6
ISSUER: Final = "Uketsuke"


def new_secret() -> str:
    """160 random bits in Base32 (RFC 4226, 4 recommends that length)."""
    return str(pyotp.random_base32())


def enrolment_uri(secret: str, id: str, desk: str) -> str:  # noqa: A002  # the field's word
    """What an authenticator app scans."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=f"{id}@{desk}", issuer_name=ISSUER))


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step of a right code, newer than the last accepted one; None for any other. In constant time."""
    typed = unicodedata.normalize("NFKC", code).replace(" ", "").encode()
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(current - SKEW_STEPS, current + SKEW_STEPS + 1):  # to the end, whichever it is
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed) and step > last_step:
            found = step
    return found
