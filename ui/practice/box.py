"""The practice box: choose a person of the deck by what they show, lay their card, cut the line, choose a fault."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.practice.hands import Hands
from ui.theme.fields import Choice
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words


class PracticeBox(QWidget):
    """A small window beside the two; whatever it holds is invented."""

    _laid = Signal()  # from the thread of the hands

    def __init__(self, hands: Hands, *, language: str) -> None:
        super().__init__()
        self._hands = hands
        self._words = Words("practice", language)
        band = panel("practice")
        self._band_text = label("body", is_centred=True)
        QVBoxLayout(band).addWidget(self._band_text)
        self._find = QLineEdit()
        self._find.setClearButtonEnabled(True)
        self._fault = Choice()
        self._fault.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._fault.setMinimumContentsLength(6)
        self._people = QListWidget()
        self._people.setWordWrap(True)
        self._people.setSpacing(2)
        self._people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._codes, self._pin = label("body"), label("body")
        for told in (self._codes, self._pin):
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay = button("primary")
        self._take_away = button("secondary")
        self._cut_line = button("secondary", is_checkable=True)
        self._unplug_camera = button("secondary", is_checkable=True)
        self._arrange(band)
        for person_id, _, _ in hands.people():
            item = QListWidgetItem(self._people)
            item.setData(Qt.ItemDataRole.UserRole, person_id)
        for fault in hands.faults():
            self._fault.addItem(fault, fault)
        self._find.textChanged.connect(self._filter)
        self._fault.currentIndexChanged.connect(lambda: hands.set_fault(str(self._fault.currentData())))
        self._people.currentItemChanged.connect(self._show_codes)
        self._people.itemDoubleClicked.connect(self._lay.click)
        self._lay.clicked.connect(self._lay_card)
        self._laid.connect(lambda: self._show_laying(False))
        self._take_away.clicked.connect(hands.take_away)
        self._cut_line.toggled.connect(hands.cut_line)
        self._unplug_camera.toggled.connect(hands.unplug_camera)
        self._people.setCurrentRow(0)
        self.set_language(language)
        self.resize(760, 320)

    @property
    def person_id(self) -> str:
        """Who is chosen."""
        return str(self._people.currentItem().data(Qt.ItemDataRole.UserRole))

    def begin(self, person_id: str, fault: str, *, is_line_cut: bool, is_camera_unplugged: bool) -> None:
        """Makes a situation as if someone had pressed for it: who is chosen, and what is wrong."""
        ids = [chosen for chosen, _, _ in self._hands.people()]
        if person_id in ids:
            self._people.setCurrentRow(ids.index(person_id))
        self._fault.setCurrentIndex(self._hands.faults().index(fault))
        self._cut_line.setChecked(is_line_cut)
        self._unplug_camera.setChecked(is_camera_unplugged)

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._words = words = Words("practice", language)
        self.setWindowTitle(words["window.title"])
        self._band_text.setText(words["practice.band"])
        self._people.setAccessibleName(words["box.people"])
        self._find.setPlaceholderText(words["box.find"])
        self._find.setAccessibleName(words["box.find"])
        self._fault.setAccessibleName(words["box.fault"])
        self._fault.setToolTip(words["box.fault"])
        for row, fault in enumerate(self._hands.faults()):
            self._fault.setItemText(row, words[f"fault.{fault}"])
        self._show_laying(not self._lay.isEnabled())
        self._take_away.setText(words["box.take_away"])
        self._cut_line.setText(words["box.cut_line"])
        self._unplug_camera.setText(words["box.unplug_camera"])
        for row, (person_id, title_ja, title_en) in enumerate(self._hands.people()):
            self._people.item(row).setText(f"{person_id}　{title_ja if language == 'ja' else title_en}")
        self._filter(self._find.text())
        self._show_codes()
        dress(self, theme(RECEPTION, language=language))

    def _lay_card(self) -> None:
        """A card is made when it is first laid, which takes seconds: meanwhile it is seen that the press was taken."""
        self._show_laying(True)
        self._hands.lay(self.person_id, self._laid.emit)

    def _show_laying(self, is_laying: bool) -> None:
        self._lay.setEnabled(not is_laying)
        self._lay.setText(self._words["box.laying" if is_laying else "box.lay"])

    def _filter(self, text: str) -> None:
        """Shows those in whose line the text stands; whoever is chosen stays chosen."""
        sought = text.strip().casefold()
        for row in range(self._people.count()):
            item = self._people.item(row)
            item.setHidden(sought not in item.text().casefold())

    def _show_codes(self) -> None:
        code = self._hands.card_code(self.person_id)
        grouped = f"{code[:6]} {code[6:10]} {code[10:]}"
        self._codes.setText(self._words.format("box.code", code=grouped))
        self._pin.setText(self._words.format("box.pin", pin=self._hands.pin(self.person_id)))

    def _arrange(self, band: QWidget) -> None:
        chosen = QVBoxLayout()
        heading = QHBoxLayout()
        heading.addWidget(self._find, 1)
        heading.addWidget(self._fault, 1)
        chosen.addLayout(heading)
        chosen.addWidget(self._people, 1)
        acts = QGridLayout()
        for row, told in enumerate((self._codes, self._pin)):
            acts.addWidget(told, row, 0, 1, 2)
        acts.setRowStretch(2, 1)
        for place, act in enumerate((self._lay, self._take_away, self._cut_line, self._unplug_camera)):
            acts.addWidget(act, 3 + place // 2, place % 2)
        page = panel("page")
        columns = QHBoxLayout(page)
        columns.addLayout(chosen, 1)
        columns.addLayout(acts, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(band)
        whole.addWidget(page, 1)
