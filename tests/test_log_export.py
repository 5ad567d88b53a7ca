"""What leaves the desk is on record first: with reason, recipient and the file's hash, once the log is found intact."""

import csv
import io
import json
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, read_entry
from terminal.commands.log import NOT_GIVEN, run

FOR = ("--reason", "yearly review", "--recipient", "the auditor")
COUNT = 6


class DayClock:
    """Twelve hours pass when it is told so; the first moment is noon here."""

    def __init__(self) -> None:
        self._at = datetime(2026, 11, 20, 12).astimezone()

    def now(self) -> datetime:
        return self._at.astimezone(UTC)

    def go_on(self) -> None:
        self._at += timedelta(hours=12)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    clock = DayClock()
    with closing(open_store(folder, PracticeSeal(folder), clock, "desk 1")) as store:
        for number in range(COUNT):
            store.journal.record(Access(Action.CARD_IDENTIFIED, f"visit-{number}", "reception"))
            clock.go_on()
    return folder


def entries_in(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as log:
        return [read_entry(stored.line) for stored in log.entries()]


def numbers_in(out: Path, form: str) -> list[int]:
    content = out.read_bytes()
    match form:
        case "csv":
            return [int(row[0]) for row in list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]]
        case "jsonl":
            return [json.loads(line)["seq"] for line in content.splitlines()]
        case "fhir":
            return [int(json.loads(line)["entity"][-1]["detail"][0]["valueString"]) for line in content.splitlines()]
        case _:
            return list(range(len(fromstring(content))))


@pytest.mark.parametrize("form", ["csv", "jsonl", "fhir", "dicom"])
def test_every_form_holds_every_entry(folder: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "export"
    assert run(["export", str(folder), "--format", form, "--out", str(out), *FOR]) == 0
    assert numbers_in(out, form) == list(range(COUNT))
    assert out.stat().st_mode & 0o777 == 0o600


def test_an_export_for_which_no_reason_is_given_says_so_in_the_log(folder: Path, tmp_path: Path) -> None:
    assert run(["export", str(folder), "--format", "csv", "--out", str(tmp_path / "export")]) == 0
    entry = entries_in(folder)[-1]
    assert (entry.reason, dict(entry.details)["recipient"]) == (NOT_GIVEN, NOT_GIVEN)


@pytest.mark.parametrize("form", ["csv", "dicom", "bundle"])
def test_an_export_is_itself_an_entry(
    folder: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "export"
    assert run(["export", str(folder), "--format", form, "--out", str(out), *FOR]) == 0
    entry = entries_in(folder)[-1]
    details = dict(entry.details)
    assert (entry.action, entry.reason, entry.terminal) == (Action.LOG_EXPORTED, "yearly review", "desk-1")
    assert entry.actor
    assert (details["recipient"], details["format"], details["entries"]) == ("the auditor", form, str(COUNT))
    assert details["sha256"] in capsys.readouterr().out
    if form != "bundle":
        assert details["sha256"] == sha256(out.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        (["--from", "2026-11-21"], [1, 2, 3, 4, 5]),
        (["--to", "2026-11-21"], [0, 1, 2]),
        (["--from", "2026-11-21", "--to", "2026-11-22"], [1, 2, 3, 4]),
        (["--from", "2027-01-01"], []),
        (["--from", "1970-01-01", "--to", "9999-12-31"], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_days_are_those_of_the_desk_both_included(
    folder: Path, tmp_path: Path, days: list[str], numbers: list[int]
) -> None:
    out = tmp_path / "export"
    assert run(["export", str(folder), "--format", "jsonl", "--out", str(out), *FOR, *days]) == 0
    assert numbers_in(out, "jsonl") == numbers
    details = dict(entries_in(folder)[-1].details)
    assert [details[name] for name in ("from", "to") if name in details] == days[1::2]


def test_an_export_beside_a_running_desk_leaves_one_log(folder: Path, tmp_path: Path) -> None:
    with closing(open_store(folder, PracticeSeal(folder), DayClock(), "desk 1")) as store:
        store.journal.record(Access(Action.PIN_SENT, "visit", "reception"))
        assert run(["export", str(folder), "--out", str(tmp_path / "export"), *FOR]) == 0
        store.journal.record(Access(Action.PIN_REFUSED, "visit", "reception"))
    assert [entry.action for entry in entries_in(folder)[COUNT:]] == ["pin_sent", "log_exported", "pin_refused"]
    assert run(["verify", str(folder)]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--reason", "\ud800 is no letter"], "wanted on one line"),
        (["--recipient", "two\nlines"], "letters on one line"),
        (["--from", "2026-11-22", "--to", "2026-11-21"], "--from is a later day than --to"),
        (["--from", "2026-11-22", "--format", "bundle"], "a bundle is the whole log"),
    ],
)
def test_wrong_words_are_told_before_anything_leaves_or_is_on_record(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(["export", str(folder), "--out", str(tmp_path / "export"), *words]) == 2
    assert said in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["store"]
    assert len(entries_in(folder)) == COUNT


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_an_export_takes_no_others_place_and_is_not_on_record_then(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    out = tmp_path / "export"
    if kind == "folder":
        out.mkdir()
    elif kind == "file":
        out.write_text("an older export", "utf-8")
    else:
        out.symlink_to(tmp_path / "nowhere")
    assert run(["export", str(folder), "--out", str(out), *FOR]) == 1
    assert capsys.readouterr().err == f"uketsuke log: {out}: File exists\n"
    assert sorted(os.listdir(tmp_path)) == ["export", "store"]
    assert len(entries_in(folder)) == COUNT


def test_a_file_that_cannot_be_made_is_told_by_the_name_that_was_given(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "export"
    assert run(["export", str(folder), "--out", str(out), *FOR]) == 1
    assert capsys.readouterr().err.endswith(f"{out}: No such file or directory\n")
    assert len(entries_in(folder)) == COUNT


def test_a_key_given_is_held_against_the_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(read_store(folder, None)) as log:
        key = log.keys.log.vkey()
    other = key.replace("desk-1", "desk-2")
    assert run(["verify", str(folder), "--key", key]) == 0
    assert run(["verify", str(folder), "--key", other]) == 2  # its id is not its own
    assert "a log's key is one line" in capsys.readouterr().err
