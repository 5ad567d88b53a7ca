"""Pictures of every screen of the patient's window. The person is invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terminal.card_token import TokenKind
from terminal.comparison.compare import compare
from terminal.coverage import Coverage, Record, Relation
from terminal.people import Card, Holder, IssuerTrust, Picture, Sex, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.patient.laid_picture import DRAWN
from ui.patient.window import PatientWindow
from ui.theme.fonts import load_fonts
from ui.words.catalogue import PATIENT_LANGUAGES

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CARD = Card("i1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
HOLDER = Holder(
    "見本 花子", "○○県○○市○○町1-1", date(1983, 4, 1), Sex.FEMALE, b"jp2", date(2030, 4, 1), IssuerTrust.CHECKED
)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
RECORD = Record("見本 花子", "ミホン ハナコ", date(1983, 4, 1), Sex.FEMALE, "○○県○○市○○町1-1")
OTHER = Record("見本 太郎", "ミホン タロウ", date(1950, 5, 5), Sex.MALE, None)
COVERAGE = Coverage("01130012", "見本健康保険組合", "12", "3456", "01", Relation.SUBSCRIBER, 30, date(2020, 4, 1), None)
ASKED = AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS)

PHONE = replace(CARD, token=TokenKind.ANDROID, certificate=b"", card_code_tries=None)

STATES: dict[str, State] = {
    "idle": Idle(),
    "idle_reader_absent": Idle(Problem.READER_ABSENT),
    "reading_card": ReadingCard("i1"),
    "card_code": AwaitingCardCode(CARD),
    "card_code_again": AwaitingCardCode(replace(CARD, card_code_tries=8), Problem.CARD_CODE_WRONG),
    "reading_holder": ReadingHolder(CARD, "58040120301234"),
    "face": MatchingFace(CARD, HOLDER),
    "face_again": MatchingFace(CARD, HOLDER, 2),
    "operator": ASKED,
    "operator_pin_wrong": replace(ASKED, card=replace(CARD, pin_tries=2), refused=Problem.PIN_WRONG),
    "operator_last_try": replace(ASKED, card=replace(CARD, pin_tries=1), refused=Problem.PIN_NEARLY_LOCKED),
    "phone_pin": AwaitingPhonePin(PHONE),
    "opening_phone": OpeningPhone(PHONE, "1234"),
    "last_try_card_code": ConfirmingLastTry(ReadingHolder(CARD, "58040120301234")),
    "last_try_pin": ConfirmingLastTry(CheckingPin(ASKED, "1234")),
    "checking_pin": CheckingPin(ASKED, "1234"),
    "consent": AwaitingConsent(VERIFIED),
    "checking_eligibility": CheckingEligibility(VERIFIED, frozenset()),
    "confirmed": Confirmed(VERIFIED, RECORD, COVERAGE, NOW),
    "confirmed_phone": Confirmed(
        Verified(PHONE, None, VerificationMethod.PIN), RECORD, COVERAGE, NOW, (Problem.HOLDER_NOT_COMPARED,)
    ),
    "confirmed_ends_soon": Confirmed(VERIFIED, RECORD, COVERAGE, NOW, (Problem.CERTIFICATE_ENDS_SOON,)),
    "provisional": Provisional(VERIFIED, COVERAGE, NOW - timedelta(days=9), date(2026, 11, 30), Problem.SERVICE_SILENT),
    "unconfirmed": Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED),
    "withheld": Withheld(VERIFIED, compare(HOLDER, OTHER)),
    "turned_away": TurnedAway(CARD, Problem.OPERATOR_REFUSED),
    "stopped": Stopped(Problem.CARD_REMOVED, CARD),
    **{f"stopped_{problem}": Stopped(problem) for problem in DRAWN},
}


class StillCamera:
    """A camera before which an invented face holds still: a head on a plain wall, drawn in a few lines."""

    def __init__(self) -> None:
        self._picture = Picture(320, 240, _face())

    def latest(self) -> Picture | None:
        return self._picture

    def frames(self) -> Iterator[Picture]:
        yield self._picture

    def close(self) -> None:
        pass


def _face() -> bytes:
    pixels = bytearray()
    for y in range(240):
        for x in range(320):
            head = ((x - 160) / 52) ** 2 + ((y - 110) / 68) ** 2 < 1
            body = ((x - 160) / 110) ** 2 + ((y - 250) / 80) ** 2 < 1
            pixels += b"\xa0\xb4\xd8" if head else b"\x96\x78\x46" if body else b"\xd2\xcd\xc8"
    return bytes(pixels)


def take(folder: Path) -> None:
    """Takes every screen in each language, and in ja and en also in large text, high contrast and on a tall window."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for language in PATIENT_LANGUAGES:
        window = PatientWindow(StillCamera(), language=language, is_practice=True, clinic_name="見本内科クリニック")
        for name, width, height, scale, is_high_contrast in (
            ("", 1280, 800, 1.0, False),
            ("_large", 1280, 800, 1.6, False),
            ("_contrast", 1280, 800, 1.3, True),
            ("_tall", 1080, 1920, 1.3, False),
        ):
            if name in ("_large", "_contrast") and language not in ("ja", "en"):
                continue
            window.resize(width, height)
            window.set_text_scale(scale)
            window.set_high_contrast(is_high_contrast)
            window.show()
            for state_name, state in STATES.items():
                window.show_state(state)
                QApplication.processEvents()  # the layouts settle
                window.grab().save(str(folder / f"patient_{state_name}{name}.{language}.png"))
        window.close()
