"""The checks of a round, wired for a desk as it is configured, or for the practice set."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from device.camera import SharedCamera
from device.card.reader import SupervisedCardReader
from device.child import program
from device.frame_source import OpenCvSource
from terminal.access_log.clock_state import clock_state
from terminal.clock import SystemClock
from terminal.commands.configured import readers_of, sealing_of
from terminal.commands.doctor_store import store_checks
from terminal.commands.headless import check_in
from terminal.commands.practice_room import PracticeRoom
from terminal.configuration.settings import Configuration, Eligibility, ServiceKind, Support
from terminal.doctor.desk_parts import check_camera, check_folders, check_reader
from terminal.doctor.hops import Cause, Diagnosis, Finding, Hop, found
from terminal.doctor.lan import check_lan
from terminal.doctor.line import HOPS as LINE_HOPS
from terminal.doctor.line import LineEnd, check_line
from terminal.doctor.moment import check_clock, check_keeping
from terminal.doctor.rounds import SECONDS, Check, run_round
from terminal.eligibility.folder_files import SharedFolders
from terminal.ports import Clock
from terminal.practice.deck import Person, load_deck
from terminal.problems import Problem, TerminalError

CARD_SECONDS: Final = SECONDS - 1.0  # for a whole check-in, its processes started
LONG: Final = SECONDS
SHORT: Final = 8.0
LINE: Final = 16.0

_CONFIRMED: Final = "confirmed"


class DoctorRoom:
    """The `checks` of one round. Close it afterwards. Raises `CONFIGURATION_WRONG`, or what a practice room raises."""

    def __init__(self, configuration: Configuration | None, *, is_morning: bool) -> None:
        """Without a configuration the practice set is looked at."""
        self.clock = SystemClock()
        with ExitStack() as furniture:
            if configuration is None:
                self.checks = self._practice(furniture, is_morning)
            else:
                self.checks = self._desk(configuration, furniture, is_morning)
            self._furniture = furniture.pop_all()

    def close(self) -> None:
        """Ends every process, the last begun first."""
        self._furniture.close()

    def _desk(self, configuration: Configuration, furniture: ExitStack, is_morning: bool) -> list[Check]:
        reader = SupervisedCardReader(readers=readers_of(configuration.reader))
        furniture.callback(reader.close)
        checks = [_reader_check(reader), Check((Hop.LAN,), lambda: [check_lan()], SHORT)]
        if server := configuration.support.time_server:
            checks.append(Check((Hop.CLOCK,), lambda: [check_clock(self.clock, server)], SHORT))
        elif is_morning:
            checks.append(Check((Hop.CLOCK,), lambda: check_keeping(clock_state()), SHORT))
        checks.append(service_check(configuration.eligibility, self.clock))
        if is_morning:
            camera = SharedCamera(OpenCvSource(configuration.camera.device))
            furniture.callback(camera.close)
            checks += [
                Check((Hop.CARD_CHECK,), lambda: [check_practice_card()], LONG),
                Check((Hop.CAMERA,), lambda: [check_camera(camera)], SHORT, Cause.CAMERA_ABSENT),
                *store_checks(configuration.store.folder, sealing_of(configuration.log)),
            ]
        return checks

    def _practice(self, furniture: ExitStack, is_morning: bool) -> list[Check]:
        home = Path(furniture.enter_context(TemporaryDirectory(prefix="uketsuke-doctor-")))
        room = PracticeRoom(home)
        furniture.callback(room.close)
        line = _practice_line(room)
        if not is_morning:
            return [_reader_check(room.reader), line]
        return [
            Check((Hop.READER_SERVICE, Hop.READER, Hop.CARD_CHECK), partial(_practise, room), LONG),
            line,
            Check((Hop.CAMERA,), lambda: [check_camera(room.ports.camera)], SHORT, Cause.CAMERA_ABSENT),
            *store_checks(home),
        ]


def look_at_desk(configuration: Configuration) -> Diagnosis:
    """One round for a desk's window, the desk going on meanwhile. Raises `TerminalError`."""
    room = DoctorRoom(configuration, is_morning=False)
    try:
        return run_round(room.checks)
    finally:
        room.close()


