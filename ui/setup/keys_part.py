"""Making the store's keys: where the recovery key goes, the passphrase where one keeps the keys, and one button."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ui.setup.entry import Entry
from ui.setup.trying import NewKeys
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words

FILE = "uketsuke-recovery.pem"


class KeysPart(QWidget):
    """Below the form of the step. `wanted` carries a `NewKeys`."""

    wanted = Signal(object)

    def __init__(self, words: Words, *, has_passphrase: bool) -> None:
        super().__init__()
        self._words = words
        self._place = Entry("recovery", words)
        self._passphrase = Entry("passphrase", words, is_secret=True)
        self._again = Entry("again", words, is_secret=True)
        for secret in (self._passphrase, self._again):
            secret.setVisible(has_passphrase)
        choose = button("chip", words["keys.choose"])
        make = button("secondary", words["keys.make"])
        choose.clicked.connect(self._choose)
        make.clicked.connect(self._make)
        card = panel("card")
        rows = QVBoxLayout(card)
        for part in (label("strong", words["keys.new"]), self._passphrase, self._again, self._place, choose, make):
            rows.addWidget(part)
        column = QVBoxLayout(self)
        column.addWidget(card)
        column.addStretch(1)

    def clear(self) -> None:
        """Forgets the passphrase."""
        for secret in (self._passphrase, self._again):
            secret.line.clear()

    def _make(self) -> None:
        place = self._place.text.strip()
        self.wanted.emit(NewKeys(Path(place) if place else None, self._passphrase.text, self._again.text))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._words["entry.recovery"])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a file that is there is refused, never replaced
        dialog.selectFile(FILE)
        dialog.fileSelected.connect(self._place.line.setText)
        dialog.open()
