"""The page of one step: its settings, and beside them what the step is done with. Made anew whenever it is shown."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.configuration.draft import Step, Value, settings_of
from terminal.configuration.settings import SealKind
from terminal.ports import Camera
from ui.preview import Preview
from ui.setup.form import Form
from ui.setup.keys_part import KeysPart
from ui.setup.people_part import PeoplePart
from ui.setup.trying import Tried
from ui.words.catalogue import Words

SEAL, CAMERA = "store.seal", "camera.device"


class Page(QWidget):
    """`changed` carries a setting's path and value; `keys_wanted` a `NewKeys`, `person_wanted` a `NewPerson`.

    `look` gives the camera with a number, `laying` draws a card being laid.
    """

    changed = Signal(str, object)
    keys_wanted = Signal(object)
    person_wanted = Signal(object)

    def __init__(
        self,
        step: Step,
        draft: Mapping[str, Value],
        words: Words,
        look: Callable[[int], Camera],
        laying: Callable[[], QWidget],
    ) -> None:
        super().__init__()
        self._draft = draft
        self._words = words
        self._keys: KeysPart | None = None
        self._people: PeoplePart | None = None
        columns = QHBoxLayout(self)
        settings = settings_of(step, draft)
        if settings:
            form = Form(settings, draft, words)
            form.changed.connect(self.changed)
            columns.addWidget(form, 1)
        if part := self._part(step, look, laying):
            columns.addWidget(part, 1)

    @property
    def passphrase(self) -> str:
        """What opens the store, where a passphrase does and it is asked for here."""
        return self._people.passphrase if self._people else ""

    def show_tried(self, tried: Tried) -> None:
        """Forgets what is of no more use, and asks for what is needed from now on."""
        if self._keys and tried.is_done:
            self._keys.clear()
        if self._people:
            self._people.show_sign_in(is_needed=tried.needs_sign_in)
            if tried.is_done:
                self._people.begin()

    def _part(self, step: Step, look: Callable[[int], Camera], laying: Callable[[], QWidget]) -> QWidget | None:
        has_passphrase = self._draft.get(SEAL) == SealKind.PASSPHRASE
        match step:
            case Step.READER:
                return laying()
            case Step.CAMERA:
                device = self._draft.get(CAMERA, 0)
                preview = Preview(look(device if isinstance(device, int) else 0))
                preview.set_caption(self._words["camera.none"])
                return preview
            case Step.KEYS:
                self._keys = KeysPart(self._words, has_passphrase=has_passphrase)
                self._keys.wanted.connect(self.keys_wanted)
                return self._keys
            case Step.ROLES:
                desk = str(self._draft.get("clinic.terminal", ""))
                self._people = PeoplePart(self._words, desk, has_passphrase=has_passphrase)
                self._people.wanted.connect(self.person_wanted)
                return self._people
            case _:
                return None
