"""Laying a practice card on a virtual reader, and taking it away. The card is a process of its own."""

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from device.child import command
from device.virtual.quirks import PLAIN, Quirks
from terminal.problems import Problem, TerminalError


class InsertedCard:
    """A card that lies on the reader from construction until `remove`; also a context manager.

    Raises `READER_ABSENT` when it cannot be laid: above all, when no virtual reader listens there within 10 s.
    """

    def __init__(self, image_file: Path, host: str, port: int, quirks: Quirks = PLAIN) -> None:
        self._process = subprocess.Popen(
            command(
                "device.virtual.card_process",
                *("--image", str(image_file)),
                *("--connect", f"{host}:{port}"),
                *("--quirks", json.dumps(quirks.changed())),
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C at the terminal is for the desk, which ends its children
        )
        assert self._process.stdout is not None  # noqa: S101  # we asked for the pipe
        if self._process.stdout.readline() != b"inserted\n":
            self.remove()
            raise TerminalError(Problem.READER_ABSENT, f"no practice card came to port {port}")

    @property
    def pid(self) -> int:
        """The card's process."""
        return self._process.pid

    def remove(self) -> None:
        """Takes the card away; does nothing the second time."""
        with self._process:  # waits for its end and closes its pipes
            self._process.terminate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()
