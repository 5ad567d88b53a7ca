"""A configuration is read whole or refused, and whoever wrote it hears of everything that is wrong at once."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from terminal.__main__ import main
from terminal.configuration.reading import example, parse_configuration, read_configuration
from terminal.configuration.settings import Configuration, SealKind, ServiceKind
from terminal.problems import Problem, TerminalError

LEAST = """
[clinic]
name = "見本内科クリニック"
institution_code = "1319999999"
terminal = "desk-1"

[eligibility]
service = "https"

[eligibility.https]
url = "https://gateway.example/eligibility"
ca_file = "/etc/uketsuke/tls/ca.crt"
client_certificate = "/etc/uketsuke/tls/desk.crt"
client_key = "/etc/uketsuke/tls/desk.key"
"""


def parsed(text: str) -> Configuration:
    return parse_configuration(tomllib.loads(text), "desk.toml")


def wrongs(text: str) -> str:
    with pytest.raises(TerminalError) as caught:
        parsed(text)
    assert caught.value.problem is Problem.CONFIGURATION_WRONG
    return caught.value.detail


def test_the_least_configuration_has_a_default_for_all_the_rest() -> None:
    made = parsed(LEAST)
    assert made.eligibility.service is ServiceKind.HTTPS
    assert made.eligibility.https is not None
    assert made.eligibility.https.ca_file == Path("/etc/uketsuke/tls/ca.crt")
    assert (made.store.seal, made.camera.device, made.windows.language) == (SealKind.CREDENTIAL, 0, "ja")


def test_a_setting_that_nobody_knows_is_refused_by_name() -> None:
    assert "[camera] devise: no such setting, but device" in wrongs(LEAST + "[camera]\ndevise = 1")
    assert "[cameras]: no such setting" in wrongs(LEAST + "[cameras]\ndevice = 1")


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = wrongs(LEAST.replace('terminal = "desk-1"', "") + '[camera]\ndevice = "front"\n[windows]\nkiosk = 1')
    assert "[clinic] terminal: is missing" in said
    assert "[camera] device: a whole number is wanted" in said
    assert "[windows] kiosk: true or false is wanted" in said
    said = wrongs(LEAST.replace("1319999999", "131") + '[windows]\nkiosk = 1\nlanguage = "fr"')
    assert "[windows] kiosk: true or false is wanted" in said
    assert "[windows] language: ja or en is wanted" in said
    assert "[clinic] institution_code: 10 digits are wanted" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1319999999"', '"131999999"', "[clinic] institution_code: 10 digits are wanted"),
        ('service = "https"', 'service = "folder"', "[eligibility.folder] is wanted"),
        ('service = "https"', 'service = "ftp"', "[eligibility] service: one of folder, https, fhir is wanted"),
        ("https://", "http://", "[eligibility.https] url: it must begin with https://"),
        ("https://gateway.example/eligibility", "https://", "url: it must begin with https:// and a host"),
        ('"desk-1"', '" "', "[clinic] terminal: is empty"),
        ('"見本内科クリニック"', '""', "[clinic] name: is empty"),
        ('"/etc/uketsuke/tls/ca.crt"', '""', "[eligibility.https] ca_file: is empty"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(old: str, new: str, said: str) -> None:
    assert said in wrongs(LEAST.replace(old, new))


def test_the_example_as_it_is_printed_lacks_all_that_only_a_clinic_knows() -> None:
    said = wrongs(example())
    for lacking in ("name: is empty", "institution_code: 10 digits", "folder: is empty", "url: it must begin with"):
        assert lacking in said


@pytest.mark.parametrize(
    ("table", "value"),
    [("camera", "device = -1"), ("limits", "offline_stopped_days = nan"), ("limits", "clock_warned_seconds = inf")],
)
def test_a_number_that_counts_nothing_is_refused(table: str, value: str) -> None:
    assert "number, 0 or more, is wanted" in wrongs(f"{LEAST}[{table}]\n{value}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_what_may_have_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(TerminalError, match="it is no file"):
            read_configuration(path)


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 5_000,
        f"a = {'9' * 5_000}",
        f"{'.'.join('a' * 5_000)} = 1",
        LEAST + f"[limits]\noffline_warned_days = 1{'0' * 400}",
    ],
)
def test_what_is_too_deep_or_too_long_is_told_and_no_traceback(tmp_path: Path, content: str) -> None:
    (tmp_path / "desk.toml").write_text(content, "utf-8")
    with pytest.raises(TerminalError) as caught:
        read_configuration(tmp_path / "desk.toml")
    assert caught.value.problem is Problem.CONFIGURATION_WRONG


def test_what_windows_editor_saves_is_read_and_another_encoding_is_told_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(LEAST.replace("\n", "\r\n"), "utf-8-sig", newline="")
    assert read_configuration(file) == parsed(LEAST)
    file.write_text(LEAST, "cp932")
    with pytest.raises(TerminalError, match="save it as UTF-8"):
        read_configuration(file)


@pytest.mark.parametrize("content", [b"[clinic", b"\xff\xfe", b"clinic = 1"])
def test_what_is_no_configuration_is_refused_with_the_files_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "desk.toml"
    file.write_bytes(content)
    with pytest.raises(TerminalError, match=r"desk\.toml"):
        read_configuration(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TerminalError, match="No such file"):
        read_configuration(tmp_path / "desk.toml")


def test_the_example_explains_every_setting_and_its_defaults_are_the_programs() -> None:
    lines = example().splitlines()
    assert all("  # " in line for line in lines if line)
    shown: dict[str, Any] = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))
    made = parsed(LEAST)
    assert shown["store"] == {"folder": str(made.store.folder), "seal": made.store.seal, "noted_at": ""}
    assert shown["windows"] == {"language": made.windows.language, "kiosk": made.windows.kiosk}


def test_the_command_checks_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(LEAST, "utf-8")
    assert main(["config", "check", str(file)]) == 0
    said = capsys.readouterr().out
    assert "desk-1 of 見本内科クリニック, nothing wrong" in said
    assert "not found on this machine: [eligibility.https] ca_file /etc/uketsuke/tls/ca.crt" in said
    file.write_text(LEAST + "[camera]\ndevise = 1\n[windows]\nkiosk = 1", "utf-8")
    assert main(["config", "check", str(file)]) == 1
    said = capsys.readouterr().err
    assert "\n  [windows] kiosk: " in said
    assert "[camera] devise: " in said
    assert "run uketsuke config check" not in said  # this is what was run
    file.write_text(LEAST + "[limits]\noffline_stopped_days = 31", "utf-8")
    assert main(["config", "check", str(file)]) == 1
    assert "[limits]: stored answers end after 30 days" in capsys.readouterr().err


def test_the_command_prints_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "example"]) == 0
    assert "[eligibility.https]" in capsys.readouterr().out
