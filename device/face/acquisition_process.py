"""The process that looks at picture files: decodes hostile bytes, finds the one face, measures and embeds it.

It computes on one thread, so that as many of these processes as there are cores use them all; it keeps no picture.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from device.child import Answer, serve
from device.face.detection import LARGEST_SIDE_PX, Detector
from device.face.embedding import Embedder
from device.face.picture_file import decode_file
from device.face.pixels import erase, fit
from device.face.quality import Hint, hint_for, is_alone, measure
from device.opencv import cv2
from terminal.problems import TerminalError


class AcquisitionProcess:
    """One verb, over networks that are loaded before anyone asks."""

    def __init__(self, detector: Detector, embedder: Embedder) -> None:
        self._detector = detector
        self._embedder = embedder

    def acquire(self, _values: dict[str, Any], blobs: list[bytes]) -> Answer:
        """Answers `hint`, if there is one, `quality` and the embedding's bytes, if one person is in the picture."""
        with _without_a_word():
            picture = decode_file(blobs[0])
        small = fit(picture, LARGEST_SIDE_PX, LARGEST_SIDE_PX)
        try:
            faces = self._detector.find(small)
            if not is_alone(faces):
                return {"hint": Hint.ONE_PERSON_ONLY if faces else Hint.NOBODY}, ()
            aligned = self._embedder.align(small, faces[0])
            quality = measure(small, faces[0], aligned)
            embedding = self._embedder.embed(aligned)
            erase(aligned)
            return {"hint": hint_for(quality), "quality": asdict(quality)}, [embedding.tobytes()]
        finally:
            erase(picture, small)


@contextmanager
def _without_a_word() -> Iterator[None]:
    """Libraries print what they think of a damaged file; what counts is the reason that is answered."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def main() -> None:
    """Loads the networks, then answers until standard input ends. What was wrong with them is each answer."""
    cv2.setNumThreads(1)
    try:
        process = AcquisitionProcess(Detector(), Embedder())
    except TerminalError as error:
        problem = error

        def refuse(_values: dict[str, Any], _blobs: list[bytes]) -> Answer:
            raise problem

        serve({"acquire": refuse})
    else:
        serve({"acquire": process.acquire})


if __name__ == "__main__":
    main()
