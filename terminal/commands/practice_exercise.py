"""An exercise with windows: its situation is made first, its score and its recording are kept in the home."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer

from terminal.commands.headless import check_in
from terminal.commands.practice_room import PracticeRoom
from terminal.ports import Clock
from terminal.practice.exercise import Exercise, Score, score_as_json, score_lines
from terminal.practice.session import Recording, Session, as_json
from terminal.problems import Problem, TerminalError
from ui.app import Windows
from ui.practice.exercise_card import ExerciseCard

_DAY = timedelta(days=1)


class Training:
    """One practice that is taken down; with an exercise, it is begun in its situation, and judged."""

    def __init__(self, home: Path, exercise: Exercise | None, session: Session, clock: Clock) -> None:
        self.session = session
        self._home = home
        self._exercise = exercise
        self._clock = clock
        self._card: ExerciseCard | None = None
        self._score: Score | None = None
        self._language = "ja"

    def prepare(self, room: PracticeRoom) -> None:
        """Makes the day before, where there was one. The room's desk must not be open yet."""
        exercise = self._exercise
        if exercise is not None and exercise.confirmed_yesterday:
            room.clock.shift = -_DAY
            try:
                check_in(room, room.people[exercise.person])
            finally:
                room.clock.shift = timedelta()
                room.take_away()

    def open_card(self, windows: Windows, language: str) -> None:
        """Shows the exercise beside the windows, and makes its situation by the practice box."""
        self._language = language
        exercise = self._exercise
        if exercise is None:
            return
        self._card = card = ExerciseCard(exercise, lambda: self.session.moments, language=language)
        card.ended.connect(self._keep)
        windows.reception.language_changed.connect(card.set_language)
        if windows.box:
            cut, unplugged = exercise.is_line_cut, exercise.is_camera_unplugged
            windows.box.begin(exercise.person, exercise.fault, is_line_cut=cut, is_camera_unplugged=unplugged)
        QTimer.singleShot(0, card.show)  # after the desk's windows, and so above them

    def close(self, person_id: str) -> None:
        """Keeps the recording, and says where. Raises `STORE_UNREADABLE`."""
        if self._card is not None:
            self._card.close()
        if not person_id:
            return
        number = self._exercise.number if self._exercise else 0
        self._write("recording", as_json(Recording(person_id, number, self.session.moments)))
        if self._score is not None:
            told = score_as_json(self._score, self._clock.now())
            self._write(f"exercise-{number:02}", json.dumps(told, ensure_ascii=False, indent=1) + "\n")
            print("\n".join(score_lines(self._score, self._language)))

    def _keep(self, score: Score) -> None:
        self._score = score

    def _write(self, what: str, text: str) -> None:
        path = self._home / f"{what}-{_stamp(self._clock.now())}.json"
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{path}: {error.strerror}") from error
        print(path)


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"
