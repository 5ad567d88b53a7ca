"""Sound by ALSA: `opusdec` decodes a recording, `aplay` plays it, `amixer` tells of earphones; each its own process.

A sound device that hangs hangs a process that the next line ends, and no window.
"""

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from terminal.configuration.settings import Listening
from ui.speech.jack import is_plugged
from ui.speech.line import Hearing, Line, audible
from ui.speech.recordings import recording_of

_log = logging.getLogger(__name__)

LONGEST_SECONDS = 60.0  # no recording is half as long
ASKING_SECONDS = 2.0


class AlsaSpeaker:
    """Plays on a card, by name or number; "": the default one. A thread of its own starts with the first line."""

    def __init__(self, card: str = "", listening: Listening = Listening.JACK) -> None:
        self._sound = ("-D", f"sysdefault:CARD={card}") if card else ()
        self._controls = ("-c", card) if card else ()
        self._listening = listening
        self._told: Callable[[Hearing], None] = lambda _: None
        self._heard: Hearing | None = None
        self._changed = threading.Condition()
        self._lines: list[Line] = []  # being said: what is left
        self._waiting: list[Line] = []
        self._playing: list[subprocess.Popen[bytes]] = []
        self._turn = 0  # of `say`: what an older one began is over
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def say(self, lines: Sequence[Line]) -> None:
        """Says lines in place of whatever is being said."""
        with self._changed:
            if self._is_closed:
                return
            self._turn += 1
            self._lines, self._waiting = list(lines), []
            self._stop()
            self._wake()

    def add(self, lines: Sequence[Line]) -> None:
        """Says lines once what is being said is over, in place of others that wait so."""
        with self._changed:
            if not self._is_closed:
                self._waiting = list(lines)
                self._wake()

    def listen(self, told: Callable[[Hearing], None]) -> None:
        """Has `told` called when sound comes from elsewhere than before."""
        self._told = told

    def close(self) -> None:
        """Falls silent for good."""
        with self._changed:
            self._is_closed = True
            self._turn += 1
            self._lines, self._waiting = [], []
            self._stop()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _stop(self) -> None:
        for process in self._playing:
            process.kill()

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            turn, lines = taken
            hearing = self._where()
            for line in audible(lines, hearing):
                if not self._is_current(turn):
                    break
                recording = recording_of(line)
                if recording is None:
                    continue
                if not self._play(recording, turn):
                    hearing = Hearing.NOWHERE
                    break
            if self._is_current(turn) and hearing is not self._heard:
                self._heard = hearing
                self._told(hearing)

    def _take(self) -> tuple[int, list[Line]] | None:
        """The next lines, and the turn they belong to; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._lines or self._waiting)
            if self._is_closed:
                return None
            taken, self._lines = self._lines or self._waiting, []
            if taken is self._waiting:
                self._waiting = []
            return self._turn, taken

    def _is_current(self, turn: int) -> bool:
        with self._changed:
            return turn == self._turn

    def _play(self, recording: Path, turn: int) -> bool:
        """Plays a recording to its end, or until something else is to be said; False where it cannot be played."""
        try:
            decoder = subprocess.Popen(
                ["opusdec", "--quiet", "--force-wav", str(recording), "-"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return self._failed("opusdec")
        with decoder:
            try:
                player = subprocess.Popen(
                    ["aplay", "-q", *self._sound, "-"],
                    stdin=decoder.stdout,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError:
                decoder.kill()
                return self._failed("aplay")
            with player:
                return self._attend(decoder, player, turn)

    def _attend(self, decoder: "subprocess.Popen[bytes]", player: "subprocess.Popen[bytes]", turn: int) -> bool:
        if decoder.stdout is not None:
            decoder.stdout.close()  # the player holds its end
        with self._changed:
            self._playing = [decoder, player]
            if turn != self._turn:
                self._stop()
        with suppress(subprocess.TimeoutExpired):
            player.wait(LONGEST_SECONDS)
        with self._changed:
            self._playing = []
        status = player.poll()
        for process in (decoder, player):
            process.kill()  # whoever still runs
        return not self._is_current(turn) or status == 0 or self._failed("aplay")

    def _where(self) -> Hearing:
        match self._listening:
            case Listening.EARPHONES:
                return Hearing.EARPHONES
            case Listening.LOUDSPEAKER:
                return Hearing.LOUDSPEAKER
            case Listening.JACK:
                return Hearing.EARPHONES if is_plugged(self._contents()) else Hearing.LOUDSPEAKER

    def _contents(self) -> str:
        command = ["amixer", *self._controls, "contents"]
        try:
            asked = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ASKING_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return asked.stdout.decode("utf-8", "replace")

    def _failed(self, program: str) -> bool:
        if self._heard is not Hearing.NOWHERE:
            _log.warning("no sound: %s does not play", program)
        return False
