"""Guides a patient who does not see or does not reach the screen: reads each screen aloud, and takes four keys.

What is said aloud stands in writing in the bar, too. What was typed is never said: only how many digits there are.
"""

from collections.abc import Callable, Sequence

from terminal.configuration.settings import Keys
from ui.patient.bar import Bar
from ui.patient.pad import PadKey
from ui.patient.screen import Screen
from ui.speech.line import Hearing, Line, line
from ui.speech.recordings import VOICES
from ui.speech.speaker import Speaker
from ui.words.catalogue import PATIENT_LANGUAGES, Words


class Guidance:
    """One window's. `stop` ends the check-in, `change_language` takes a language, `call` calls staff."""

    def __init__(
        self,
        speaker: Speaker,
        keys: Keys,
        bar: Bar,
        *,
        stop: Callable[[], None],
        change_language: Callable[[str], None],
        call: Callable[[], None],
    ) -> None:
        self.is_on = False
        self._speaker = speaker
        self._has_usual_keys = keys == Keys()  # what the recording tells of
        self._bar = bar
        self._stop = stop
        self._change_language = change_language
        self._call = call
        self._screen: Screen | None = None
        self._can_stop = False
        self._is_stopping = False  # asked whether to stop, and not yet answered
        self._hearing: Hearing | None = None

    def show_screen(self, screen: Screen, *, can_stop: bool) -> None:
        """Takes a new screen, and reads it aloud to who is guided."""
        self._screen, self._can_stop, self._is_stopping = screen, can_stop, False
        if self.is_on:
            self.say(self._whole())

    def begin(self) -> None:
        """Guides from here on."""
        if self._screen is None:
            return
        words = self._screen.words
        keys = [line(words, "ear.keys")] if self._has_usual_keys else []
        self.is_on, self._is_stopping = True, False
        self.say([line(words, "ear.began"), *keys, *self._whole()])

    def end(self) -> None:
        """Falls silent."""
        if self.is_on:
            self._speaker.say([])
        self.leave()

    def leave(self) -> None:
        """Guides nobody any more; a sentence that is being said is let to its end."""
        self.is_on, self._is_stopping = False, False
        self._bar.show_text("")

    def read(self) -> None:
        """Reads the screen aloud again, as it is now."""
        self.say(self._prompts() if self._is_stopping else self._whole())

    def ask_for_time(self) -> None:
        """Asks in writing, and of who is guided aloud, whether they are still there."""
        if self._screen is not None:
            asked = line(self._screen.words, "ear.still_there")
            self._bar.ask_for_time(asked.text)
            self.add([asked])

    def go_on(self) -> None:
        """Takes the question for more time away."""
        if self.is_on:
            self._write(self._last_words())
        else:
            self._bar.show_text("")

    def say(self, lines: Sequence[Line]) -> None:
        """Says lines to who is guided, in place of whatever is being said."""
        if self.is_on and lines:
            self._speaker.say(lines)
            self._write(lines[-1].text)

    def add(self, lines: Sequence[Line]) -> None:
        """Says lines to who is guided, after whatever is being said."""
        if self.is_on:
            self._speaker.add(lines)

    def hear(self, hearing: Hearing) -> None:
        """Takes where sound comes out, and says in writing where there is none."""
        before, self._hearing = self._hearing, hearing
        if self.is_on and Hearing.NOWHERE in (before, hearing) and self._screen is not None:
            self._write(self._last_words())

    def press(self, key: PadKey) -> None:
        """One of the four keys, by who is guided."""
        screen = self._screen
        if screen is None:
            return
        match key:
            case PadKey.AGAIN:
                self.read()
            case PadKey.CALL:
                self._call()
                self.say([line(screen.words, "ear.called")])
            case PadKey.YES if self._is_stopping:
                self._stop()
            case PadKey.NO if self._is_stopping:
                self._is_stopping = False
                self.say([line(screen.words, "ear.going_on"), *self._prompts()])
            case PadKey.YES:
                if not screen.accept():
                    self.say([line(screen.words, "ear.nothing")])
            case PadKey.NO:
                self._decline(screen)

    def _decline(self, screen: Screen) -> None:
        if screen.decline():
            return
        if self._can_stop:
            self._is_stopping = True
            self.say(self._prompts())
        elif screen.offers_languages:
            self._change_language(next_voice(screen.words.language))
        else:
            self.say([line(screen.words, "ear.nothing")])

    def _whole(self) -> list[Line]:
        return [*self._screen.lines(), *self._prompts()] if self._screen else []

    def _prompts(self) -> list[Line]:
        """What can be done now."""
        if self._screen is None:
            return []
        if self._is_stopping:
            return [line(self._screen.words, "ear.stop")]
        other = Words("patient", next_voice(self._screen.words.language))
        return [*self._screen.prompts(), *([line(other, "ear.other")] if self._screen.offers_languages else [])]

    def _write(self, text: str) -> None:
        """A sentence into the bar; where nothing can be heard, with why, and with the question that it belongs to."""
        silent = self._why_silent()
        is_asked = silent and not self._is_stopping and text == self._last_words()
        asked = self._screen.question() if self._screen is not None and is_asked else ""
        self._bar.show_text(" ".join(part for part in (silent, asked, text) if part))

    def _last_words(self) -> str:
        lines = self._whole()
        return lines[-1].text if lines else ""

    def _why_silent(self) -> str:
        if self._screen is None:
            return ""
        words = self._screen.words
        if words.language not in VOICES:
            return words["ear.no_voice"]
        return words["ear.silent"] if self._hearing is Hearing.NOWHERE else ""


def next_voice(language: str) -> str:
    """The language that is offered by ear to who hears one: any with a voice, in turn; easy Japanese by touch alone."""
    offered = [each for each in PATIENT_LANGUAGES if each in VOICES and not each.endswith("-easy")]
    at = offered.index(language) if language in offered else -1
    return offered[(at + 1) % len(offered)]
