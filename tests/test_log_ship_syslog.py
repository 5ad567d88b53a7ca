"""Shipping to a syslog receiver over TLS: RFC 5424 and RFC 5425, with a real rsyslog where there is one."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from epoch_folders import replaced
from shipped_log import FOR, LOG, entries, record

from terminal.access_log.masking import leaf_content
from terminal.access_log.shipping import ship
from terminal.access_log.shipping_syslog import SyslogCollector, Trust
from terminal.access_log.syslog import frame, message
from terminal.access_log.verify import StoredEntry
from terminal.commands.log import run
from terminal.problems import Problem, TerminalError

LIMIT_S = 60


# Syslog.


def test_a_message_is_as_rfc_5424_has_it_and_counted_in_octets() -> None:
    (entry,) = entries(1, "受付")
    text = message(entry, 'a"b]/access/1')
    head = b'<85>1 2026-11-21T01:00:00.007Z a"b] uketsuke - access [log@32473 name="a\\"b\\]/access/1" seq="0"] {'
    assert text.startswith(head)
    length, _, rest = frame(text).partition(b" ")
    assert int(length) == len(rest) == len(text)
    emptied = StoredEntry(0, leaf_content(entry.line), b"")
    assert message(emptied, LOG).startswith(
        b'<85>1 - desk-1 uketsuke - access [log@32473 name="desk-1/access/0a0b0c0d"'
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with certificate and key of a receiver on loopback that vouches for itself."""
    home = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented collector")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (home / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (home / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return home


