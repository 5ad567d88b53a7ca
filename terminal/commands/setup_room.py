"""The trials of the set-up window, on this machine: its reader, its camera, its service, its store."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import assert_never

from device.camera import OpenCvSource, SharedCamera
from device.card.anchors import load_anchors
from device.card.reader import SupervisedCardReader
from offline_cache.keys.durable import write_durably
from offline_cache.rotation import read_keys
from offline_cache.staff import open_roster_of
from terminal.clock import SystemClock
from terminal.commands.configured import readers_of, service_of
from terminal.configuration.draft import Draft, Step, Value, finished, keep
from terminal.configuration.settings import Configuration
from terminal.configuration.writing import written
from terminal.doctor.desk_parts import check_camera, check_reader
from terminal.doctor.hops import Finding, Grade, table
from terminal.eligibility.check_digits import is_institution_code
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.folder_files import SharedFolders
from terminal.eligibility.https import HttpsEligibility
from terminal.failure_book.book import Audience, sentence
from terminal.ports import Camera
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Role, roles_held_by_nobody
from ui.setup.trying import Tried
from ui.words.catalogue import Words

READABLE = 0o644
_STAND_IN: Draft = {  # so that one step can be tried before the others are filled in
    "clinic.name": "-",
    "clinic.institution_code": "0000000000",
    "clinic.terminal": "-",
}


class SetupRoom:
    """`Trials` for a configuration that is to lie at `file`. Close it at the end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._camera: SharedCamera | None = None

    def tried(self, step: Step, draft: Mapping[str, Value], language: str) -> Tried:
        """One step."""
        words = Words("setup", language)
        try:
            return self._try(step, draft, words)
        except TerminalError as error:
            return _refused(error, language)

    def camera(self, device: int) -> Camera:
        """The camera, the former one let go."""
        self.close()
        self._camera = SharedCamera(OpenCvSource(device))
        return self._camera

    def keep(self, draft: Mapping[str, Value]) -> None:
        """Keeps a draft beside the configuration."""
        keep(draft, draft_file(self._file))

    def write(self, draft: Mapping[str, Value]) -> Tried:
        """Writes the configuration in place of the former one."""
        try:
            made = finished(draft)
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

    def _try(self, step: Step, draft: Mapping[str, Value], words: Words) -> Tried:
        match step:
            case Step.SITE:
                code = str(draft["clinic.institution_code"])
                return Tried(
                    is_institution_code(code), words["site.good" if is_institution_code(code) else "site.code"]
                )
            case Step.READER:
                return _reader(_configuration(draft, "reader."), words)
            case Step.CAMERA:
                device = _configuration(draft, "camera.").camera.device
                camera = self._camera or self.camera(device)
                return _found([check_camera(camera)], words)
            case Step.SERVICE:
                return _service(_configuration(draft, "eligibility.", _STAND_IN), words)
            case Step.KEYS:
                return self._keys(_folder(draft), words)
            case Step.ROLES:
                return self._roles(_folder(draft), words)
            case _:
                assert_never(step)

    def _keys(self, folder: Path, words: Words) -> Tried:
        if not (folder / "keys.json").is_file():
            return Tried(False, words.format("keys.none", command=f"uketsuke keys init --config {self._file}"))
        return Tried(True, words.format("keys.good", seal=read_keys(folder).wraps[-1].seal))

    def _roles(self, folder: Path, words: Words) -> Tried:
        command = f"uketsuke staff add ID --config {self._file} --name NAME --role ROLE"
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        with closing(open_roster_of(folder, Path(directory) if directory else None, SystemClock(), _nobody)) as roster:
            members = roster.members()
        lacking = [role for role in roles_held_by_nobody(members) if role in (Role.RECEPTIONIST, Role.IT)]
        if lacking:
            return Tried(False, words.format("roles.lacking", roles=", ".join(lacking), command=command))
        return Tried(True, words.format("roles.good", count=sum(member.is_enabled for member in members)))


def draft_file(file: Path) -> Path:
    """Where the draft of a configuration lies."""
    return file.with_name(f"{file.name}.draft")


def _nobody() -> str:
    raise TerminalError(Problem.KEY_MISSING, "a passphrase opens the store: uketsuke staff list asks for it")


def _folder(draft: Mapping[str, Value]) -> Path:
    return Path(str(draft.get("store.folder") or "/var/lib/uketsuke"))


def _configuration(draft: Mapping[str, Value], prefix: str, others: Draft | None = None) -> Configuration:
    """A configuration with one step's settings, the others standing in. Raises `CONFIGURATION_WRONG`."""
    own = {path: value for path, value in draft.items() if path.startswith((prefix, "clinic."))}
    stand_in = {"eligibility.service": "folder", "eligibility.folder.folder": "/"} if prefix != "eligibility." else {}
    return finished({**_STAND_IN, **(others or {}), **stand_in, **own})


def _reader(made: Configuration, words: Words) -> Tried:
    if made.reader.anchors is not None:
        load_anchors(made.reader.anchors)
    with closing(SupervisedCardReader(readers=readers_of(made.reader), anchors=made.reader.anchors)) as reader:
        return _found(list(check_reader(reader)), words)


def _service(made: Configuration, words: Words) -> Tried:
    folder = made.eligibility.folder
    service = service_of(made.eligibility, made.clinic.institution_code) if folder is None else None
    if isinstance(service, HttpsEligibility | FhirEligibility):
        with closing(service):
            service.probe()
    elif folder is not None:
        SharedFolders(folder.folder).reach()
    return Tried(True, words["service.good"])


def _found(findings: list[Finding], words: Words) -> Tried:
    """The worst of what the doctor's checks found."""
    order = (Grade.RED, Grade.AMBER, Grade.GREEN)
    worst = min(findings, key=lambda finding: order.index(finding.grade))
    return Tried(worst.grade is Grade.GREEN, table()[worst.cause].sentences[words.language])


def _refused(error: TerminalError, language: str) -> Tried:
    detail = f" ({error.detail})" if error.detail else ""
    return Tried(False, f"{sentence(error.problem, Audience.IT, language)}{detail}")
