"""The two networks, which here look at each picture once: the same few are seen in many orders. For benchmarks only."""

from device.face.detection import Detector, Face
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels


class RememberingDetector(Detector):
    """Looks at each picture once. Pictures are kept with what was found, so that none takes another's place."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._known: dict[int, tuple[Pixels, list[Face]]] = {}

    def find(self, picture: Pixels) -> list[Face]:
        if id(picture) not in self._known:
            self._known[id(picture)] = picture, self._detector.find(picture)
        return self._known[id(picture)][1]


class RememberingEmbedder(Embedder):
    """Aligns and embeds each face once; what is handed out may be overwritten."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._aligned: dict[int, tuple[Pixels, Pixels]] = {}
        self._embedded: dict[bytes, Floats] = {}

    def align(self, picture: Pixels, face: Face) -> Pixels:
        if id(picture) not in self._aligned:
            self._aligned[id(picture)] = picture, self._embedder.align(picture, face)
        return self._aligned[id(picture)][1].copy()

    def embed(self, aligned: Pixels) -> Floats:
        key = aligned.tobytes()
        if key not in self._embedded:
            self._embedded[key] = self._embedder.embed(aligned)
        return self._embedded[key].copy()
