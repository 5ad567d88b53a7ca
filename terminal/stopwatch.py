"""How long a desk waits for each of its ports: ports in, the same ports out with every call timed."""

import time
from collections import defaultdict
from dataclasses import replace
from typing import Any, TypeVar, cast

from terminal.people import FaceComparison
from terminal.ports import Ports

Port = TypeVar("Port")


class Stopwatch:
    """Milliseconds by step: card, decode, face, online, store. What runs beside something else is counted, too."""

    def __init__(self) -> None:
        self.milliseconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, ports: Ports) -> Ports:
        """The same ports, the time of each call added to its step."""
        return replace(
            ports,
            card_reader=self._watched("card", ports.card_reader),
            face_matcher=self._watched("face", ports.face_matcher),
            eligibility=self._watched("online", ports.eligibility),
            cache=self._watched("store", ports.cache),
            journal=self._watched("store", ports.journal),
        )

    def _watched(self, step: str, port: Port) -> Port:
        return cast("Port", _Watched(self, step, port))


class _Watched:
    """Stands before a port and passes every call on."""

    def __init__(self, stopwatch: Stopwatch, step: str, port: object) -> None:
        self._stopwatch = stopwatch
        self._step = step
        self._port = port

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)

        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            result = None
            try:
                result = call(*arguments)
                return result
            finally:
                spent = (time.perf_counter() - began) * 1000
                milliseconds = self._stopwatch.milliseconds
                if isinstance(result, FaceComparison):  # decoding the chip photo is a step of its own
                    milliseconds["decode"] += result.decode_ms
                    spent -= result.decode_ms
                milliseconds[self._step] += spent

        return timed
