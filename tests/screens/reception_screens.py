"""Pictures of the receptionist's window and the practice box. The people are invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from patient_screens import StillCamera
from PySide6.QtWidgets import QApplication
from sample_states import CARD, CONFIRMED, HOLDER, NOW, STATES, VERIFIED, WITHOUT_PHOTO
from standing import FixedClock

from terminal.coverage import LastVisit
from terminal.people import FaceComparison, FaceDecision, Holder, VerificationMethod
from terminal.problems import Problem
from terminal.states import AwaitingOperator, Idle, State
from ui.patient.window import PatientWindow
from ui.receptionist.keys import KeyList, keys_of
from ui.receptionist.what_now import WhatNow
from ui.receptionist.window import ReceptionWindow
from ui.theme.fonts import load_fonts
from ui.words.catalogue import Words

EARLIER = ("confirmed", "unconfirmed", "withheld", "confirmed_ends_soon", "turned_away")
NAMES = ("見本 太郎", "架空 さくら", "髙﨑 見本", "MIHON ANNA", "例示 実")


def _named(holder: Holder, name: str, insertion: str, state: State) -> State:
    """The state of another invented person."""
    card = replace(CARD, insertion=insertion)
    verified = replace(VERIFIED, card=card, holder=replace(holder, name=name))
    given = {"card": card, "verified": verified}
    return replace(state, **{field: value for field, value in given.items() if getattr(state, field, None)})  # type: ignore[arg-type]  # any state


def _with_pictures(state: State, camera: StillCamera) -> State:
    if not isinstance(state, AwaitingOperator) or state == WITHOUT_PHOTO:
        return state
    picture = camera.latest()
    return replace(
        state,
        reason=Problem.FACE_DIFFERS,
        face=FaceComparison(FaceDecision.DOUBTFUL, 0.41, 3, 2.0, 60.0, picture, picture),
    )


def _after_a_morning(clock: FixedClock, camera: StillCamera, language: str) -> ReceptionWindow:
    window = ReceptionWindow(camera, clock, language=language, is_practice=True)
    for number, (name, earlier) in enumerate(zip(NAMES, EARLIER, strict=True)):
        clock.at = NOW - timedelta(minutes=60 - 11 * number)
        window.show_state(_named(HOLDER, name, f"earlier-{number}", STATES[earlier]))
        window.show_state(Idle())
    clock.at = NOW
    return window


def take(folder: Path) -> None:
    """Takes every state in both languages, each after a morning's visits."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    camera, clock = StillCamera(), FixedClock(NOW)
    for language in ("ja", "en"):
        for size in ((1280, 800), (1920, 1080)):
            for name, state in STATES.items():
                window = _after_a_morning(clock, camera, language)
                window.resize(*size)
                window.show()
                window.show_state(shown := _with_pictures(state, camera))
                _mirror(window, shown, camera, language)
                QApplication.processEvents()  # the layouts settle
                window.grab().save(str(folder / f"reception_{name}_{size[0]}.{language}.png"))
                window.close()
        _take_cases(folder, clock, camera, language)


def _mirror(window: ReceptionWindow, state: State, camera: StillCamera, language: str) -> None:
    """What the patient sees, as the windows do it."""
    patient = PatientWindow(camera, language=language, is_practice=True)
    patient.resize(1280, 800)
    patient.show_state(state)
    window.show_mirror(patient.grab())
    patient.close()


def _take_cases(folder: Path, clock: FixedClock, camera: StillCamera, language: str) -> None:
    """A card without a photo, a round of visits, an emergency, differences; what now, its reasons, and the keys."""
    emergency = replace(CONFIRMED, verified=replace(VERIFIED, method=VerificationMethod.EMERGENCY))
    before = replace(CONFIRMED.coverage, insurer_number="06139992", insurer_name="架空の健康保険組合")
    differing = replace(CONFIRMED, last=LastVisit(clock.now().date() - timedelta(days=40), 20, before))
    window = _after_a_morning(clock, camera, language)
    window.resize(1280, 800)
    window.show()
    states: dict[str, State] = {"infant": WITHOUT_PHOTO, "emergency": emergency, "differences": differing}
    for name, state in states.items():
        window.show_state(state)
        QApplication.processEvents()
        window.grab().save(str(folder / f"reception_{name}_1280.{language}.png"))
    for name, asked_of, case in (("what_now", WITHOUT_PHOTO, ""), ("what_now_emergency", STATES["face"], "emergency")):
        dialog = WhatNow(asked_of, Words("receptionist", language), window, case)
        dialog.show()
        QApplication.processEvents()
        dialog.grab().save(str(folder / f"reception_{name}.{language}.png"))
        dialog.close()
    keys = KeyList(keys_of(window), Words("receptionist", language), window)
    keys.grab().save(str(folder / f"reception_keys.{language}.png"))
    window.close()
