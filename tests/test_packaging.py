"""The Debian package, made of a small folder in place of the built one; and what goes into it besides the program."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from make_package import differences, make_deb

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
UNITS = sorted((PACKAGING / "systemd").glob("*.service"))
MOST_EXPOSURE = 30  # tenths; systemd-analyze(1): 0 is safe, 100 is not
WITHIN_S = 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # else the last commit's time
    made = tmp_path / "built"
    (made / "_internal").mkdir(parents=True)
    (made / "uketsuke").write_bytes(b"\x7fELF")
    (made / "uketsuke").chmod(0o755)
    (made / "_internal" / "data").write_bytes(b"0123456789" * 1000)
    (made / "_internal" / "link").symlink_to("data")
    return made


def said(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
        env={**os.environ, **(environment or {})},
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def needs(*programs: str) -> None:
    if not all(map(shutil.which, programs)):
        pytest.skip(f"{', '.join(programs)}: not installed")


def test_the_package_is_the_same_byte_for_byte_whenever_it_is_made(folder: Path, tmp_path: Path) -> None:
    needs("dpkg-deb")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one = make_deb(folder, "1.2.3", tmp_path / "one")
    (folder / "_internal" / "data").touch()  # a later time
    other = make_deb(folder, "1.2.3", tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()
    assert list((tmp_path / "one").iterdir()) == [one]


def test_the_package_holds_program_units_and_settings_and_all_of_it_is_roots(folder: Path, tmp_path: Path) -> None:
    needs("dpkg-deb")
    deb = make_deb(folder, "1.2.3", tmp_path)
    rows = [line.split(maxsplit=5) for line in said("dpkg-deb", "--contents", deb).splitlines()]
    assert {row[1] for row in rows} == {"root/root"}
    names = {row[5].removeprefix("./").split(" -> ")[0] for row in rows}
    assert {f"usr/lib/systemd/system/{unit.name}" for unit in UNITS} <= names
    assert {"usr/lib/uketsuke/uketsuke", "usr/bin/uketsuke", "etc/uketsuke/screen.conf"} <= names
    guides = {f"usr/share/doc/uketsuke/{guide.parent.name}/{guide.name}" for guide in PACKAGING.glob("docs/*/*.md")}
    assert guides
    assert guides <= names
    assert not any("requirements" in name or name.endswith("tests/") for name in names)
    writable = [row[5] for row in rows if row[0][0] != "l" and row[0][8] == "w"]
    assert not writable
    fields = said("dpkg-deb", "--field", deb)
    assert "Version: 1.2.3" in fields
    assert "pcscd" in fields
    assert "@" not in fields.replace("root@localhost", "")
    for conffile in (PACKAGING / "debian" / "conffiles").read_text().split():
        assert conffile.removeprefix("/") in names


def test_two_folders_differ_in_content_permission_and_link(folder: Path) -> None:
    other = folder.parent / "again"
    shutil.copytree(folder, other, symlinks=True)
    assert differences(folder, other) == []
    (other / "_internal" / "data").write_bytes(b"0")
    (other / "uketsuke").chmod(0o700)
    (other / "_internal" / "link").unlink()
    assert differences(folder, other) == ["_internal/data", "_internal/link", "uketsuke"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.stem))
def test_a_unit_may_do_little(unit: Path) -> None:
    needs("systemd-analyze")
    said("systemd-analyze", "security", "--no-pager", "--offline=yes", f"--threshold={MOST_EXPOSURE}", unit)


def test_the_units_are_understood_and_each_verb_that_they_call_exists(tmp_path: Path) -> None:
    needs("systemd-analyze")
    there = tmp_path / "run-nothing"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o755)
    for unit in sorted((PACKAGING / "systemd").glob("uketsuke-*.*")):
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={there}", unit.read_text(), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    units = sorted(map(str, tmp_path.glob("uketsuke-*.*")))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
    ours = [line for line in done.stderr.splitlines() if "uketsuke" in line]
    assert not ours, ours
    verbs = set(re.findall(r"^ExecStart=/usr/bin/uketsuke (\S+)", "".join(map(Path.read_text, UNITS)), re.MULTILINE))
    assert verbs == {"desk", "gateway", "bookings", "log", "doctor"}
    listed = said(sys.executable, "-m", "terminal", "--help", environment={"PYTHONPATH": str(ROOT)})
    assert all(f"  {verb} " in listed for verb in verbs)


@pytest.mark.parametrize("script", ["debian/postinst", "debian/prerm", "debian/postrm", "kiosk/screen"])
def test_the_scripts_are_sound_shell(script: str) -> None:
    said("sh", "-n", PACKAGING / script)
    assert os.access(PACKAGING / script, os.X_OK)


def test_a_removal_keeps_what_a_purge_wipes_with_the_keys_first_and_a_report(tmp_path: Path) -> None:
    store = tmp_path / "var/lib/uketsuke"
    (store / "bookings").mkdir(parents=True)
    (tmp_path / "etc/uketsuke").mkdir(parents=True)
    for name in ("journal.db", "keys.json", "uketsuke-kek.cred", "bookings/tomorrow.csv"):
        (store / name).write_text("invented")
    (tmp_path / "etc/uketsuke/desk.key").write_text("invented")
    another = tmp_path / "var/lib/another"
    another.mkdir()
    postrm, environment = PACKAGING / "debian" / "postrm", {"DPKG_ROOT": str(tmp_path)}
    said("sh", postrm, "remove", environment=environment)
    assert (store / "journal.db").exists()
    report = said("sh", postrm, "purge", environment=environment)
    assert not store.exists()
    assert not (tmp_path / "etc/uketsuke").exists()
    assert another.exists()
    wiped = re.findall(r"^overwritten and deleted: /var/lib/uketsuke/(\S+)", report, re.MULTILINE)
    assert wiped == ["keys.json", "uketsuke-kek.cred", "bookings/tomorrow.csv", "journal.db"]
    assert next((tmp_path / "var/log").glob("uketsuke-wiped-*.txt")).read_text() == report


def test_every_process_that_the_program_starts_may_be_started_by_the_frozen_one() -> None:
    asked = set()
    for source in [*(ROOT / "terminal").rglob("*.py"), *(ROOT / "device").rglob("*.py")]:
        asked |= set(
            re.findall(
                r'"((?:device|terminal)\.[a-z_.]+_?process|terminal\.commands\.canary_desk)"', source.read_text()
            )
        )
    launcher = (PACKAGING / "launch_uketsuke.py").read_text()
    assert asked
    assert all(f'"{module}"' in launcher for module in asked)
