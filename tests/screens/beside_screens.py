"""Pictures of the windows beside the desk: the set-up's steps and the practice box. Whatever is in them is invented.

Each step stands there as it opens, in the largest text, and tried; the service's once for each kind.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Mapping
from pathlib import Path

from patient_screens import StillCamera
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from terminal.configuration.draft import Sitting, Step, Value
from terminal.configuration.settings import SealKind, ServiceKind
from terminal.ports import Camera
from terminal.practice.deck import load_deck
from terminal.practice.faults import Fault
from terminal.practice.reaction import card_code
from ui.patient.laying_picture import LayingPicture
from ui.practice.box import PracticeBox
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Tried
from ui.setup.window import SetupWindow
from ui.theme.fonts import load_fonts
from ui.theme.tokens import TEXT_SCALES
from ui.words.catalogue import LANGUAGES, Words

DRAFT: dict[str, Value] = {
    "clinic.name": "見本内科クリニック",
    "clinic.institution_code": "1319999999",
    "clinic.terminal": "desk-1",
    "eligibility.folder.folder": "/srv/oqs",
}
DECK = load_deck()


class NoTrials:
    """The port `Trials`, with nothing to try."""

    def tried(self, trial: Trial) -> Tried:
        words = Words("setup", trial.language)
        bad = {Step.CAMERA: "camera.no_face", Step.ROLES: "roles.lacking"}
        values = {"roles": words["role.it"], "seal": words["seal.passphrase"]}
        said = words.format(bad.get(trial.step, f"{trial.step}.good"), **values)
        return Tried(trial.step not in bad, said, needs_sign_in=True)

    def seal_found(self) -> str:
        return SealKind.PASSPHRASE

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        return Tried(True, "")

    def enrol(self, trial: Trial, person: NewPerson | NewHeld) -> Tried:
        return Tried(True, "")

    def camera(self, device: int) -> Camera:
        return StillCamera()

    def keep(self, sitting: Sitting) -> None:
        pass

    def write(self, draft: Mapping[str, Value]) -> Tried:
        return Tried(True, "")

    def close(self) -> None:
        pass


class IdleHands:
    """The port `Hands`, which does nothing."""

    def people(self) -> list[tuple[str, str, str]]:
        return [(person.id, person.title_ja, person.title_en) for person in DECK.values()]

    def card_code(self, person_id: str) -> str:
        return card_code(DECK[person_id])

    def pin(self, person_id: str) -> str:
        return DECK[person_id].card.pin

    def lay(self, person_id: str, laid: Callable[[], None]) -> None:
        pass

    def take_away(self) -> None:
        pass

    def cut_line(self, is_cut: bool) -> None:
        pass

    def unplug_camera(self, is_unplugged: bool) -> None:
        pass

    def faults(self) -> list[str]:
        return list(Fault)

    def set_fault(self, fault: str) -> None:
        pass


def take(folder: Path) -> None:
    """Takes each step of the set-up, and the box, in both languages."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for step in Step:
            _take_step(folder, language, step)
        for kind in ServiceKind:
            setup = _setup(language, Step.SERVICE, {"eligibility.service": str(kind)})
            _grab(setup, folder / f"setup_service_{kind}.{language}.png")
            setup.close()
        box = PracticeBox(IdleHands(), language=language)
        box.resize(730, 360)
        _grab(box, folder / f"practice_box.{language}.png")
        box.close()


def _setup(language: str, step: Step, draft: Mapping[str, Value]) -> SetupWindow:
    return SetupWindow(
        NoTrials(), Sitting(draft, frozenset({Step.SITE}), step), language=language, laying=LayingPicture
    )


def _take_step(folder: Path, language: str, step: Step) -> None:
    setup, words = _setup(language, step, DRAFT), Words("setup", language)
    _grab(setup, folder / f"setup_{step}.{language}.png")
    setup.set_text_scale(TEXT_SCALES[-1])
    _grab(setup, folder / f"setup_{step}_large.{language}.png")
    setup.set_text_scale(TEXT_SCALES[0])
    for line in setup.findChildren(QLineEdit):
        if line.accessibleName() == words["entry.id"]:
            line.setText("hanako")
    [tries] = [each for each in setup.findChildren(QPushButton) if each.text() == words[f"try.{step}"]]
    tries.click()
    while not tries.isEnabled():
        QApplication.processEvents()
    _grab(setup, folder / f"setup_{step}_tried.{language}.png")
    setup.close()


def _grab(window: QWidget, path: Path) -> None:
    window.show()
    for _ in range(3):
        QApplication.processEvents()  # the layouts settle
    window.grab().save(str(path))