def look_at_practice(room: PracticeRoom) -> Diagnosis:
    """The same for a practice room that is open: its own line, and a reader like its own."""
    with closing(SupervisedCardReader(loopback=True)) as reader:
        return run_round([_reader_check(reader), _practice_line(room)])


def service_check(eligibility: Eligibility, clock: Clock) -> Check:
    """The way to whoever is asked about coverage. Raises `CONFIGURATION_WRONG`."""
    match eligibility.service:
        case ServiceKind.HTTPS if (https := eligibility.https) is not None:
            end = LineEnd(https.url, https.ca_file, https.client_certificate, https.client_key)
            return Check(LINE_HOPS, lambda: check_line(end, clock), LINE)
        case ServiceKind.FHIR if (fhir := eligibility.fhir) is not None:
            metadata = f"{urlsplit(fhir.url).path.rstrip('/')}/metadata"  # FHIR R4, 3.1.0.11 capabilities
            files = (fhir.ca_file, fhir.client_certificate, fhir.client_key)
            server = LineEnd(fhir.url, *files, metadata, tells_health=False)
            return Check(LINE_HOPS, lambda: check_line(server, clock), LINE)
        case ServiceKind.FOLDER if (folder := eligibility.folder) is not None:
            reach = SharedFolders(folder.folder).reach
            return Check((Hop.GATEWAY,), lambda: [check_folders(reach)], SHORT, Cause.FOLDERS_HUNG)
        case _:
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"[eligibility.{eligibility.service}] is wanted")


def contacts(support: Support) -> Mapping[Hop, str]:
    """Whom the configuration says to phone for each hop."""
    by_hop = dict.fromkeys(Hop, support.machine)
    by_hop |= dict.fromkeys((Hop.LAN, Hop.DNS), support.network)
    by_hop |= dict.fromkeys((Hop.TLS, Hop.OWN_CERTIFICATE, Hop.GATEWAY), support.gateway)
    return by_hop | {Hop.UPSTREAM: support.upstream}


def check_practice_card() -> Finding:
    """Has this very program check an invented person in: card, face, line, store and log, as a process of its own."""
    with TemporaryDirectory(prefix="uketsuke-doctor-", ignore_cleanup_errors=True) as home:
        try:
            ended = subprocess.run(
                program("practice", "--headless", "--person", _somebody().id, "--home", home, "--json"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=CARD_SECONDS,
            )
            outcome = json.loads(ended.stdout)["outcome"]
        except subprocess.TimeoutExpired:
            return Finding(Hop.CARD_CHECK, Cause.CHECK_TOO_SLOW)
        except (OSError, ValueError, LookupError) as error:
            return found(Cause.CARD_CHECK_FAILED, type(error).__name__)
    return _card_finding(str(outcome))


def _practise(room: PracticeRoom) -> Iterator[Finding]:
    """The same in the room that is looked at, once its reader was heard of."""
    yield from check_reader(room.reader)
    try:
        outcome = check_in(room, _somebody())["outcome"]
    except TerminalError as error:
        yield found(Cause.CARD_CHECK_FAILED, error.problem)
    else:
        yield _card_finding(outcome)


def _somebody() -> Person:
    return next(each for each in load_deck().values() if each.outcome == _CONFIRMED)


def _card_finding(outcome: str) -> Finding:
    return found(Cause.CARD_CHECK_PASSED if outcome == _CONFIRMED else Cause.CARD_CHECK_FAILED, outcome)


def _practice_line(room: PracticeRoom) -> Check:
    tls = room.home / "tls"
    end = LineEnd(room.service.url, tls / "ca.crt", tls / "client.crt", tls / "client.key")
    return Check(LINE_HOPS, lambda: check_line(end, room.clock), LINE)


def _reader_check(reader: SupervisedCardReader) -> Check:
    return Check((Hop.READER_SERVICE, Hop.READER), lambda: check_reader(reader), SHORT, Cause.READER_HUNG)
