"""`./run package`: the one-folder program in `build/dist/uketsuke`, and the Debian package made of it.

From the same sources come the same bytes: times are those of the last commit, and `--twice` builds twice and compares.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGING: Final = ROOT / "packaging"
BUILD: Final = ROOT / "build"
MIB: Final = 1024 * 1024
MOST_DEB_MIB: Final = 130
# What is larger with its symbols. Never numpy's libraries: strip breaks them.
STRIPPED: Final = ("libpython3.*.so.*", "sqlcipher3/_sqlite3.*.so")
SMALL: Final = ("-Zxz", "-z6", "--threads-max=2")  # dpkg-deb(1)
QUICK: Final = ("-Zzstd", "-z3")
SCRIPTS: Final = ("postinst", "prerm", "postrm")
DESCRIPTIONS: Final = ("NOTICES.txt", "uketsuke.cdx.json")  # by sbom/describe_folder.py
PLACES: Final[Mapping[str, str]] = {  # from packaging/ to the machine
    "systemd/sysusers.conf": "usr/lib/sysusers.d/uketsuke.conf",
    "systemd/tmpfiles.conf": "usr/lib/tmpfiles.d/uketsuke.conf",
    "systemd/journald.conf": "usr/lib/systemd/journald@uketsuke.conf.d/limits.conf",
    "systemd/polkit.rules": "usr/share/polkit-1/rules.d/60-uketsuke.rules",
    "systemd/log-ship.conf": "usr/share/doc/uketsuke/examples/log-ship.conf",
    "udev/60-uketsuke.rules": "usr/lib/udev/rules.d/60-uketsuke.rules",
    "kiosk/screen": "usr/libexec/uketsuke/screen",
    "kiosk/screen.conf": "etc/uketsuke/screen.conf",
    "kiosk/pam": "etc/pam.d/uketsuke",
    "kiosk/openbox.xml": "usr/share/uketsuke/kiosk/openbox.xml",
    "kiosk/weston.ini": "usr/share/uketsuke/kiosk/weston.ini",
    "kiosk/kiosk.md": "usr/share/doc/uketsuke/kiosk.md",
    "debian/copyright": "usr/share/doc/uketsuke/copyright",
    "apt/repair": "usr/libexec/uketsuke/repair",
    "apt/uketsuke.sources": "usr/share/doc/uketsuke/examples/uketsuke.sources",
    "apt/uketsuke.pref": "usr/share/doc/uketsuke/examples/uketsuke.pref",
}


def main() -> int:
    """Builds; gives 1 when two builds differ or the package is too large."""
    parser = argparse.ArgumentParser(prog="./run package", description=__doc__)
    parser.add_argument("--twice", action="store_true", help="build a second time, and print what differs")
    parser.add_argument("--version", default=project_version(), help="of the package; else the project's")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="take this built folder, and build none")
    parser.add_argument("--out", type=Path, default=BUILD, metavar="DIR", help="where the package goes")
    parser.add_argument("--quick", action="store_true", help="pack quickly, a third larger: to try it, not to ship it")
    options = parser.parse_args()
    folder = options.folder or build_folder(BUILD / "dist")
    packing = QUICK if options.quick else SMALL
    deb = make_deb(folder, options.version, options.out, packing)
    print(f"{folder}: {folder_bytes(folder) / MIB:.0f} MiB in {sum(1 for _ in files_in(folder))} files")
    print(f"{deb}: {deb.stat().st_size / MIB:.1f} MiB, sha256 {digest(deb)}")
    too_large = not options.quick and deb.stat().st_size > MOST_DEB_MIB * MIB
    if too_large:
        print(f"the package is larger than {MOST_DEB_MIB} MiB", file=sys.stderr)
    return int(too_large or (options.twice and _differs_when_built_again(folder, deb, options.version)))


def build_folder(dist: Path) -> Path:
    """The program in one folder, built by PyInstaller in a fresh work folder."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    work = dist.parent / f"work-{dist.name}"
    places = ["--distpath", str(dist), "--workpath", str(work), str(PACKAGING / "uketsuke.spec")]
    subprocess.run([*command, *places], check=True, env=_environment(), cwd=ROOT)
    folder = dist / "uketsuke"
    for pattern in STRIPPED:
        for library in (folder / "_internal").glob(pattern):
            if not library.is_symlink():
                subprocess.run(["strip", "--strip-unneeded", library], check=True)
    describing = [sys.executable, PACKAGING / "sbom" / "describe_folder.py", folder]
    subprocess.run(describing, check=True, env=_environment(), cwd=ROOT)
    print(f"built in {time.monotonic() - begun:.0f} s")
    return folder


