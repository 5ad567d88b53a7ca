"""`uketsuke gateway` as a process: in front of the practice service, killed and started again, and two side by side."""

import asyncio
import json
import os
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kiosks import INSTITUTION, LIMIT, NOW, Answered, Kiosk, Site, message
from postgres_server import PostgresServer
from running_gateway import CHECKOUT, credentials_in, listening, site_section

from terminal.commands import config, keys
from terminal.commands.gateway import run
from terminal.configuration.reading import example, parse_settings
from terminal.coverage import InForce
from terminal.eligibility.xmlmsg import decode_reply
from terminal.gateway.settings import GatewayConfiguration, disagreements
from terminal.practice.authority import Authority
from terminal.practice.faults import Fault
from terminal.practice.registry import register
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError

PERSON, CERTIFICATE = "p01", "certificate of p01"
BODY = message("q-1", CERTIFICATE)


@dataclass
class Running:
    """A gateway's process and a kiosk that asks it."""

    process: "subprocess.Popen[str]"
    port: int
    kiosk: ssl.SSLContext

    def ask(self) -> Answered:
        return asyncio.run(self._send(lambda line: line.ask("q-1", BODY)))

    def health(self) -> "dict[str, object]":
        found: dict[str, object] = json.loads(asyncio.run(self._send(lambda line: line.health())).body)
        return found

    def ask_and_leave(self) -> None:
        """Asks, and hangs up once the question is on disk and nobody has answered it."""
        asyncio.run(self._ask_and_leave())

    async def _ask_and_leave(self) -> None:
        async with asyncio.timeout(LIMIT):
            asking, looking = [await Kiosk.connect(self.port, self.kiosk) for _ in range(2)]
            question = asyncio.ensure_future(asking.ask("q-1", BODY))
            while json.loads((await looking.health()).body)["unanswered"] != 1:
                await asyncio.sleep(0.02)
            question.cancel()
            await asyncio.gather(asking.close(), looking.close())

    async def _send(self, send: "Callable[[Kiosk], asyncio.Future[Answered] | object]") -> Answered:
        async with asyncio.timeout(LIMIT):
            line = await Kiosk.connect(self.port, self.kiosk)
            try:
                answered: Answered = await send(line)  # type: ignore[misc]
            finally:
                await line.close()
            return answered

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(LIMIT)


