"""Pictures of the windows beside the desk: the set-up's steps and the practice box. Whatever is in them is invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Mapping
from pathlib import Path

from patient_screens import StillCamera
from PySide6.QtWidgets import QApplication, QWidget

from terminal.configuration.draft import Sitting, Step, Value
from terminal.configuration.settings import SealKind
from terminal.ports import Camera
from terminal.practice.deck import load_deck
from terminal.practice.faults import Fault
from terminal.practice.reaction import card_code
from ui.patient.laying_picture import LayingPicture
from ui.practice.box import PracticeBox
from ui.setup.trying import NewKeys, NewPerson, Trial, Tried
from ui.setup.window import SetupWindow
from ui.theme.fonts import load_fonts
from ui.words.catalogue import LANGUAGES

DRAFT: dict[str, Value] = {"clinic.name": "見本内科クリニック", "clinic.terminal": "desk-1"}
DECK = load_deck()


class NoTrials:
    """The port `Trials`, with nothing to try."""

    def tried(self, trial: Trial) -> Tried:
        return Tried(True, str(trial.step))

    def seal_found(self) -> str:
        return SealKind.PASSPHRASE

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        return Tried(True, "")

    def enrol(self, trial: Trial, person: NewPerson) -> Tried:
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

    def lay(self, person_id: str) -> None:
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
            sitting = Sitting(DRAFT, frozenset({Step.SITE}), step)
            setup = SetupWindow(NoTrials(), sitting, language=language, laying=LayingPicture)
            _grab(setup, folder / f"setup_{step}.{language}.png")
        box = PracticeBox(IdleHands(), language=language)
        box.resize(730, 360)
        _grab(box, folder / f"practice_box.{language}.png")


def _grab(window: QWidget, path: Path) -> None:
    window.show()
    for _ in range(3):
        QApplication.processEvents()  # the layouts settle
    window.grab().save(str(path))
    window.close()
