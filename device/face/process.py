"""The face process: decodes the chip photo, looks at frames, decides. The desk asks it over its pipes (`device.child`).

It holds at most one comparison, of which nothing is left once it is decided, forgotten or replaced by the next.
"""

import time
from typing import Any

from device.child import Answer, serve
from device.face.comparison import Comparison, Finding
from device.face.detection import LARGEST_SIDE_PX, Detector
from device.face.embedding import Embedder
from device.face.pixels import erase, fit, from_bytes
from device.face.portrait import decode
from device.face.quality import Hint, is_alone
from terminal.problems import Problem, TerminalError

SHOWN_HEIGHT_PX = 480  # of the pictures for the receptionist's own look
LARGEST_FRAME_SIDE_PX = 4096


class FaceProcess:
    """The three verbs, over networks that are loaded before anyone asks."""

    def __init__(self, detector: Detector, embedder: Embedder) -> None:
        self._detector = detector
        self._embedder = embedder
        self._latest = 0  # the highest number yet
        self._comparison: Comparison | None = None

    def portrait(self, values: dict[str, Any], blobs: list[bytes]) -> Answer:
        """Begins comparison `number` with a chip photo; answers `has_face`, `decode_ms`, the picture and its size."""
        number = values["number"]
        if number < self._latest:
            raise TerminalError(Problem.CANCELLED, "a later comparison began")
        self._latest = number
        self._end()
        started = time.perf_counter()
        picture = decode(blobs[0])
        decode_ms = 1000 * (time.perf_counter() - started)
        small = fit(picture, LARGEST_SIDE_PX, LARGEST_SIDE_PX)
        faces = self._detector.find(small)
        if has_face := is_alone(faces):
            aligned = self._embedder.align(small, faces[0])
            portrait = self._embedder.embed(aligned)
            self._comparison = Comparison(number, portrait, (self._detector, self._embedder))
            erase(aligned)
        shown = fit(picture, picture.shape[1], SHOWN_HEIGHT_PX)
        height, width = shown.shape[:2]
        bgr = shown.tobytes()
        erase(picture, small, shown)
        return {"has_face": has_face, "decode_ms": decode_ms, "width": width, "height": height}, [bgr]

    def frame(self, values: dict[str, Any], blobs: list[bytes]) -> Answer:
        """Looks at a frame; answers, each where there is one, what `Finding` tells.

        `hint`; `used`, how many frames count; `asks_turn`; at the end `decision`, `similarity` and `attack`.
        """
        comparison = self._comparison
        if comparison is None or comparison.number != values["number"]:
            raise TerminalError(Problem.CANCELLED, "it ended, or a later one began")
        if not _is_picture(values["width"], values["height"], len(blobs[0])):
            return {"hint": Hint.PICTURE_UNUSABLE}, ()
        frame = from_bytes(values["width"], values["height"], blobs[0])
        small = fit(frame, LARGEST_SIDE_PX, LARGEST_SIDE_PX)
        try:
            finding = comparison.look(small)
        finally:
            erase(frame, small)
        if finding.verdict is not None:
            self._end()
        return _values_of(finding), ()

    def forget(self, values: dict[str, Any], _blobs: list[bytes]) -> Answer:
        """Ends comparison `number`, if it is still the one."""
        if self._comparison is not None and self._comparison.number == values["number"]:
            self._end()
        return {}, ()

    def _end(self) -> None:
        if self._comparison is not None:
            self._comparison.erase()
            self._comparison = None


def _is_picture(width: int, height: int, size: int) -> bool:
    sides = range(1, LARGEST_FRAME_SIDE_PX + 1)
    return width in sides and height in sides and size == 3 * width * height


def _values_of(finding: Finding) -> dict[str, Any]:
    values: dict[str, Any] = {"hint": finding.hint, "used": finding.used, "asks_turn": finding.asks_turn or None}
    if finding.verdict is not None:
        values |= {"decision": finding.verdict.decision, "similarity": finding.verdict.similarity}
        values |= {"attack": sorted(finding.attack) or None}
    return {name: value for name, value in values.items() if value is not None}


def main() -> None:
    """Loads the networks, then answers until standard input ends. What was wrong with them is each answer."""
    try:
        process = FaceProcess(Detector(), Embedder())
    except TerminalError as error:
        problem = error

        def refuse(_values: dict[str, Any], _blobs: list[bytes]) -> Answer:
            raise problem

        serve({"portrait": refuse, "frame": refuse, "forget": refuse})
    else:
        serve({"portrait": process.portrait, "frame": process.frame, "forget": process.forget})


if __name__ == "__main__":
    main()
