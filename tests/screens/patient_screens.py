"""Pictures of every screen of the patient's window. The person is invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication
from sample_states import STATES

from terminal.people import Picture
from ui.patient.window import PatientWindow
from ui.theme.fonts import load_fonts
from ui.words.catalogue import PATIENT_LANGUAGES


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
            window.show()
            for state_name, state in STATES.items():
                window.show_state(state)
                window.set_text_scale(scale)  # after the state: one patient's choice is not the next one's
                window.set_high_contrast(is_high_contrast)
                QApplication.processEvents()  # the layouts settle
                window.grab().save(str(folder / f"patient_{state_name}{name}.{language}.png"))
        window.close()
