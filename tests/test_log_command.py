"""`uketsuke log` finds whatever was done to a real journal file by someone who can open it, and exports a sound one."""

import csv
import io
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standing import FixedClock

from offline_cache.database import Database
from offline_cache.keys import CredentialSeal, PracticeSeal, unwrap
from offline_cache.store import KEY_FILE, open_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import enter, write_entry
from terminal.commands.log import run
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SIZE = 10
SIGNED = 6  # a checkpoint is over these; the next is over all
FOR = ("--reason", "yearly review", "--recipient", "the auditor")
Capture = pytest.CaptureFixture[str]


def record(folder: Path, count: int) -> str:
    """Records some accesses and gives the head."""
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        for number in range(count):
            access = Access(Action.CARD_IDENTIFIED, f"visit-{number}", "reception", b"certificate %d" % (number % 3))
            store.journal.record(access)
        size, root = store.journal.head()
    return f"{size}:{root}"


def tamper(folder: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """Does to the file what someone can who holds its key: the triggers stop nobody who drops them."""
    keys = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    path = folder / "journal.db"
    with closing(Database(path, keys.journal, mode="rw", failed=Problem.STORE_UNREADABLE)) as database:
        for (trigger,) in database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            database.rows(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.rows(statement, *(parameters if "?" in statement else ()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record(tmp_path / "store", SIGNED)
    record(tmp_path / "store", SIZE - SIGNED)
    return tmp_path / "store"


def forged(seq: int) -> bytes:
    """An entry in the right form, as only tag and signature can tell from a true one."""
    access = Access(Action.CARD_IDENTIFIED, "forged", "reception")
    return write_entry(enter(access, seq=seq, at=NOW, terminal="desk 1", subject=""))


def test_a_log_as_written_is_intact(folder: Path, capsys: Capture) -> None:
    assert run(["verify", str(folder)]) == 0
    whole = capsys.readouterr().out
    assert whole.startswith(f"intact: {SIZE} entries, head {SIZE}:")
    assert run(["verify", str(folder / "journal.db")]) == 0
    assert capsys.readouterr().out == whole


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        pytest.param(["UPDATE entry SET line = CAST(line || ' ' AS BLOB) WHERE seq = 4"], 4, id="edited"),
        pytest.param(["DELETE FROM entry WHERE seq = 0"], 0, id="first deleted"),
        pytest.param(["DELETE FROM entry WHERE seq = 5"], 5, id="middle deleted"),
        pytest.param(["DELETE FROM entry WHERE seq = 9"], 9, id="last deleted"),
        pytest.param(
            ["DELETE FROM entry WHERE seq = 5", "UPDATE entry SET seq = -seq WHERE seq > 5",
             "UPDATE entry SET seq = -seq - 1 WHERE seq < 0"], 5, id="deleted and renumbered",
        ),
        pytest.param(
            ["UPDATE entry SET seq = -1 WHERE seq = 3", "UPDATE entry SET seq = 3 WHERE seq = 7",
             "UPDATE entry SET seq = 7 WHERE seq = -1"], 3, id="swapped",
        ),
        pytest.param(
            ["UPDATE entry SET seq = -seq WHERE seq > 2", "UPDATE entry SET seq = 1 - seq WHERE seq < 0",
             "INSERT INTO entry SELECT 3, line, tag FROM entry WHERE seq = 1"], 3, id="copied in between",
        ),
        pytest.param(["INSERT INTO entry SELECT 10, line, tag FROM entry WHERE seq = 1"], 10, id="added at the end"),
        pytest.param(["DELETE FROM entry"], 0, id="all entries deleted"),
        pytest.param(["DELETE FROM entry", "DELETE FROM checkpoint"], 0, id="everything deleted"),
        pytest.param(["DELETE FROM checkpoint"], 0, id="all checkpoints deleted"),
        pytest.param(["DELETE FROM entry WHERE seq > 5", "DELETE FROM checkpoint WHERE size > 6"], 6, id="tail cut"),
        pytest.param(
            ["DELETE FROM entry WHERE seq >= 6", "DELETE FROM checkpoint WHERE size > 6",
             "UPDATE head SET size = 6, signed = 6"], 6, id="tail cut off and the end changed",
        ),
        pytest.param(["DELETE FROM head"], 0, id="the end deleted"),
        pytest.param(["UPDATE head SET tag = zeroblob(16)"], 10, id="the end changed"),
        pytest.param(["INSERT INTO tile VALUES (1, 0, zeroblob(32))"], 10, id="a hash added"),
        pytest.param(["UPDATE log SET origin = 'desk-2/access/00000000'"], 0, id="another name"),
    ],
)  # fmt: skip
def test_what_was_done_to_the_file_is_found(
    folder: Path, capsys: Capture, statements: list[str], first_bad: int
) -> None:
    tamper(folder, *statements)
    assert run(["verify", str(folder)]) == 1
    assert capsys.readouterr().err.startswith(f"uketsuke log: broken: the first bad entry is entry {first_bad}: ")


@pytest.mark.parametrize("first", [0, SIGNED])
def test_the_last_checkpoints_taken_away_are_found(folder: Path, capsys: Capture, first: int) -> None:
    tamper(folder, "DELETE FROM checkpoint WHERE size > ?", parameters=(first,))
    assert run(["verify", str(folder)]) == 1
    assert f"the first bad entry is an entry from {first} to 9: what was signed" in capsys.readouterr().err


def test_a_replaced_checkpoint_is_found(folder: Path, capsys: Capture) -> None:
    tamper(folder, "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 0) WHERE size = 10")
    assert run(["verify", str(folder)]) == 1
    assert "the first bad entry is an entry from 6 to 9: it does not match" in capsys.readouterr().err


def test_an_edit_in_the_right_form_is_found(folder: Path, capsys: Capture) -> None:
    tamper(folder, "UPDATE entry SET line = ? WHERE seq = 4", parameters=(forged(4),))
    assert run(["verify", str(folder)]) == 1
    assert "the first bad entry is entry 4: its bytes are not" in capsys.readouterr().err


def test_an_old_copy_put_back_is_found_with_a_noted_head_only(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    shutil.copy(folder / "journal.db", tmp_path / "old")
    head = record(folder, 3)
    assert run(["verify", str(folder), "--head", head]) == 0
    shutil.copy(tmp_path / "old", folder / "journal.db")
    capsys.readouterr()
    assert run(["verify", str(folder)]) == 0  # nothing in the file can tell
    assert run(["verify", str(folder), "--head", head]) == 1
    assert "an entry from 10 to 12: it is missing" in capsys.readouterr().err


def test_another_log_of_the_same_length_is_found_with_a_noted_head(folder: Path, tmp_path: Path) -> None:
    assert run(["verify", str(folder), "--head", record(tmp_path / "other", SIZE)]) == 1


def test_a_bit_changed_in_the_encrypted_file_is_found_wherever_it_is(folder: Path) -> None:
    journal = folder / "journal.db"
    sound = journal.read_bytes()
    for place in range(50, len(sound), 1111):
        journal.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert run(["verify", str(folder)]) in (1, 2)
    journal.write_bytes(sound)
    assert run(["verify", str(folder)]) == 0


def test_the_log_of_a_running_desk_can_be_verified(folder: Path) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record(Access(Action.PIN_SENT, "visit", "reception"))
        size, root = store.journal.head()
        assert run(["verify", str(folder), "--head", f"{size}:{root}"]) == 0


def test_each_entry_is_shown_on_a_line(folder: Path, capsys: Capture) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record(Access(Action.PIN_SENT, "visit", "\x1b[2Jreception"))
    assert run(["show", str(folder)]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[0].startswith("0 2026-11-21T01:00:00Z ")
    assert lines[0].endswith(" desk 1 reception card_identified")
    assert lines[SIZE] == "10 2026-11-21T01:00:00Z desk 1 \ufffd[2Jreception pin_sent"
    assert "certificate" not in "".join(lines)


def test_an_entry_that_cannot_be_read_is_named_and_the_others_shown(folder: Path, capsys: Capture) -> None:
    tamper(folder, "UPDATE entry SET line = x'00' WHERE seq = 4")
    assert run(["show", str(folder)]) == 1
    shown = capsys.readouterr()
    assert shown.out.count("\n") == SIZE - 1
    assert shown.err == "uketsuke log: entry 4 cannot be read\n"


def test_a_sound_log_is_exported(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    assert run(["export", str(folder), "--format", "csv", "--out", str(out), *FOR]) == 0
    rows = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))
    assert len(rows) == SIZE + 1
    assert rows[1][:5] == ["0", "2026-11-21 01:00:00.000", "desk 1", "reception", "card_identified"]
    assert len({row[5] for row in rows[1:]}) == 3
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["log.csv"]


def test_a_broken_log_is_not_exported(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    tamper(folder, "UPDATE entry SET line = ? WHERE seq = 4", parameters=(forged(4),))
    assert run(["export", str(folder), "--out", str(tmp_path / "log.csv"), *FOR]) == 1
    assert capsys.readouterr().err.endswith("nothing was exported\n")
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_where_nothing_can_be_written_the_export_says_so(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["export", str(folder), "--out", str(tmp_path / "missing" / "log.csv"), *FOR]) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["verify"],
        ["burn", "x"],
        ["verify", "x", "--head", "12"],
        ["export", "x", "--format", "pdf", "--out", "y", "--reason", "r", "--recipient", "r"],
        ["export", "x", "--out", "y", "--reason", "r", "--recipient", "r", "--from", "yesterday"],
        ["verify", "x", "--key", "no key"],
        ["export", "x"],
        ["export", "x", "--out", "y", "--from", "1066-10-14"],
        ["export", "x", "--out", "y", "--reason", "short"],
        ["export", "x", "--out", "y", "--reason", "two\nlines of a reason"],
        ["export", "x", "--out", "y", "--reason", "\x1b[2J yearly review"],
        ["export", "x", "--out", "y", "--reason", "r" * 201],
        ["export", "x", "--out", "y", "--recipient", ""],
        ["export", "x", "--out", "y", "--mask", "seq"],
        ["hold", "x", "--reason", "a complaint", "--to", "tomorrow"],
        ["purge", "x", "--reason", "why"],
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], capsys: Capture) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: uketsuke log")


def test_a_simulated_log_is_intact_and_the_same_each_time(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "other"):
        assert run(["simulate", "--entries", "1234", "--out", str(tmp_path / name)]) == 0
        assert run(["verify", str(tmp_path / name)]) == 0
    said = capsys.readouterr().out.split("\n")
    assert said[0].startswith("simulated: 1234 entries in ")
    assert said[1].startswith("intact: 1234 entries, head 1234:")
    assert run(["simulate", "--entries", "1", "--out", str(tmp_path / "one")]) == 1
    assert "there is a log in it already" in capsys.readouterr().err


def test_help_is_no_error(capsys: Capture) -> None:
    assert run(["verify", "--help"]) == 0
    assert "SIZE:ROOT" in capsys.readouterr().out


def empty_journal(folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"")


def missing_journal(folder: Path) -> None:
    (folder / "journal.db").unlink()


def foreign_journal(folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"SQLite format 3\0" + bytes(9000))


def missing_key_file(folder: Path) -> None:
    (folder / KEY_FILE).unlink()


def missing_practice_key(folder: Path) -> None:
    (folder / PracticeSeal.FILE).unlink()


def another_practice_key(folder: Path) -> None:
    (folder / PracticeSeal.FILE).write_text("00" * 32)


@pytest.mark.parametrize(
    "damage",
    [empty_journal, missing_journal, foreign_journal, missing_key_file, missing_practice_key, another_practice_key],
)
def test_a_log_that_cannot_be_read_is_said_in_one_sentence(
    folder: Path, capsys: Capture, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    for arguments in (["verify"], ["show"], ["export", "--out", str(folder / "log.csv"), *FOR]):
        assert run([*arguments, str(folder)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith(f"uketsuke log: {folder}: ")
        assert said.err.count("\n") == 1


def test_a_sealed_log_is_read_with_the_units_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uketsuke-kek").write_bytes(bytes(range(32)))
    open_store(tmp_path / "store", CredentialSeal(tmp_path), FixedClock(NOW), "desk 1").close()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert run(["verify", str(tmp_path / "store")]) == 1
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert run(["verify", str(tmp_path / "store")]) == 0
