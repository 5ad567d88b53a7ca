"""The patient's window: takes a state and shows its screen; what the patient does leaves by `happened`.

A screen belongs to one state. When the next state comes, the screen forgets what was typed and goes. The language and
look that one patient chose go with that patient.
"""

from dataclasses import replace

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QPushButton, QVBoxLayout, QWidget

from terminal.configuration.settings import Keys
from terminal.events import Cancelled, Event, PatientLeft, StillThere
from terminal.ports import Camera
from terminal.states import Ended, Idle, State, is_kept
from terminal.visits import is_next, is_same_end
from ui.patient import settling
from ui.patient.bar import Bar
from ui.patient.code_screen import CodeScreen
from ui.patient.ended import ReceptionScreen
from ui.patient.face import FaceScreen
from ui.patient.fitting import Look, fit, is_portrait
from ui.patient.frame import Footer, Header
from ui.patient.guidance import Guidance
from ui.patient.languages import Languages
from ui.patient.pad import PadKey, pad_key
from ui.patient.patience import Patience
from ui.patient.screen import Screen
from ui.patient.screens import screen_for
from ui.speech.speaker import Mute, Speaker
from ui.steps import Steps, step_of
from ui.theme.parts import label, panel, wear
from ui.theme.tokens import PATIENT, theme
from ui.words.catalogue import Words