class Rsyslog:
    """A receiver on loopback that writes what it gets to a file before it reads on."""

    def __init__(self, home: Path, certificate: Path) -> None:
        self.out = home / "received"
        self._port_file = home / "port"
        self._conf = home / "rsyslog.conf"
        self._home = home
        self._certificate = certificate
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._port_file.unlink(missing_ok=True)
        self._conf.write_text(f"""\
global(workDirectory="{self._home}" defaultNetstreamDriver="ossl"
       defaultNetstreamDriverCAFile="{self._certificate}/cert.pem"
       defaultNetstreamDriverCertFile="{self._certificate}/cert.pem"
       defaultNetstreamDriverKeyFile="{self._certificate}/key.pem")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
template(name="raw" type="string" string="%structured-data%%msg%\\n")
ruleset(name="keep" queue.type="Direct") {{ action(type="omfile" file="{self.out}" template="raw") }}
input(type="imtcp" address="127.0.0.1" port="{self.port}" listenPortFileName="{self._port_file}" ruleset="keep")
""")
        pid = self._home / "pid"
        pid.unlink(missing_ok=True)
        command = ["rsyslogd", "-n", "-f", str(self._conf), "-i", str(pid)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not self.port:  # the first time; later it is the same, and rsyslog writes no such file
            self.port = int(wait_for(lambda: self._port_file.exists() and self._port_file.read_text().strip()))
        wait_for(self._listens)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), LIMIT_S).close()
        except ConnectionRefusedError:
            return False
        return True

    def kill(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(LIMIT_S)

    def numbers(self) -> list[int]:
        """Of the lines that came whole."""
        if not self.out.exists():
            return []
        lines = [line for line in self.out.read_text("utf-8").split("\n") if line.endswith("}")]
        return [int(re.findall(r'\[log@32473 name="[^"]*" seq="([0-9]+)"\]', line)[-1]) for line in lines]


def wait_for(what: Callable[[], object]) -> str:
    """Polls until there is something."""
    pause = threading.Event()
    for _ in range(LIMIT_S * 20):
        if found := what():
            return str(found)
        pause.wait(0.05)
    raise AssertionError("it never came")


@pytest.fixture
def rsyslog(tmp_path: Path, certificate: Path) -> Iterator[Rsyslog]:
    if not shutil.which("rsyslogd") or not list(Path("/usr/lib").glob("*/rsyslog/lmnsd_ossl.so")):
        pytest.skip("needs rsyslog and rsyslog-openssl")
    receiver = Rsyslog(tmp_path, certificate)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.kill()


def test_a_log_reaches_rsyslog_and_then_only_what_is_new(
    rsyslog: Rsyslog, certificate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    record(folder, 60)
    to = f"syslog+tls://127.0.0.1:{rsyslog.port}"
    order = ["ship", str(folder), "--to", to, *FOR, "--ca", str(certificate / "cert.pem")]
    assert run(order) == 0
    record(folder, 5)
    assert run(order) == 0
    assert "shipped: 5 entries, the collector has 66" in capsys.readouterr().out
    assert rsyslog.numbers() == list(range(66))


def test_after_a_log_was_replaced_rsyslog_gets_its_end_and_then_the_new_one(
    rsyslog: Rsyslog, certificate: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    order = ["ship", str(folder), "--to", f"syslog+tls://127.0.0.1:{rsyslog.port}", *FOR]
    order += ["--ca", str(certificate / "cert.pem")]
    record(folder, 6)
    assert run(order) == 0
    record(folder, 2)
    replaced(folder)
    assert run(order) == 0
    assert run(order) == 0
    assert rsyslog.numbers() == [*range(9), 0, 1]


def test_a_killed_receiver_loses_nothing(rsyslog: Rsyslog, certificate: Path) -> None:
    stored = entries(3000)
    confirmed = [0]
    trust = Trust(certificate / "cert.pem")

    def going() -> Iterator[int]:
        target = ("127.0.0.1", rsyslog.port)
        to = SyslogCollector(target, trust, LOG, seen=confirmed[-1], note=confirmed.append)
        return ship(lambda start: iter(stored[start:]), to, batch=300)

    def kill_in_between() -> None:
        wait_for(lambda: len(rsyslog.numbers()) > 450)
        rsyslog.kill()

    killed = threading.Thread(target=kill_in_between, daemon=True)
    killed.start()

    def ship_until_it_is_dead() -> None:
        for _ in going():
            if confirmed[-1] >= 1200:
                killed.join(LIMIT_S)

    with pytest.raises(TerminalError) as raised:
        ship_until_it_is_dead()
    killed.join(LIMIT_S)
    assert raised.value.problem is Problem.SHIPPING_FAILED
    assert set(range(confirmed[-1])) <= set(rsyslog.numbers())  # what was confirmed is there
    rsyslog.start()
    assert list(going())[-1] == len(stored)
    assert sorted(set(rsyslog.numbers())) == list(range(len(stored)))


def test_a_receiver_that_ends_without_a_word_has_confirmed_nothing(certificate: Path) -> None:
    """It reads everything, and then the kernel closes the line, as for one that was killed: no close_notify came."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def receive() -> None:
            line, _ = listening.accept()
            with context.wrap_socket(line, server_side=True, suppress_ragged_eofs=True) as connection:
                while connection.recv(1 << 16):
                    pass
                line = socket.socket(fileno=connection.detach())
                line.close()

        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        noted: list[int] = []
        address = listening.getsockname()
        to = SyslogCollector(address, Trust(certificate / "cert.pem"), LOG, seen=0, note=noted.append)
        with pytest.raises(TerminalError):
            to.take(entries(5))
        thread.join(LIMIT_S)
    assert noted == []


def test_a_stranger_is_told_nothing(certificate: Path, tmp_path: Path) -> None:
    with pytest.raises(TerminalError):
        SyslogCollector(("127.0.0.1", 9), Trust(tmp_path / "none.pem"), LOG, seen=0, note=lambda _: None)
    record(tmp_path / "store", 1)
    assert run(["ship", str(tmp_path / "store"), "--to", "syslog://127.0.0.1", *FOR]) == 2
    assert run(["ship", str(tmp_path / "store"), "--to", "syslog+tls://127.0.0.1", *FOR]) == 2
