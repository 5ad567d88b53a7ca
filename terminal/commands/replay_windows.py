"""The desk's two windows as they stood in a recorded practice, led by a third: one scene at a time, back and forth."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from device.camera import SharedCamera
from device.face.portrait import decode
from device.frame_source import picture_of
from device.virtual.camera import PORTRAITS, VirtualSource, camera_pictures
from terminal.commands.practice_windows import CLINIC_NAME
from terminal.practice.deck import Person, load_deck
from terminal.practice.retelling import Pictures, scenes
from terminal.practice.session import Kind, Recording
from terminal.visits import Visit, seen
from ui.application import put
from ui.patient.window import PatientWindow
from ui.practice.replay import Replay
from ui.receptionist.window import ReceptionWindow


class ReplayWindows:
    """`replay` leads, `patient` and `reception` follow and take no input. Made in the GUI thread, closed at the end.

    `began` is when the practice is taken to have begun. Raises `CONFIGURATION_WRONG`.
    """

    def __init__(self, recording: Recording, language: str, began: datetime) -> None:
        deck = load_deck()
        ids = {recording.person, *(word for each in recording.moments if each.kind is Kind.HAND for word in each.words)}
        pictures = {id_: _pictures(deck[id_]) for id_ in ids if id_ in deck}
        self._scenes = scenes(recording, deck, pictures, began)
        self._clock = _SceneClock(began)
        self._source = VirtualSource()
        self._camera = SharedCamera(self._source)
        person = deck[recording.person]
        self.replay = Replay(recording, person.title_ja if language == "ja" else person.title_en, language=language)
        self.patient = PatientWindow(self._camera, language=language, is_practice=True, clinic_name=CLINIC_NAME)
        self.reception = ReceptionWindow(
            self._camera, self._clock, language=language, is_practice=True, clinic_name=CLINIC_NAME
        )
        for window in (self.patient, self.reception):
            window.setWindowFlag(Qt.WindowType.WindowTransparentForInput)
            window.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self.replay.stepped.connect(self._show)
        self.replay.closed.connect(QApplication.quit)

    def open(self) -> None:
        """Places the windows on the first screen, and begins."""
        put(self.reception, 0.0, 0.0, 0.62, 0.68)
        put(self.patient, 0.62, 0.0, 0.38, 0.95)
        put(self.replay, 0.0, 0.71, 0.62, 0.24)
        for window in (self.reception, self.patient, self.replay):
            window.show()
        self.replay.begin()

    def close(self) -> None:
        """Closes the windows, and lets go of the camera."""
        for window in (self.patient, self.reception, self.replay):
            window.close()
        self._camera.close()

    def _show(self, row: int) -> None:
        scene = self._scenes[row]
        visits: tuple[Visit, ...] = ()
        for earlier in self._scenes[:row]:
            visits = seen(visits, earlier.state, earlier.at)
        self._source.stand(scene.face or None)
        (self._source.unplug if scene.is_camera_unplugged else self._source.plug)()
        self._clock.at = scene.at
        self.reception.take_visits(visits)
        self.patient.show_state(scene.state)
        self.reception.show_state(scene.state)
        self.reception.show_mirror(self.patient.grab())


class _SceneClock:
    """Says when a scene was."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def _pictures(person: Person) -> Pictures:
    """The practice set's own, of whoever is on the card and of whoever stands there."""
    portrait, live = person.portrait, person.behaviour.face or person.portrait
    return Pictures(
        picture_of(decode((PORTRAITS / f"{portrait}.jp2").read_bytes())) if portrait else None,
        picture_of(camera_pictures(live)[-1]) if live else None,
    )
