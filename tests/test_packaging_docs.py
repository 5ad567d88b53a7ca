"""The guides for IT: both languages hold the same commands; what can be tried is run, the rest is understood."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import publish_package
import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "packaging" / "docs"
PAGES = {language: (DOCS / language / "guide.md").read_text("utf-8") for language in ("en", "ja")}
WITHIN_S = 100
SYSTEM = {
    "apt", "chmod", "chown", "cp", "dpkg", "echo", "editor", "gpgv", "install", "journalctl", "pcsc_scan", "sha256sum",
    "systemctl", "tar",
}  # fmt: skip
OURS = {
    "/usr/libexec/uketsuke/repair": ROOT / "packaging" / "apt" / "repair",
    "packaging/apt/publish_package.py": ROOT / "packaging" / "apt" / "publish_package.py",
}


def blocks(text: str) -> list[tuple[str, str]]:
    """Each fenced block: how it is marked, and what is in it."""
    return re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(mark: str) -> list[str]:
    return [line for marked, body in blocks(PAGES["en"]) if marked == mark for line in body.splitlines()]


def understood(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The help of one of our commands; the test fails when there is none."""
    run = import_module(f"terminal.commands.{words[1]}").run if words[0] == "uketsuke" else publish_package.main
    try:
        code = run([*words[2 if words[0] == "uketsuke" else 1 :], "--help"])
    except SystemExit as ended:
        code = ended.code
    assert code == 0, words
    return capsys.readouterr().out


def test_both_languages_have_the_same_commands_in_the_same_order() -> None:
    assert blocks(PAGES["en"]) == blocks(PAGES["ja"])
    assert {mark for mark, _ in blocks(PAGES["en"])} == {"sh", "sh try"}


def test_both_languages_have_the_same_chapters_and_tables() -> None:
    for pattern in (r"^## (\d)\.", r"^\|-"):
        assert len(re.findall(pattern, PAGES["en"], re.MULTILINE)) == len(
            re.findall(pattern, PAGES["ja"], re.MULTILINE)
        )


def tried(line: str, capsys: pytest.CaptureFixture[str]) -> int:
    """Runs a line here as a shell would: our own command in this process, with `>FILE` and `3<FILE`."""
    words = shlex.split(line)
    if words[0] != "uketsuke":
        return subprocess.run(["sh", "-c", line], check=False, timeout=WITHIN_S).returncode
    given = [word.removeprefix("3<") for word in words if word.startswith("3<")]
    descriptor = os.open(given[0], os.O_RDONLY) if given else -1
    arguments = [word for word in words[1:] if not word.startswith((">", "3<"))]
    if given:
        arguments[arguments.index("--passphrase-fd") + 1] = str(descriptor)
    try:
        code = int(import_module(f"terminal.commands.{arguments[0]}").run(arguments[1:]))
    finally:
        if given:
            with suppress(OSError):  # whoever reads from it may have closed it
                os.close(descriptor)
    said = capsys.readouterr().out
    for word in words:
        if word.startswith(">"):
            Path(word[1:]).write_text(said, "utf-8")
    return code


def test_what_can_be_tried_anywhere_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    quick = [line for line in commands("sh try") if "practice" not in line]  # tests of their own check people in
    assert len(quick) > 8
    for line in quick:
        assert tried(line, capsys) == 0, line


def test_what_needs_the_machine_is_a_command_with_such_options(capsys: pytest.CaptureFixture[str]) -> None:
    for line in commands("sh") + [line for line in commands("sh try") if "practice" in line]:
        words = shlex.split(line.split(" >")[0])
        match words:
            case ["uketsuke", verb, *rest]:
                subverb = rest[:1] if verb in ("config", "keys", "log", "support") else []
                asked = ["uketsuke", verb, *subverb]
            case ["python3", script, *rest]:
                assert OURS[script].is_file()
                verb = next(word for word in rest if word in ("add", "promote", "withdraw", "refresh", "usb"))
                asked = [script, "--repository", "x", "--key", "x", verb]
                rest = []
            case [program, *_]:
                assert program in SYSTEM or OURS[program].is_file(), line
                continue
            case _:
                pytest.fail(f"no command: {line}")
        said = understood(asked, capsys)
        for option in (word.split("=")[0] for word in rest if word.startswith("--")):
            assert option in said, f"{line}: {option}"


def test_every_unit_and_file_of_the_package_that_is_named_is_in_it() -> None:
    package = (ROOT / "packaging" / "make_package.py").read_text()
    units = {path.name for path in (ROOT / "packaging" / "systemd").iterdir()}
    for unit in set(re.findall(r"uketsuke-[a-z]+(?:\.timer)?", "\n".join(commands("sh")))):
        assert unit in units or f"{unit}.service" in units, unit
    for place in set(re.findall(r"/(usr/(?:share/doc/uketsuke|libexec/uketsuke)/[\w./-]+\w)", PAGES["en"])):
        assert place in package or Path(place).name in package, place


def test_the_page_of_what_is_red_says_what_the_doctor_says() -> None:
    spec = importlib.util.spec_from_file_location("write_red", DOCS / "write_red.py")
    assert spec
    assert spec.loader
    write_red = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_red)
    for language in PAGES:
        assert (DOCS / language / "red.md").read_text("utf-8") == write_red.page(language)


def test_the_scripts_are_sound_shell() -> None:
    if shutil.which("sh"):
        assert subprocess.run(["sh", "-n", OURS["/usr/libexec/uketsuke/repair"]], check=False).returncode == 0
