"""The trials of the set-up window, on this machine: its reader, its camera, its service, its store, its people."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from device.camera import SharedCamera
from device.frame_source import OpenCvSource
from terminal.clock import SystemClock
from terminal.commands.keys_beginning import seal_found
from terminal.commands.setup_parts import OpenReader, open_reader, try_camera, try_reader, try_service
from terminal.commands.setup_store import enrol, enrol_what_is_held, make_keys, try_keys, try_roles
from terminal.configuration.draft import Draft, Sitting, Step, Value, finished, keep
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Configuration
from terminal.configuration.writing import written
from terminal.durable import write_durably
from terminal.eligibility.check_digits import is_institution_code
from terminal.failure_book.book import Audience, sentence
from terminal.ports import Camera
from terminal.problems import TerminalError
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Tried
from ui.words.catalogue import Words

READABLE = 0o644
_STAND_IN: Draft = {  # so that one step can be tried before the others are filled in
    "clinic.name": "-",
    "clinic.institution_code": "0000000000",
    "clinic.terminal": "-",
    "eligibility.service": "folder",
    "eligibility.folder.folder": "/",
}


class SetupRoom:
    """`Trials` for a configuration that is to lie at `file`. Close it at the end."""

    def __init__(self, file: Path, opening: OpenReader = open_reader) -> None:
        self._file = file
        self._opening = opening
        self._camera: SharedCamera | None = None

    def tried(self, trial: Trial) -> Tried:
        """One step."""
        return _told(trial, self._try)

    def seal_found(self) -> str:
        """What this machine can keep a key with."""
        return seal_found()

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        """The store's keys, and the recovery key."""
        return _told(trial, lambda trial, words: make_keys(trial, keys, words))

    def enrol(self, trial: Trial, person: NewPerson | NewHeld) -> Tried:
        """Somebody new, or what somebody holds."""

        def act(trial: Trial, words: Words) -> Tried:
            if isinstance(person, NewPerson):
                return enrol(trial, person, words)
            configuration = self._with_the_rest(_configuration(trial.draft, "reader."))
            return enrol_what_is_held(trial, person, configuration, words)

        return _told(trial, act)

    def camera(self, device: int) -> Camera:
        """The camera, the former one let go."""
        self.close()
        self._camera = SharedCamera(OpenCvSource(device))
        return self._camera

    def keep(self, sitting: Sitting) -> None:
        """Keeps a sitting beside the configuration."""
        keep(sitting, draft_file(self._file))

    def write(self, draft: Mapping[str, Value]) -> Tried:
        """Writes the configuration in place of the former one."""
        try:
            made = self._with_the_rest(finished(draft))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._file, written(made).encode())
            self._file.chmod(READABLE)  # no setting is a secret, and the desk's own account must read it
        except TerminalError as error:
            return Tried(False, error.detail)
        except OSError as error:
            return Tried(False, f"{self._file}: {error.strerror}")
        return Tried(True, str(self._file))

    def close(self) -> None:
        """Lets go of the camera."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _with_the_rest(self, made: Configuration) -> Configuration:
        """What no step asks for stays as it was. Raises `CONFIGURATION_WRONG`."""
        if not self._file.exists():
            return made
        asked = {name: getattr(made, name) for name in ("clinic", "reader", "camera", "eligibility", "store")}
        return replace(read_configuration(self._file), **asked)

    def _try(self, trial: Trial, words: Words) -> Tried:
        match trial.step:
            case Step.SITE:
                is_good = is_institution_code(str(trial.draft["clinic.institution_code"]))
                return Tried(is_good, words["site.good" if is_good else "site.code"])
            case Step.READER:
                with closing(self._opening(_configuration(trial.draft, "reader.").reader)) as reader:
                    return try_reader(reader, words, trial.stop)
            case Step.CAMERA:
                device = _configuration(trial.draft, "camera.").camera.device
                return try_camera(self._camera or self.camera(device), words, trial.stop)
            case Step.SERVICE:
                return try_service(_configuration(trial.draft, "eligibility."), SystemClock(), words)
            case Step.KEYS:
                return try_keys(trial, words)
            case Step.ROLES:
                return try_roles(trial, words)
            case _:
                assert_never(trial.step)


def draft_file(file: Path) -> Path:
    """Where the draft of a configuration lies."""
    return file.with_name(f"{file.name}.draft")


def _told(trial: Trial, act: Callable[[Trial, Words], Tried]) -> Tried:
    """What an act comes to; a failure in a sentence."""
    try:
        return act(trial, Words("setup", trial.language))
    except TerminalError as error:
        detail = f" ({error.detail})" if error.detail else ""
        return Tried(False, f"{sentence(error.problem, Audience.IT, trial.language)}{detail}")


def _configuration(draft: Mapping[str, Value], prefix: str) -> Configuration:
    """A configuration with one step's settings, the others standing in. Raises `CONFIGURATION_WRONG`."""
    own = {path: value for path, value in draft.items() if path.startswith((prefix, "clinic."))}
    stand_in = {name: value for name, value in _STAND_IN.items() if not name.startswith(prefix)}
    return finished({**stand_in, **own})