def make_deb(folder: Path, version: str, out: Path, packing: Sequence[str] = SMALL) -> Path:
    """The Debian package of a built folder; root owns its files without root having made it."""
    stage = out / f"stage-{version}"
    shutil.rmtree(stage, ignore_errors=True)
    program = stage / "usr/lib/uketsuke"
    program.parent.mkdir(parents=True)
    shutil.copytree(folder, program, symlinks=True)
    for source, place in _places():
        (stage / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGING / source, stage / place)
        (stage / place).chmod(0o755 if os.access(PACKAGING / source, os.X_OK) else 0o644)
    (stage / "usr/bin").mkdir()
    (stage / "usr/bin/uketsuke").symlink_to("../lib/uketsuke/uketsuke")
    for name in DESCRIPTIONS:
        if (folder / name).exists():
            (stage / "usr/share/doc/uketsuke" / name).symlink_to(f"../../../lib/uketsuke/{name}")
    architecture = _said("dpkg", "--print-architecture")
    _write_control(stage, version, architecture)
    for each in (stage, *stage.rglob("*")):
        if each.is_dir() and not each.is_symlink():
            each.chmod(0o755)
    deb = out / f"uketsuke_{version}_{architecture}.deb"
    pack = ["dpkg-deb", "--root-owner-group", *packing, "--build", stage, deb]
    subprocess.run(pack, check=True, env=_environment(), stdout=subprocess.DEVNULL)
    shutil.rmtree(stage)
    return deb


def differences(one: Path, other: Path) -> list[str]:
    """The names of the files, links and permissions in which two folders differ."""

    def looks(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): str(path.readlink())
            if path.is_symlink()
            else f"{path.stat().st_mode:o} {digest(path)}"
            for path in files_in(folder)
        }

    first, second = looks(one), looks(other)
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def files_in(folder: Path) -> Iterator[Path]:
    """Files and links below a folder, by name."""
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file())


def folder_bytes(folder: Path) -> int:
    """What the files below a folder hold together."""
    return sum(path.stat().st_size for path in files_in(folder) if not path.is_symlink())


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def project_version() -> str:
    """As pyproject.toml says."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def epoch() -> int:
    """The build's time in seconds: `SOURCE_DATE_EPOCH` (reproducible-builds.org), else that of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or _said("git", "-C", str(ROOT), "log", "-1", "--format=%ct"))


def _differs_when_built_again(folder: Path, deb: Path, version: str) -> bool:
    again = BUILD / "again"
    second = build_folder(again)
    differing = differences(folder, second)
    if digest(make_deb(second, version, again)) != digest(deb):
        differing.append(deb.name)
    print("\n".join(f"differs: {name}" for name in differing) or "the second build is the same, byte for byte")
    shutil.rmtree(again)
    return bool(differing)


def _places() -> Iterator[tuple[str, str]]:
    yield from PLACES.items()
    for unit in sorted((PACKAGING / "systemd").glob("uketsuke-*.*")):
        yield f"systemd/{unit.name}", f"usr/lib/systemd/system/{unit.name}"
    for guide in sorted((PACKAGING / "docs").glob("*/*.md")):
        place = guide.relative_to(PACKAGING / "docs")
        yield f"docs/{place}", f"usr/share/doc/uketsuke/{place}"


def _write_control(stage: Path, version: str, architecture: str) -> None:
    control = stage / "DEBIAN"
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(stage)}\n"
        for path in files_in(stage)
        if not path.is_symlink() and "etc" not in path.relative_to(stage).parts[:1]
    )
    written = (PACKAGING / "debian" / "control").read_text("utf-8")
    for word, value in (
        ("@VERSION@", version),
        ("@ARCHITECTURE@", architecture),
        ("@INSTALLED_KIB@", str(folder_bytes(stage) // 1024)),
    ):
        written = written.replace(word, value)
    control.mkdir()
    (control / "control").write_text(written, "utf-8")
    (control / "md5sums").write_text(sums, "utf-8")
    shutil.copyfile(PACKAGING / "debian" / "conffiles", control / "conffiles")
    for script in SCRIPTS:
        shutil.copyfile(PACKAGING / "debian" / script, control / script)
        (control / script).chmod(0o755)


def _environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
