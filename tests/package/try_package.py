"""`./run test-package`: the Debian package in a bare Debian 12, from installing to purging, in a booted container.

Needs root and the machine's Debian mirror, which it takes from apt. Leaves nothing running; `--keep` keeps the root.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
SUITE = "bookworm"
KIOSK = "dbus libpam-systemd openbox systemd-sysv x11-xkb-utils x11-xserver-utils xauth xdotool xvfb"
NEXT = "999"  # the version that the package is upgraded to
MOST_SECONDS_TO_COME_BACK = 3.0  # in a neutral state: a window of ours fills the screen
CONTAINER_SECONDS = 1200


def main() -> int:
    """Gives 0 when all went well; prints sizes and times either way."""
    parser = argparse.ArgumentParser(prog="./run test-package", description=__doc__)
    parser.add_argument("--deb", type=Path, help="the package; else the newest in build/")
    parser.add_argument("--folder", type=Path, default=BUILD / "dist" / "uketsuke", help="what it was made of")
    parser.add_argument("--keep", action="store_true", help="keep the root, and take one that was kept")
    options = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("this needs root")
    debs = sorted(BUILD.glob("uketsuke_*.deb"), key=lambda path: path.stat().st_mtime)
    deb = options.deb or (debs[-1] if debs else None)
    if deb is None or not options.folder.is_dir():
        parser.error("there is no package; ./run package makes it")
    root = BUILD / "package-root"
    try:
        return _try(deb, options.folder, root)
    finally:
        if not options.keep:
            shutil.rmtree(root, ignore_errors=True)


def _try(deb: Path, folder: Path, root: Path) -> int:
    figures: dict[str, str] = {"package": f"{deb.stat().st_size / 2**20:.1f} MiB"}
    if not (root / "etc/debian_version").exists():
        with _timed("bare root", figures):
            _run("debootstrap", "--variant=minbase", SUITE, str(root), mirror())
    (root / "root").mkdir(exist_ok=True)
    shutil.copyfile(deb, root / "root/old.deb")
    with _timed("upgrade made", figures):
        makes = [sys.executable, ROOT / "packaging" / "make_package.py", "--folder", folder]
        _run(*map(str, makes), "--quick", "--version", NEXT, "--out", str(root / "root"))
    next((root / "root").glob(f"uketsuke_{NEXT}_*.deb")).rename(root / "root/new.deb")
    with _timed("repository and stick", figures):
        _publish(root / "root", root / "srv")
    _inside(root, "apt-get", "update", "-qq")
    with _timed("install", figures):
        _inside(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "/root/old.deb")
    installed = _inside(root, "du", "-sm", "/usr/lib/uketsuke").split()[0]
    figures["installed"] = f"{installed} MiB"
    for name in ("first check-in", "warm check-in"):
        with _timed(name, figures):
            said = _inside(root, "runuser", "-u", "uketsuke", "--", *CHECK_IN)
        answer = json.loads(said[said.index("{") :])
        if answer["outcome"] != "confirmed":
            print(f"the practice check-in ended {answer['outcome']}", file=sys.stderr)
            return 1
    with _timed("kiosk's packages", figures):
        _inside(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *KIOSK.split())
    passed = _boot(root, figures)
    print("\n".join(f"{name:<36} {value:>12}" for name, value in figures.items()))
    slow = [
        name
        for name, value in figures.items()
        if name.startswith("neutral after") and _seconds(value) > MOST_SECONDS_TO_COME_BACK
    ]
    if slow:
        print(f"slower than {MOST_SECONDS_TO_COME_BACK} s: {', '.join(slow)}", file=sys.stderr)
    return int(not passed or bool(slow))


def _publish(place: Path, served: Path) -> None:
    """A signed repository with both packages in all rings, a stick with the newer one, and the key, of this trial."""
    with TemporaryDirectory(prefix="g") as home:
        os.environ["GNUPGHOME"] = home
        key = "trial@uketsuke.example"
        _run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", key, "ed25519", "sign", "2d")
        _run("gpg", "--batch", "--yes", "--output", str(served / "updates.gpg"), "--export", key)
        for folder in (served / "repository", place / "stick"):
            shutil.rmtree(folder, ignore_errors=True)
        script = (sys.executable, str(ROOT / "packaging/apt/publish_package.py"))
        keeps = (*script, "--repository", str(served / "repository"), "--key", key)
        for deb in ("old.deb", "new.deb"):
            _run(*keeps, "add", str(place / deb))
            version = _run("dpkg-deb", "--field", str(place / deb), "Version").strip()
            for ring in ("early", "stable"):
                _run(*keeps, "promote", version, ring)
        _run(*keeps, "usb", NEXT, str(place / "stick"))
        _run("gpgconf", "--kill", "all")
        del os.environ["GNUPGHOME"]


CHECK_IN = ("uketsuke", "practice", "--headless", "--person", "p01", "--json")


def mirror() -> str:
    """The Debian mirror that this machine's apt takes `bookworm` from."""
    lines = _run("apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")
    for line in lines.splitlines():
        codename, component, address = line.split(" ", 2)
        if (codename, component) == (SUITE, "main"):
            return address
    raise SystemExit(f"apt knows no mirror of {SUITE} main; run apt-get update")


def _boot(root: Path, figures: dict[str, str]) -> bool:
    """Boots the root and has it run its one task; its lines go into the figures."""
    shutil.copyfile(Path(__file__).parent / "in_the_root.sh", root / "root/in_the_root.sh")
    (root / "etc/systemd/system/trial.service").write_text(
        "[Unit]\nAfter=systemd-journald.service dbus.service\n"
        "[Service]\nType=oneshot\nEnvironment=HOME=/root LC_ALL=C.UTF-8\n"
        "ExecStart=/bin/sh /root/in_the_root.sh\nStandardOutput=file:/root/trial.txt\nStandardError=inherit\n"
        "ExecStopPost=/bin/systemctl --no-block poweroff\n"
    )
    (root / "root/trial.txt").unlink(missing_ok=True)
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    link = wants / "trial.service"
    link.unlink(missing_ok=True)
    link.symlink_to("../trial.service")
    with _timed("the kiosk's day", figures):
        subprocess.run(
            _container(root, "--boot", "--console=read-only"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=CONTAINER_SECONDS,
            check=False,
        )
    said = (root / "root/trial.txt").read_text("utf-8", "replace").splitlines()
    for line in said:
        name, _, value = line.partition(" ")
        if value.endswith(" ms"):
            figures[name.replace("_", " ")] = f"{int(value[:-3]) / 1000:.2f} s"
    passed = said[-1:] == ["PASSED"]
    print("\n".join(line for line in said if not passed or line.startswith("log ")))
    return passed


def _container(root: Path, *options: str) -> list[str]:
    return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={root}", *options]


def _inside(root: Path, *command: str) -> str:
    environment = ("--setenv=DEBIAN_FRONTEND=noninteractive", "--setenv=LC_ALL=C.UTF-8")
    return _run(*_container(root, "--pipe", *environment), *command)


def _run(*command: str) -> str:
    done = subprocess.run(_quiet(command), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def _quiet(command: Sequence[str]) -> list[str]:
    return ["nice", "-n", "10", *command]


@contextmanager
def _timed(name: str, figures: dict[str, str]) -> Iterator[None]:
    begun = time.monotonic()
    yield
    figures[name] = f"{time.monotonic() - begun:.2f} s"
    print(f"{name}: {figures[name]}", flush=True)


def _seconds(value: str) -> float:
    return float(value.removesuffix(" s"))


if __name__ == "__main__":
    sys.exit(main())
