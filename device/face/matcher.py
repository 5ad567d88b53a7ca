"""The port `FaceMatcher` over the face process. Its law: an end within the time limit, whatever the other side does."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from device.child import Child
from device.face import challenge
from terminal.people import FaceComparison, FaceDecision, Picture
from terminal.problems import Problem, TerminalError

MODULE = "device.face.process"
WITHIN_SECONDS = 10.0  # for the whole comparison, by when nothing usable was seen
TURN_WITHIN_SECONDS = challenge.WITHIN_SECONDS + 1.0  # the process ends a challenge itself, with a decision
ANSWER_WITHIN_SECONDS = 5.0  # for one answer, a cold start's loading of the networks included; a warm one takes 0.05


class SupervisedFaceMatcher:
    """Compares faces in a process that is killed when it hangs."""

    def __init__(
        self,
        child: Child | None = None,
        *,
        within: float = WITHIN_SECONDS,
        answer_within: float = ANSWER_WITHIN_SECONDS,
    ) -> None:
        self._child = child or Child(MODULE, hung=Problem.FACE_ENGINE_FAILED, ended=Problem.FACE_ENGINE_FAILED)
        self._within = within
        self._answer_within = answer_within
        self._hint: Callable[[str], None] = lambda _word: None

    def listen(self, hint: Callable[[str], None]) -> None:
        """Calls `hint`, for each frame and on the thread that compares, with a `Hint`'s word; "": there is none."""
        self._hint = hint

    def start(self) -> None:
        """Starts the process, which loads its networks, so that the first patient does not wait for that."""
        self._child.start()

    def compare(self, portrait: bytes, frames: Iterator[Picture]) -> FaceComparison:
        """Takes frames until it is decided or the time is up, which is `NO_FACE`.

        `decode_ms` is the photo's decoding alone; `match_ms` all else that was computed, to and from the process, for
        the photo and the frames used, without the waiting for the camera. Raises `FACE_ENGINE_FAILED`,
        `FACE_MODEL_WRONG`, what the frames raise, and `CANCELLED` when a later comparison has begun meanwhile.
        """
        number = time.monotonic_ns()  # rises: of two, the later one stays
        try:
            return self._compare(number, portrait, frames)
        finally:
            self._hint("")
            self._forget(number)

    def show(self, portrait: bytes) -> Picture:
        """The chip photo as a picture, for when a person looks and no camera does. Raises `PHOTO_UNUSABLE`."""
        number = time.monotonic_ns()  # rises: of two, the later one stays
        try:
            return self._begin(number, portrait)[1]
        finally:
            self._forget(number)

    def close(self) -> None:
        """Ends the process."""
        self._child.close()

    def _compare(self, number: int, portrait: bytes, frames: Iterator[Picture]) -> FaceComparison:
        out_of_time = time.monotonic() + self._within
        asked = time.perf_counter()
        try:
            values, shown = self._begin(number, portrait)
        except TerminalError as error:
            if error.problem is not Problem.PHOTO_UNUSABLE:
                raise
            return FaceComparison(FaceDecision.PHOTO_UNUSABLE, None, 0, 0.0, 0.0)
        decode_ms = values["decode_ms"]
        match_ms = _ms_since(asked) - decode_ms
        if not values["has_face"]:
            return FaceComparison(FaceDecision.PHOTO_UNUSABLE, None, 0, decode_ms, match_ms, shown)
        used, live = 0, None
        for frame in frames:
            if time.monotonic() >= out_of_time:
                break
            live, asked = frame, time.perf_counter()
            answer = self._look(number, frame)
            self._hint(answer.get("hint", ""))
            if "asks_turn" in answer:
                out_of_time = max(out_of_time, time.monotonic() + TURN_WITHIN_SECONDS)
            if "used" in answer:
                used = answer["used"]
                match_ms += _ms_since(asked)
            if "decision" in answer:
                decision = FaceDecision(answer["decision"])
                attack = tuple(answer.get("attack") or ())
                return FaceComparison(decision, answer["similarity"], used, decode_ms, match_ms, shown, live, attack)
        return FaceComparison(FaceDecision.NO_FACE, None, used, decode_ms, match_ms, shown, live)

    def _begin(self, number: int, portrait: bytes) -> tuple[dict[str, Any], Picture]:
        values, blobs = self._child.ask("portrait", {"number": number}, portrait, within=self._answer_within)
        return values, Picture(values["width"], values["height"], blobs[0])

    def _look(self, number: int, frame: Picture) -> dict[str, Any]:
        values = {"number": number, "width": frame.width, "height": frame.height}
        return self._child.ask("frame", values, frame.bgr, within=self._answer_within)[0]

    def _forget(self, number: int) -> None:
        if self._child.pid is not None:  # a process that has ended has forgotten
            with suppress(TerminalError):
                self._child.ask("forget", {"number": number}, within=self._answer_within)


def _ms_since(started: float) -> float:
    return 1000 * (time.perf_counter() - started)