@dataclass
class Place:
    """One site: its certificates, its service, and the gateways that were started."""

    folder: Path
    site: Site
    service: PracticeService
    ends: ExitStack

    def configuration(self, database: str) -> Path:
        tls = self.service_tls
        text = f"""{site_section(self.site)}
            lanes = 2
            answer_seconds = {LIMIT}
            [store]
            folder = "{self.folder / "store"}"
            database = "{database}"
            [eligibility]
            service = "https"
            [eligibility.https]
            url = "{self.service.url}"
            ca_file = "{tls / "ca.crt"}"
            client_certificate = "{tls / "client.crt"}"
            client_key = "{tls / "client.key"}"
            budget_seconds = {LIMIT}
        """
        file = self.folder / "gateway.toml"
        file.write_text(text)
        return file

    @property
    def service_tls(self) -> Path:
        return self.folder / "practice" / "tls"

    def start(self, database: str = "") -> Running:
        process, port = listening(CHECKOUT, self.configuration(database), self.folder / "credentials", self.ends)
        return Running(process, port, self.site.client("desk-1"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    practice = tmp_path / "practice"
    practice.mkdir()
    Authority.make(datetime.now(UTC)).save(practice)
    register(practice, CERTIFICATE.encode(), PERSON)
    credentials_in(tmp_path / "credentials")
    with ExitStack() as ends:
        service = PracticeService(practice, lambda module: [sys.executable, "-m", module])
        ends.callback(service.close)
        service.start()
        yield Place(tmp_path, Site(tmp_path / "site"), service, ends)


def is_in_force(answer: Answered) -> bool:
    return isinstance(decode_reply(answer.body, "q-1", INSTITUTION, NOW.date()), InForce)


def test_a_question_survives_a_killed_gateway_and_its_answer_a_lost_service(place: Place) -> None:
    place.service.set_fault(Fault.HANG)
    first = place.start()
    first.ask_and_leave()
    first.kill()
    place.service.set_fault(Fault.NONE)
    second = place.start()
    while second.health()["unanswered"]:
        pass
    place.service.cut()
    assert is_in_force(second.ask())
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(LIMIT) == 0
    assert second.process.stdout is not None
    assert second.process.stdout.read() == ""
    assert b"certificate of" not in (place.folder / "store" / "gateway.db").read_bytes()


def test_of_two_gateways_on_one_database_one_is_killed_and_the_other_answers(place: Place) -> None:
    with PostgresServer() as postgres:
        one, other = place.start(postgres.address()), place.start(postgres.address())
        place.service.set_fault(Fault.HANG)
        one.ask_and_leave()
        one.kill()
        place.service.set_fault(Fault.NONE)
        assert is_in_force(other.ask())
        place.ends.close()


def test_a_gateway_that_cannot_open_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", str(tmp_path / "absent.toml")]) == 1
    assert Problem.CONFIGURATION_WRONG in capsys.readouterr().err


def test_a_gateway_without_a_key_names_the_command_that_makes_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert run(["--config", str(place.configuration(""))]) == 1
    told = capsys.readouterr().err.splitlines()[0]
    command = shlex.split(told.partition("This makes it: ")[2])
    assert command[:3] == ["uketsuke", "keys", "init"]
    asked = keys._parser().parse_args(command[2:])
    assert (asked.store, asked.seal, asked.terminal) == (tmp_path / "store", "credential", "gateway")


def test_a_taken_port_is_said_to_be_taken_and_what_to_do(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        file = place.configuration("")
        file.write_text(file.read_text().replace("port = 0", f"port = {port}"))
        assert run(["--config", str(file)]) == 1
    told = capsys.readouterr().err
    assert f"port {port} is taken: another gateway runs" in told
    assert "set another [gateway] port" in told


def test_the_example_has_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--example"]) == 0
    printed = capsys.readouterr().out
    assert printed == example(GatewayConfiguration) + "\n"
    for name in ("[gateway]", "[eligibility.https]", "[store]", "answer_seconds", "database"):
        assert name in printed
    tomllib.loads(printed)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (INSTITUTION, "12", "[gateway] institution_code"),
        ("lanes = 2", "lanes = 0", "[gateway] lanes"),
        ("answer_seconds = 60.0", "answer_seconds = 0", "[gateway] answer_seconds"),
        ('database = ""', 'database = "mysql://h/d"', "[store] database"),
        ('database = ""', 'database = "postgresql://u:secret@h/d"', "no password here"),
        ("lanes = 2", "lane = 2", "no such setting"),
        ('service = "https"', 'service = "fhir"', "[eligibility.fhir] is wanted"),
        ("[store]", "[store]\n            keep_hours = 0", "[store] keep_hours"),
    ],
)
def test_what_is_wrong_in_a_configuration_is_said(place: Place, old: str, new: str, told: str) -> None:
    text = place.configuration("").read_text()
    assert old in text
    with pytest.raises(TerminalError) as caught:
        parse_settings(GatewayConfiguration, tomllib.loads(text.replace(old, new)), "gateway.toml", disagreements)
    assert told in caught.value.detail
    assert "secret" not in caught.value.detail


def test_a_gateways_configuration_is_checked_as_a_desks_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(
        f'[gateway]\ninstitution_code = "{INSTITUTION}"\ncertificate = "a"\nkey = "b"\nca_file = "c"\n'
        '[eligibility]\nservice = "folder"\n[eligibility.folder]\nfolder = "d"\n[store]\nfolder = "e"\n',
        encoding="utf-8",
    )
    assert config.run(["check", str(file)]) == 0
    file.write_text(file.read_text(encoding="utf-8").replace("ca_file", "cafile"), encoding="utf-8")
    assert config.run(["check", str(file)]) == 1
    assert "[gateway] cafile" in capsys.readouterr().err
