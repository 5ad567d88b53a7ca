"""What is on the screen while a desk is made ready: a sentence, and nothing to press.

It is there before the rest of the program is loaded, so it asks for nothing but Qt and its words.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.application import make_application
from ui.kiosk import fill
from ui.theme.parts import dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

_shown: list["Opening"] = []


def has_screen() -> bool:
    """Whether windows can be shown at all. Qt ends the whole process when they cannot, so this is asked first."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


class Opening(QWidget):
    """A window with the sentence: in the middle of its screen, or as a kiosk's filling it (`fill`)."""

    def __init__(self, language: str) -> None:
        super().__init__()
        words = Words("receptionist", language)
        self.setLocale(QLocale(language))
        self.setWindowTitle(words["window.title"])
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        page = panel("page")
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(label("title", words["window.title"], is_centred=True))
        column.addWidget(label("body", words["window.opening"], is_centred=True))
        column.addStretch()
        QVBoxLayout(self).addWidget(page)
        dress(self, theme(RECEPTION, language=language))
        room = QApplication.screens()[0].availableGeometry()
        self.resize(room.size() / 3)
        self.move(room.center() - self.rect().center())


@contextmanager
def opening(language: str, *, is_kiosk: bool = False) -> Iterator[None]:
    """Has the sentence on the screen until there are other windows (`opened`), or what is opened has failed.

    A kiosk's fills each screen. Where there is none, nothing is done.
    """
    if not has_screen():
        yield
        return
    gc.disable()  # until the desk has settled (`terminal.later`): nearly all that is made now stays
    application = make_application(language)
    for screen in QApplication.screens() if is_kiosk else QApplication.screens()[:1]:
        _shown.append(Opening(language))
        if is_kiosk:
            fill(_shown[-1], screen)
        else:
            _shown[-1].show()
    application.processEvents()  # its first picture; Qt's loop does not run yet
    try:
        yield
    finally:
        gc.enable()
        opened()


def opened() -> None:
    """The desk's own windows are there."""
    while _shown:
        _shown.pop().close()
