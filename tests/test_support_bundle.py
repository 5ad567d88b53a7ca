"""A support bundle shows what it holds before it is written; nothing planted in log, configuration, store is in it."""

import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.clock import SystemClock
from terminal.commands import support
from terminal.configuration.reading import parse_configuration
from terminal.configuration.settings import Configuration
from terminal.doctor.bundle import Happened, configuration_shape, counted, zipped
from terminal.doctor.hops import Cause, Diagnosis, found
from terminal.doctor.log_tail import ELSE, filtered

PLANTED = (
    *("見本花子", "ミホンハナコ", "Hanako", "MIHON", "19920412", "1992-04-12", "架空区1-2-3", "03-0000-1234"),
    *("04041220352285", "4321", "123456789018", "12345678", "hanako@example.jp", "secret-token", "mihon_hanako"),
)
MODULES = frozenset({"terminal.desk", "terminal.perform", "device.card.process"})


def planted_configuration(tmp_path: Path) -> str:
    hidden = "/".join(PLANTED[:2])
    return f"""
[clinic]
name = "{" ".join(PLANTED)}"
institution_code = "1319999999"
terminal = "{PLANTED[-1]}"
[eligibility]
service = "folder"
[eligibility.folder]
folder = "{tmp_path}/{hidden}"
[store]
folder = "{tmp_path}/store-{PLANTED[2]}"
[support]
machine = "{PLANTED[0]} {PLANTED[7]}"
"""


def plant(tmp_path: Path) -> dict[str, Path]:
    store = open_store(
        tmp_path / f"store-{PLANTED[2]}", PracticeSeal(tmp_path / f"store-{PLANTED[2]}"), SystemClock(), "d"
    )
    for planted in PLANTED:
        store.journal.record(
            Access(
                Action.ANSWER_SHOWN, planted, planted, planted.encode(), planted, planted, planted, (("note", planted),)
            )
        )
    store.journal.record(Access(Action.CARD_IDENTIFIED, "", "x", outcome="", reason="card_absent"))
    store.close()
    log = tmp_path / "technical.log"
    log.write_text(
        "\n".join(
            f"2026-11-21T10:15:00+0900 {planted} uketsuke[{planted}]: WARNING terminal.desk: reader_hung {planted}"
            f' "{planted}" ({planted}) terminal.{planted} File "/home/{planted}/terminal/{planted}.py", line 4321'
            for planted in PLANTED
        ),
        "utf-8",
    )
    configuration = tmp_path / "desk.toml"
    configuration.write_text(planted_configuration(tmp_path), "utf-8")
    return {"log": log, "config": configuration}


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor's own round is not what is tested here, and this machine's PC/SC service is not ours."""

    def look(configuration: Configuration | None, *, is_morning: bool) -> Diagnosis:
        return Diagnosis((found(Cause.READER_READY),), ())

    monkeypatch.setattr(support, "look", look)


@pytest.mark.usefixtures("well")
def test_nothing_that_was_planted_is_in_the_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = plant(tmp_path)
    out = tmp_path / "bundle.zip"
    asked = ["bundle", "--out", str(out), "--config", str(laid["config"]), "--log", str(laid["log"]), "--yes"]
    assert support.run(asked) == 0
    with zipfile.ZipFile(out) as bundle:
        files = {name: bundle.read(name).decode() for name in bundle.namelist()}
    shown = capsys.readouterr().out
    for name, content in files.items():
        assert name in shown
        for planted in PLANTED:
            assert planted not in content, (name, planted)
            assert planted not in shown
    assert json.loads(files["journal_counts.json"])["actions"] == {"answer_shown": len(PLANTED), "card_identified": 1}
    assert json.loads(files["journal_counts.json"])["reasons"] == {"card_absent": 1, "other": len(PLANTED)}
    assert "reader_hung" in files["technical_log.txt"]
    assert "terminal.desk" in files["technical_log.txt"]
    assert json.loads(files["versions.json"])["python"]
    assert json.loads(files["configuration.json"])["eligibility"]["folder"]["card_checks"] == "face"
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("well")
def test_nothing_is_written_unless_somebody_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = plant(tmp_path)
    asked = ["bundle", "--out", str(tmp_path / "bundle.zip"), "--config", str(laid["config"])]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert support.run(asked) == 1
    assert "configuration.json" in capsys.readouterr().out
    assert not (tmp_path / "bundle.zip").exists()


@pytest.mark.usefixtures("well")
def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = plant(tmp_path)
    (tmp_path / "bundle.zip").write_text("mine")
    asked = ["bundle", "--out", str(tmp_path / "bundle.zip"), "--config", str(laid["config"]), "--yes"]
    assert support.run(asked) == 1
    assert (tmp_path / "bundle.zip").read_text() == "mine"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=30))
def test_a_word_that_is_not_ours_never_stays(word: str) -> None:
    known = {"terminal.desk", "reader_hung", "WARNING", "ValueError"}
    kept = set(" ".join(filtered([f"WARNING terminal.desk: {word} reader_hung"], MODULES)).split())
    assert kept <= known | {ELSE} | set(filtered([word], MODULES))
    assert next(filtered([f"x{word}山"], MODULES)) == ELSE


def test_what_a_developer_needs_stays() -> None:
    lines = [
        "2026-11-21T10:15:00+0900 desk1 uketsuke[311]: ERROR terminal.perform: Traceback (most recent call last):",
        'File "/usr/lib/uketsuke/terminal/perform.py", line 88, in perform',
        "terminal.problems.TerminalError: reader_hung: identify",
        "ValueError: invalid literal for int(): '見本花子'",
    ]
    assert list(filtered(lines, MODULES)) == [
        "2026-11-21T10:15:00+0900 … ERROR terminal.perform Traceback …",
        "terminal/perform.py:88 …",
        "… reader_hung …",
        "ValueError …",
    ]


def test_a_configuration_shows_kinds_switches_and_numbers_alone(tmp_path: Path) -> None:
    made = parse_configuration(tomllib.loads(planted_configuration(tmp_path)), "desk.toml")
    shape: Any = configuration_shape(made)
    assert shape["camera"] == {"device": 0}
    assert shape["windows"] == {"language": "<2 characters>", "kiosk": False}
    assert shape["store"]["seal"] == "credential"
    assert shape["clinic"]["institution_code"] == "<10 characters>"
    assert shape["receipt"] is None


def test_codes_are_counted_and_anything_else_is_other() -> None:
    assert counted([Happened("pin_sent", "", ""), Happened("山田", "confirmed", "x")]) == {
        "actions": {"other": 1, "pin_sent": 1},
        "outcomes": {"confirmed": 1},
        "reasons": {"other": 1},
    }


def test_the_same_content_is_the_same_bundle() -> None:
    assert zipped({"a.json": b"{}"}) == zipped({"a.json": b"{}"})
