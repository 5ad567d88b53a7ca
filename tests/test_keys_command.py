"""`uketsuke keys` makes, changes and recovers a store's keys, and its words hold no secret."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.keys import PassphraseSeal, PracticeSeal, passphrase_seal
from offline_cache.keys.recovery import new_private_key, read_private, recovery_key, write_private
from offline_cache.store import KEY_FILE, open_store
from terminal.__main__ import main
from terminal.commands import keys as keys_command
from terminal.commands.configured import seal_of
from terminal.commands.secret_phrase import lines_of, typed, typed_twice
from terminal.configuration.settings import SealKind, Store
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import Cost

OLD, NEW = "an invented phrase of words", "another invented phrase of words"
Capture = pytest.CaptureFixture[str]


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase_seal, "USUAL", Cost(memory_kib=64, passes=1, lanes=1))


@contextmanager
def given(*phrases: str) -> Iterator[str]:
    """A descriptor that the phrases come through, a line each."""
    reading, writing = os.pipe()
    try:
        os.write(writing, "".join(f"{phrase}\n" for phrase in phrases).encode())
        os.close(writing)
        yield str(reading)
    finally:
        os.close(reading)


def run(*arguments: str | Path, phrases: tuple[str, ...] = ()) -> int:
    with given(*phrases) as descriptor:
        rest = ["--passphrase-fd", descriptor] if phrases else []
        return main(["keys", *map(str, arguments), *rest])


def status(folder: Path, capsys: Capture) -> dict[str, object]:
    capsys.readouterr()
    assert run("status", "--store", folder, "--json") == 0
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    begin = ("init", "--store", folder, "--seal", "passphrase", "--terminal", "desk-1")
    assert run(*begin, "--make-recovery", tmp_path / "recovery.pem", phrases=(OLD,)) == 0
    return folder


def opens(folder: Path, phrase: str) -> bool:
    problem = None
    try:
        open_store(folder, PassphraseSeal(folder, lambda: phrase), FixedClock(), "desk-1").close()
    except TerminalError as error:
        problem = error.problem
    assert problem in (None, Problem.KEY_PASSPHRASE_WRONG)
    return problem is None


def test_init_begins_a_store_and_rotate_changes_its_passphrase(folder: Path, capsys: Capture) -> None:
    assert run("rotate", "--store", folder, phrases=("not the phrase at all", NEW)) == 1
    assert "key_passphrase_wrong" in capsys.readouterr().err
    assert run("rotate", "--store", folder, phrases=(OLD, NEW)) == 0
    assert (opens(folder, OLD), opens(folder, NEW)) == (False, True)


def test_recover_opens_it_with_the_key_from_the_safe(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    (folder / PassphraseSeal.FILE).unlink()
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(write_private(new_private_key()))
    assert run("recover", "--store", folder, "--key", stranger, phrases=(NEW,)) == 1
    assert "key_missing" in capsys.readouterr().err
    assert run("recover", "--store", folder, "--key", tmp_path / "recovery.pem", phrases=(NEW,)) == 0
    assert opens(folder, NEW)


def test_status_says_who_keeps_the_keys_and_no_secret(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    private = read_private((tmp_path / "recovery.pem").read_bytes(), pytest.fail)
    said = status(folder, capsys)
    assert (said["seal"], said["recovery_key"]) == ("passphrase", recovery_key(private).id)
    assert (said["is_practice"], said["is_rotation_cut_off"], said["notes"]) == (False, False, [])
    assert datetime.fromisoformat(str(said["since"])).tzinfo is not None
    assert run("status", "--store", folder) == 0
    printed = capsys.readouterr().out
    key_file = json.loads((folder / KEY_FILE).read_bytes())
    secrets = [OLD, private.private_bytes_raw().hex(), *key_file["wraps"][0]["keys"].values()]
    assert not [secret for secret in secrets if secret in printed + json.dumps(said)]


def test_the_private_half_is_for_its_owner_only_and_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "recovery.pem"
    before = made.read_bytes()
    assert made.stat().st_mode & 0o077 == 0
    assert run("rotate", "--store", folder, "--make-recovery", made, phrases=(OLD, NEW)) == 1
    assert made.read_bytes() == before
    assert opens(folder, OLD)


def test_a_store_that_is_there_is_never_begun_anew(folder: Path, capsys: Capture) -> None:
    before = (folder / KEY_FILE).read_bytes()
    assert run("init", "--store", folder, "--seal", "passphrase", "--terminal", "x", phrases=(NEW,)) == 1
    said = capsys.readouterr().err
    assert f"{folder}: there is a store already" in said
    assert "holds this store" not in said  # nobody does
    (folder / KEY_FILE).rename(folder / "elsewhere")  # lost, and the journal still needs it
    assert run("init", "--store", folder, "--seal", "passphrase", "--terminal", "x", phrases=(NEW,)) == 1
    assert (folder / "elsewhere").read_bytes() == before
    assert not (folder / KEY_FILE).exists()


def test_the_configuration_names_store_seal_and_terminal(tmp_path: Path, capsys: Capture) -> None:
    configuration = tmp_path / "desk.toml"
    configuration.write_text(f"""
        clinic = {{name = "見本内科クリニック", institution_code = "1319999999", terminal = "desk-7"}}
        store = {{folder = "{tmp_path / "store"}", seal = "passphrase"}}
        [eligibility]
        service = "https"
        [eligibility.https]
        url = "https://gateway.example/eligibility"
        ca_file = "/etc/ca"
        client_certificate = "/etc/crt"
        client_key = "/etc/key"
    """)
    assert run("init", "--config", configuration, phrases=(OLD,)) == 0
    assert "without its seal this store is lost" in capsys.readouterr().out
    with closing(
        open_store(tmp_path / "store", PassphraseSeal(tmp_path / "store", lambda: OLD), FixedClock(), "x")
    ) as it:
        assert it.journal.head()[0] == 0


def test_a_practice_store_is_said_to_be_one(tmp_path: Path, capsys: Capture) -> None:
    open_store(tmp_path, PracticeSeal(tmp_path), FixedClock(), "desk 1").close()
    said = status(tmp_path, capsys)
    assert (said["seal"], said["is_practice"]) == ("practice", True)
    assert "practice: the key lies in plain beside the store" in str(said["notes"])
    assert (
        run("rotate", "--store", tmp_path, "--seal", "passphrase", phrases=(NEW,)) == 1
    )  # it never becomes a real one
    assert run("rotate", "--store", tmp_path) == 0


def test_where_systemd_has_no_key_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "store"
    assert run("init", "--store", folder, "--seal", "credential", "--terminal", "desk-1") == 1
    said = capsys.readouterr().err
    assert "key_missing" in said
    assert "systemd-creds is not there" in said
    assert not list(folder.iterdir())


@pytest.mark.skipif(shutil.which("systemd-creds") is None, reason="systemd-creds is not installed")
def test_a_store_is_begun_rotated_and_read_by_systemds_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "host key"))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    folder = tmp_path / "store"
    assert run("init", "--store", folder, "--seal", "credential", "--terminal", "desk-1") == 0
    assert run("rotate", "--store", folder) == 0
    assert "host key" in str(status(folder, capsys)["kept_by"])
    assert main(["log", "verify", str(folder)]) == 0
    shutil.copytree(folder, tmp_path / "copied disk")
    (tmp_path / "host key").unlink()
    assert main(["log", "verify", str(tmp_path / "copied disk")]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["begin"],
        ["init", "--store", "x"],
        ["init", "--store", "x", "--terminal", "desk-1", "--passphrase-fd", "3"],
        ["init", "--store", "x", "--seal", "practice"],
        ["recover", "--store", "x"],
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], capsys: Capture) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert "usage: uketsuke keys" in said
    assert "init" not in arguments or "usage: uketsuke keys init" in said


def test_what_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    for arguments in (["status"], ["rotate"], ["recover", "--key", tmp_path / "none.pem"]):
        assert run(*arguments, "--store", tmp_path / "none") == 1
        assert capsys.readouterr().err.startswith("uketsuke: key_missing: ")
    assert run("status", "--config", tmp_path / "none.toml") == 1


def test_what_is_wrong_is_said_before_the_books_page(tmp_path: Path, capsys: Capture) -> None:
    assert run("status", "--store", tmp_path / "none") == 1
    first, page = capsys.readouterr().err.splitlines()
    assert first == f"uketsuke: key_missing: {tmp_path / 'none' / KEY_FILE}: No such file or directory"
    assert page.startswith("Cause: ")


@pytest.mark.parametrize("verb", ["init", "rotate"])
def test_a_recovery_key_made_for_what_failed_is_not_left_to_mislead(
    verb: str, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    store = tmp_path / "another" if verb == "init" else folder
    making = ("--make-recovery", tmp_path / "new.pem")
    beginning = ("--seal", "passphrase", "--terminal", "desk-1") if verb == "init" else ()
    assert run(verb, "--store", store, *beginning, *making, phrases=("short",)) == 1
    assert "it opens the store" not in capsys.readouterr().err
    assert not (tmp_path / "new.pem").exists()
    assert run(verb, "--store", store, *beginning, *making, phrases=(OLD, NEW)) == 0
    assert f"{tmp_path / 'new.pem'}: recovery key" in capsys.readouterr().err
    assert run("recover", "--store", store, "--key", tmp_path / "new.pem", phrases=(NEW,)) == 0


def test_a_recovery_key_that_a_rotation_cut_off_has_named_stays(folder: Path, tmp_path: Path) -> None:
    making = ("--make-recovery", tmp_path / "new.pem")
    assert run("rotate", "--store", folder, *making, phrases=(OLD, "short")) == 1
    assert run("recover", "--store", folder, "--key", tmp_path / "new.pem", phrases=(NEW,)) == 0
    assert opens(folder, NEW)


def test_half_a_pair_of_the_auditors_is_not_left(tmp_path: Path) -> None:
    private = tmp_path / "private.pem"
    assert run("identity", "--private", private, "--public", tmp_path / "none" / "x", phrases=(NEW,)) == 1
    assert not private.exists()
    assert run("identity", "--private", private, "--public", private, phrases=(NEW,)) == 1
    assert run("identity", "--private", private, "--public", tmp_path / "public.pem", phrases=(NEW,)) == 0


def test_a_desk_without_a_name_is_not_begun(tmp_path: Path) -> None:
    assert run("init", "--store", tmp_path / "new", "--seal", "passphrase", "--terminal", "", phrases=(NEW,)) == 2
    assert not (tmp_path / "new").exists()


def test_no_passphrase_is_an_argument_or_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    options = keys_command._parser().format_help()
    assert "--passphrase " not in options
    monkeypatch.setenv("UKETSUKE_PASSPHRASE", OLD)
    with open(os.devnull) as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        with pytest.raises(TerminalError) as raised:
            typed("Passphrase")()
    assert raised.value.problem is Problem.KEY_MISSING


def test_a_new_passphrase_is_typed_twice_alike(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    typing = iter([OLD, "a slip", NEW, NEW])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typing))
    assert typed_twice("New passphrase")() == NEW
    assert "differ" in capsys.readouterr().err


def test_a_descriptor_gives_a_line_at_each_asking() -> None:
    with given(OLD, NEW) as descriptor:
        ask = lines_of(int(descriptor))
        assert (ask(), ask()) == (OLD, NEW)
        with pytest.raises(TerminalError):
            ask()
    with pytest.raises(TerminalError):
        lines_of(-1)()


@pytest.mark.parametrize("kind", SealKind)
def test_a_desk_has_the_seal_that_is_configured_and_none_in_plain(
    kind: SealKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    seal = seal_of(Store(tmp_path, kind))
    assert (seal.kind, seal.is_practice) == (kind, False)
    with pytest.raises(TerminalError) as raised:
        open_store(tmp_path, seal, FixedClock(), "desk 1")
    assert raised.value.problem is Problem.KEY_MISSING
    assert [path.name for path in tmp_path.iterdir()] == ["store.lock"]
