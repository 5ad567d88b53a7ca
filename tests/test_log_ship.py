"""A log reaches a real PostgreSQL and a real rsyslog, once and whole, whatever is killed meanwhile."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from postgres_server import binaries, postgres_server

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import leaf_content, seal
from terminal.access_log.shipping import ship
from terminal.access_log.shipping_postgresql import PostgresCollector
from terminal.access_log.shipping_syslog import SyslogCollector, Trust
from terminal.access_log.syslog import frame, message
from terminal.access_log.verify import StoredEntry
from terminal.commands.log import run
from terminal.problems import Problem, TerminalError

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "terminal" / "access_log" / "collector.sql"
NOW = datetime(2026, 11, 21, 1, 0, 0, 7000, tzinfo=UTC)
FOR = ("--reason", "collected", "--recipient", "the hospital's collector")
LIMIT_S = 60
LOG = "desk-1/access/0a0b0c0d"


class FixedClock:
    def now(self) -> datetime:
        return NOW


def record(folder: Path, count: int) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1")) as store:
        store.journal.record_all([Access(Action.HOLDER_READ, f"visit-{n}", "受付\\\t1") for n in range(count)])


def entries(count: int, actor: str = "reception") -> list[StoredEntry]:
    made = []
    for seq in range(count):
        access = Access(Action.HOLDER_READ, f"visit-{seq}", actor, None)
        plain = write_entry(enter(access, seq=seq, at=NOW, terminal="desk 1", subject=""))
        made.append(StoredEntry(seq, seal(plain, bytes(16)), b""))
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The folder of a running server's socket."""
    programs = binaries()
    if programs is None:
        pytest.skip("needs postgresql")
    with postgres_server(programs, fsync=False) as folder:
        yield folder


@pytest.fixture
def owner(server: str, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A fresh database with the collector's schema in it, as its owner sees it."""
    name = re.sub(r"\W", "_", request.node.name)[:50].lower()
    with psycopg.connect(host=server, user="owner", dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS desk_1")
        connection.execute("DROP ROLE IF EXISTS uketsuke_desk")
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    with psycopg.connect(host=server, user="owner", dbname=name, autocommit=True) as connection:
        connection.execute(SCHEMA.read_bytes())
        connection.execute("CREATE ROLE desk_1 LOGIN IN ROLE uketsuke_desk")
        yield connection
        connection.execute("DROP OWNED BY uketsuke_desk, desk_1")


def address(owner: psycopg.Connection) -> str:
    return f"postgresql://desk_1@localhost/{owner.info.dbname}?host={owner.info.host}"


def rows(owner: psycopg.Connection) -> list[tuple[int, bytes]]:
    found = owner.execute("SELECT seq, line, committed FROM access_log ORDER BY log, seq").fetchall()
    return [(seq, f"{line}\n{committed}".encode() if committed else line.encode()) for seq, line, committed in found]


def collector(owner: psycopg.Connection, stored: list[StoredEntry]) -> PostgresCollector:
    return PostgresCollector(address(owner), LOG, lambda seq: stored[seq] if seq < len(stored) else None)


def test_a_log_is_shipped_whole_and_then_only_what_is_new(
    owner: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    record(folder, 50)
    order = ["ship", str(folder), "--to", address(owner), *FOR]
    assert run(order) == 0
    assert "shipped: 51 entries, the collector has 51" in capsys.readouterr().out
    record(folder, 7)
    assert run(order) == 0
    assert "shipped: 7 entries, the collector has 58" in capsys.readouterr().out
    with closing(read_store(folder, None)) as log:
        assert rows(owner) == [(stored.seq, stored.line) for stored in log.entries()]
        assert b'"reason":"collected"' in next(log.entries(50)).line


def test_a_desk_may_only_add(owner: psycopg.Connection) -> None:
    with closing(collector(owner, [])) as shipping:
        shipping.take(entries(3))
    with psycopg.connect(address(owner), autocommit=True) as desk:
        for statement in (
            b"SELECT * FROM access_log", b"DELETE FROM access_log", b"TRUNCATE access_log",
            b"UPDATE access_log SET line = 'x'", b"DROP TABLE access_log",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk.execute(statement)
    for statement in (b"DELETE FROM access_log", b"UPDATE access_log SET line = 'x'", b"TRUNCATE access_log"):
        with pytest.raises(psycopg.errors.RaiseException):
            owner.execute(statement)
    assert len(rows(owner)) == 3


def test_no_entry_comes_twice_and_a_batch_comes_whole_or_not(owner: psycopg.Connection) -> None:
    stored = entries(10)
    with closing(collector(owner, stored)) as shipping:
        shipping.take(stored[:5])
        with pytest.raises(TerminalError) as raised:
            shipping.take(stored[4:])
        assert raised.value.problem is Problem.SHIPPING_FAILED
        assert shipping.confirmed() == 5
        assert list(ship(lambda start: iter(stored[start:]), shipping, batch=2)) == [7, 9, 10]
    assert [seq for seq, _ in rows(owner)] == list(range(10))


def test_a_log_that_was_put_back_or_forked_is_refused(owner: psycopg.Connection) -> None:
    with closing(collector(owner, [])) as shipping:
        shipping.take(entries(10))
    for stored in (entries(5), entries(12, "someone else")):
        with closing(collector(owner, stored)) as shipping, pytest.raises(TerminalError, match="another entry 9"):
            shipping.confirmed()


def test_a_lost_connection_loses_nothing(owner: psycopg.Connection) -> None:
    stored = entries(20)
    with closing(collector(owner, stored)) as shipping:
        going = ship(lambda start: iter(stored[start:]), shipping, batch=5)
        assert next(going) == 5
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk_1'")
        with pytest.raises(TerminalError):
            list(going)
    with closing(collector(owner, stored)) as shipping:
        assert list(ship(lambda start: iter(stored[start:]), shipping))[-1] == 20
    assert rows(owner) == [(entry.seq, entry.line) for entry in stored]


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