class PatientWindow(QWidget):
    """The window. Its text is as large as the patient asks for, or as large as there is room."""

    happened = Signal(object, object)  # the event, and the state that was shown when it happened
    language_changed = Signal(str)
    help_called = Signal()
    _heard = Signal(object)  # from the speaker's thread

    def __init__(
        self,
        camera: Camera,
        *,
        language: str,
        is_practice: bool,
        clinic_name: str = "",
        speaker: Speaker | None = None,
        keys: Keys | None = None,
    ) -> None:
        super().__init__()
        speaker, self._keys = speaker or Mute(), keys or Keys()
        self._camera = camera
        self._site_language = language
        self._words = Words("patient", language)
        self._look = Look()
        self._band = panel("practice")
        self._band_text = label("body", is_centred=True)
        self._header = Header(clinic_name)
        self._steps = Steps()
        self._languages = Languages()
        self._bar = Bar()
        self._footer = Footer()
        self._guidance = Guidance(
            speaker,
            self._keys,
            self._bar,
            stop=lambda: self._tell(Cancelled()),
            change_language=self._choose_language,
            call=self._footer.call.click,
        )
        self._patience = Patience(self)
        self._worn = theme(PATIENT)
        self._state: State = Idle()
        self._screen: Screen = screen_for(self._state, self._words, camera)
        self._body = QWidget()
        self._page = QVBoxLayout(self._body)
        self._whole = QVBoxLayout(self)
        self._build(is_practice)
        self._put(self._screen)
        self.set_language(language)
        self._heard.connect(self._guidance.hear)
        speaker.listen(self._heard.emit)

    def show_hint(self, hint: str) -> None:
        """What would help the camera, while the face is looked at."""
        if isinstance(self._screen, FaceScreen):
            self._screen.show_hint(hint)

    def show_state(self, state: State) -> None:
        """Shows a state. Called in the GUI thread, with every new state."""
        before, self._state = self._state, state
        if state is before or (isinstance(self._screen, ReceptionScreen) and is_same_end(before, state)):
            return
        if is_next(before, state):
            self._greet_the_next()
        self._change(screen_for(state, self._words, self._camera))

    def set_language(self, language: str) -> None:
        """Says everything in another language; what was typed or answered stays."""
        self._words = Words("patient", language)
        self.setLocale(QLocale(language.removesuffix("-easy")))
        self.setWindowTitle(self._words["window.title"])
        self._band_text.setText(self._words["practice.band"])
        for part in (self._header, self._steps, self._languages, self._bar, self._footer, self._screen):
            part.set_words(self._words)
        self._fit()

    def set_text_scale(self, scale: float) -> None:
        """Takes one of `TEXT_SCALES`."""
        self._look = replace(self._look, text_scale=scale)
        self._fit()

    def set_high_contrast(self, is_high_contrast: bool) -> None:
        """Takes white and yellow on black, or the usual colours."""
        self._look = replace(self._look, is_high_contrast=is_high_contrast)
        self._fit()

    def set_guided(self, is_guided: bool) -> None:
        """Reads aloud and takes the four keys of the number pad, or does so no more."""
        if is_guided:
            self._guidance.begin()
        else:
            self._guidance.end()
        self._patience.touch(self._state)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses what has the focus. The first of the pad's four keys begins the guidance, the others follow it.

        Who types a code can send it with Enter unguided.
        """
        key, focused = pad_key(event, self._keys), self.focusWidget()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if (is_enter or key in (PadKey.YES, PadKey.NO)) and (event.isAutoRepeat() or settling.is_new(self._screen)):
            pass  # the finger still lies there, or meant the screen before
        elif is_enter and isinstance(focused, QPushButton):
            focused.click()
        elif key is None:
            super().keyPressEvent(event)
        elif self._guidance.is_on:
            self._press(key)
        elif key is PadKey.YES and isinstance(self._screen, CodeScreen):
            self._screen.send.click()
        else:
            self.set_guided(True)
            if key is PadKey.CALL:
                self._press(key)
        self._patience.touch(self._state)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Grows and shrinks with the window."""
        super().resizeEvent(event)
        self._fit()

    def _build(self, is_practice: bool) -> None:
        QVBoxLayout(self._band).addWidget(self._band_text)
        self._band.setVisible(is_practice)
        self._body.setProperty("panel", "page")
        self._page.addWidget(self._header)
        self._page.addWidget(self._steps)
        self._page.addWidget(self._languages, 1)
        self._page.addWidget(self._bar)
        self._page.addWidget(self._footer)
        self._languages.hide()
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._whole.addWidget(self._band)
        self._whole.addWidget(self._body, 1)
        self._header.languages_asked.connect(lambda: self._offer_languages(self._languages.isHidden()))
        self._languages.chosen.connect(self._choose_language)
        self._header.text_scale_chosen.connect(self.set_text_scale)
        self._header.high_contrast_chosen.connect(self.set_high_contrast)
        self._header.voice_chosen.connect(self.set_guided)
        self._patience.ending.connect(self._ask_for_time)
        self._patience.wanted.connect(self._give_time)
        self._patience.left.connect(self._leave)
        self._bar.more_time.connect(self._take_time)
        self._footer.call.clicked.connect(self._call)
        self._footer.cancel.clicked.connect(lambda: self._tell(Cancelled()))

    def _change(self, screen: Screen) -> None:
        self._page.removeWidget(self._screen)
        self._screen.forget()
        self._screen.hide()
        self._screen.deleteLater()
        self._put(screen)
        self._fit()
        settling.begin(screen)

    def _put(self, screen: Screen) -> None:
        state, self._screen = self._state, screen
        self._screen.happened.connect(self._tell)
        self._screen.spoken.connect(self._answer)
        if isinstance(self._screen, FaceScreen):
            self._screen.hinted.connect(self._guidance.add)
        wear(self._screen, self._worn)  # before it is laid out, which is long work
        self._page.insertWidget(2, self._screen, 1)
        self._steps.show_step(step_of(state))
        self._footer.show_action(self._screen.main_action, can_cancel=not isinstance(state, Idle | Ended))
        self._lay_over(is_offered=not self._languages.isHidden() and not isinstance(state, Idle | Ended))
        self._screen.setFocus()
        self._bar.show_text("")
        self._guidance.show_screen(self._screen, can_stop=not isinstance(state, Idle | Ended))
        self._patience.watch(state)

    def _press(self, key: PadKey) -> None:
        if not self._languages.isHidden():
            self._offer_languages(False)
        self._guidance.press(key)
        self._make_room()

    def _answer(self, lines: object) -> None:
        """What a screen says to what was done there."""
        if isinstance(lines, list):
            self._guidance.say(lines)
            self._make_room()
        self._patience.touch(self._state)

    def _ask_for_time(self) -> None:
        self._guidance.ask_for_time()
        self._fit()

    def _take_time(self) -> None:
        self._screen.setFocus()  # the button goes
        self._patience.touch(self._state)

    def _give_time(self) -> None:
        self._guidance.go_on()
        self._tell(StillThere())
        self._fit()

    def _greet_the_next(self) -> None:
        self._guidance.leave()
        self._look = Look()
        if self._words.language != self._site_language:
            self.set_language(self._site_language)

    def _leave(self) -> None:
        """Nothing of the one who was there stands any longer, though reception may have more to do about them."""
        self._greet_the_next()
        if isinstance(self._state, Ended):
            self._change(ReceptionScreen(self._state, self._words))

    def _call(self) -> None:
        self._screen.setFocus()  # or Qt would hand the focus on to what stops the check-in
        self.help_called.emit()

    def _offer_languages(self, is_offered: bool) -> None:
        self._lay_over(is_offered=is_offered)
        (self._languages if is_offered else self._screen).setFocus()
        self._fit()

    def _lay_over(self, *, is_offered: bool) -> None:
        self._languages.setVisible(is_offered)
        self._screen.setVisible(not is_offered)
        self._footer.set_action_shown(not is_offered)

    def _tell(self, event: Event) -> None:
        self.happened.emit(event, self._state)
        if isinstance(event, PatientLeft) and is_kept(self._state):
            self._leave()

    def _choose_language(self, language: str) -> None:
        self._lay_over(is_offered=False)
        self._screen.setFocus()  # what had it is hidden
        self.set_language(language)
        self._guidance.read()
        self._make_room()
        self.language_changed.emit(language)

    def _fit(self) -> None:
        """Dresses the window for its size and the screen in the largest text that has room, up to the one asked for."""
        self._steps.setVisible(self._bar.isHidden())  # the bar takes their place
        self._header.set_portrait(is_portrait(self))
        self._screen.set_portrait(is_portrait(self))
        look, is_guided = self._look, self._guidance.is_on
        self._header.show_choice(look.text_scale, is_high_contrast=look.is_high_contrast, is_guided=is_guided)
        screen = self._screen if self._languages.isHidden() else self._languages
        around = self._band, self._header, self._steps, self._bar, self._footer
        self._worn = fit(self, screen, around, look, self._words.language, self._has_room)

    def _make_room(self) -> None:
        """For a sentence in the bar that is longer than the one before."""
        if self._steps.isHidden() is self._bar.isHidden() or not self._has_room():
            self._fit()

    def _has_room(self) -> bool:
        for part in (self._languages, self._screen, self._body):
            part.updateGeometry()  # what the layouts around them remember holds for the text size before
        return (
            self._whole.totalMinimumSize().width() <= self.width()
            and self._whole.totalMinimumHeightForWidth(self.width()) <= self.height()
        )
