"""The face process: decodes the chip photo, looks at frames, decides. The desk asks it over its pipes (`device.child`).

It holds at most one comparison, of which nothing is left once it is decided, forgotten or replaced by the next.
Whether the face before the camera is alive is not tested: a person sits at the desk.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from device.child import Answer, serve
from device.face.decision import decide
from device.face.detection import LARGEST_SIDE_PX, Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels, erase, fit, from_bytes
from device.face.portrait import decode
from device.face.quality import Hint, hint_for, is_alone, measure
from terminal.problems import Problem, TerminalError

SHOWN_HEIGHT_PX = 480  # of the pictures for the receptionist's own look
SAME_PICTURE_AT_MOST = 0.5  # mean difference of two aligned faces in grey levels: repeated 0, with sensor noise over 1


@dataclass
class Comparison:
    """One portrait and the frames seen so far. Later comparisons have higher numbers; an earlier one may still ask."""

    number: int
    portrait: Floats = field(repr=False)
    aligned: list[Pixels] = field(default_factory=list, repr=False)
    embeddings: list[Floats] = field(default_factory=list, repr=False)

    def erase(self) -> None:
        """Ends what it held."""
        erase(self.portrait, *self.aligned, *self.embeddings)
        self.aligned.clear()
        self.embeddings.clear()


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
            self._comparison = Comparison(number, self._embedder.embed(aligned))
            erase(aligned)
        shown = fit(picture, picture.shape[1], SHOWN_HEIGHT_PX)
        height, width = shown.shape[:2]
        bgr = shown.tobytes()
        erase(picture, small, shown)
        return {"has_face": has_face, "decode_ms": decode_ms, "width": width, "height": height}, [bgr]

    def frame(self, values: dict[str, Any], blobs: list[bytes]) -> Answer:
        """Looks at a frame; answers, each where there is one, `hint`, `used` (frames), `decision` and `similarity`."""
        comparison = self._comparison
        if comparison is None or comparison.number != values["number"]:
            raise TerminalError(Problem.CANCELLED, "it ended, or a later one began")
        frame = from_bytes(values["width"], values["height"], blobs[0])
        small = fit(frame, LARGEST_SIDE_PX, LARGEST_SIDE_PX)
        try:
            return self._look(comparison, small), ()
        finally:
            erase(frame, small)

    def forget(self, values: dict[str, Any], _blobs: list[bytes]) -> Answer:
        """Ends comparison `number`, if it is still the one."""
        if self._comparison is not None and self._comparison.number == values["number"]:
            self._end()
        return {}, ()

    def _look(self, comparison: Comparison, frame: Pixels) -> Mapping[str, Any]:
        faces = self._detector.find(frame)
        if not is_alone(faces):
            return {"hint": Hint.ONE_PERSON_ONLY if faces else Hint.NOBODY}
        aligned = self._embedder.align(frame, faces[0])
        if hint := hint_for(measure(frame, faces[0], aligned)):
            return {"hint": hint}
        if any(_is_same_picture(aligned, seen) for seen in comparison.aligned):
            return {}
        comparison.aligned.append(aligned)
        comparison.embeddings.append(self._embedder.embed(aligned))
        used = len(comparison.embeddings)
        verdict = decide(comparison.portrait, comparison.embeddings)
        if verdict is None:
            return {"used": used}
        self._end()
        return {"used": used, "decision": verdict.decision, "similarity": verdict.similarity}

    def _end(self) -> None:
        if self._comparison is not None:
            self._comparison.erase()
            self._comparison = None


def _is_same_picture(one: Pixels, other: Pixels) -> bool:
    return float(np.abs(one.astype(np.int16) - other).mean()) <= SAME_PICTURE_AT_MOST


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
