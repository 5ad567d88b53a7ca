"""The signed repository of three rings, with a key made here and APT as its reader; and the repair from a stick."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import publish_package
import pytest
from publish_package import KEPT, RefusedError, add, make_usb, promote, versions, withdraw

APT = Path(__file__).parent.parent / "packaging" / "apt"
KEY = "Invented <versions@uketsuke.example>"
WITHIN_S = 60
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("gpg", "gpgv", "gpgconf", "apt-get", "dpkg-deb"))),
    reason="gnupg and APT are not installed",
)


def said(*command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=WITHIN_S, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A public key as a kiosk has it; its private half lives as long as the tests of this file."""
    home = tmp_path_factory.mktemp("g")  # a short name: gpg's agent listens at a path of 108 bytes at most
    home.chmod(0o700)
    before = os.environ.get("GNUPGHOME")
    os.environ["GNUPGHOME"] = str(home)
    made = said("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", KEY, "ed25519", "sign", "1d")
    assert made.returncode == 0, made.stderr
    public = home / "updates.gpg"
    assert said("gpg", "--batch", "--output", public, "--export", KEY).returncode == 0
    yield public
    said("gpgconf", "--kill", "all")
    os.environ.pop("GNUPGHOME")
    if before is not None:
        os.environ["GNUPGHOME"] = before


@pytest.fixture
def repository(tmp_path: Path, keyring: Path) -> Path:
    return tmp_path / "repository"


@pytest.fixture
def deb(tmp_path: Path) -> Callable[..., Path]:
    def make(version: str, content: str = "", package: str = "uketsuke") -> Path:
        stage = tmp_path / f"{package}-{version}-{content}"
        (stage / "DEBIAN").mkdir(parents=True)
        (stage / "DEBIAN" / "control").write_text(
            f"Package: {package}\nVersion: {version}\nArchitecture: all\nMaintainer: invented <a@b.example>\n"
            f"Description: invented\n in two lines {content}\n"
        )
        assert (
            said("dpkg-deb", "--root-owner-group", "-Znone", "--build", stage, stage.with_suffix(".deb")).returncode
            == 0
        )
        return stage.with_suffix(".deb")

    return make


@dataclass(frozen=True)
class Machine:
    """A place with an APT of its own that trusts one key, and nothing of this machine's."""

    root: Path

    def apt(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return said("apt-get", "-qq", *arguments, APT_CONFIG=str(self.root / "apt.conf"))

    def gets(self, version: str | None = None) -> str | None:
        """The version that this machine would be given; None when APT gives it none."""
        for old in self.root.glob("*.deb"):
            old.unlink()
        what = f"uketsuke={version}" if version else "uketsuke"
        command = ["apt-get", "-qq", "download", what]
        subprocess.run(
            command, cwd=self.root, env={**os.environ, "APT_CONFIG": str(self.root / "apt.conf")}, check=False,
            capture_output=True, timeout=WITHIN_S,
        )  # fmt: skip
        return next((deb.name.split("_")[1] for deb in self.root.glob("*.deb")), None)


@pytest.fixture
def machine(tmp_path: Path, repository: Path, keyring: Path) -> Callable[..., Machine]:
    def make(ring: str, key: Path = keyring) -> Machine:
        root = tmp_path / f"machine-{ring}"
        for name in (
            "state/lists/partial",
            "cache/archives/partial",
            "etc/sources.list.d",
            "etc/preferences.d",
            "etc/apt.conf.d",
        ):
            (root / name).mkdir(parents=True)
        (root / "state/status").touch()
        text = (APT / "uketsuke.sources").read_text().replace("https://updates.example/uketsuke", f"file:{repository}")
        text = text.replace("Suites: stable", f"Suites: {ring}").replace("/etc/apt/keyrings/uketsuke.gpg", str(key))
        (root / "etc/sources.list.d/uketsuke.sources").write_text(text)
        shutil.copyfile(APT / "uketsuke.pref", root / "etc/preferences.d/uketsuke")
        (root / "apt.conf").write_text(
            f'Dir::State "{root}/state";\nDir::State::status "{root}/state/status";\nDir::Cache "{root}/cache";\n'
            f'Dir::Etc "{root}/etc";\nDir::Etc::trusted "/nowhere";\nDir::Etc::trustedparts "/nowhere";\n'
            'APT::Sandbox::User "";\nAcquire::Languages "none";\n'
        )
        return Machine(root)

    return make


def test_a_version_goes_from_ring_to_ring_and_each_ring_gets_only_its_own(
    repository: Path, deb: Callable[..., Path], machine: Callable[..., Machine]
) -> None:
    add(repository, deb("1.0"), KEY)
    promote(repository, "1.0", "early", KEY)
    promote(repository, "1.0", "stable", KEY)
    add(repository, deb("1.1"), KEY)
    promote(repository, "1.1", "early", KEY)
    add(repository, deb("1.2"), KEY)
    for ring, version in (("test", "1.2"), ("early", "1.1"), ("stable", "1.0")):
        kiosk = machine(ring)
        assert kiosk.apt("update").returncode == 0
        assert kiosk.gets() == version
        assert kiosk.gets("1.0") == "1.0"  # there is always one to go back to


def test_no_ring_is_left_out(repository: Path, deb: Callable[..., Path]) -> None:
    add(repository, deb("1.0"), KEY)
    with pytest.raises(RefusedError):
        promote(repository, "1.0", "stable", KEY)
    with pytest.raises(RefusedError):
        make_usb(repository, "1.0", repository / "stick", KEY)
    assert versions(repository, "stable") == {}


def test_a_version_taken_back_is_not_given_to_anybody_any_more(
    repository: Path, deb: Callable[..., Path], machine: Callable[..., Machine]
) -> None:
    for version in ("1.0", "1.1"):
        add(repository, deb(version), KEY)
        promote(repository, version, "early", KEY)
    withdraw(repository, "1.1", "test", KEY)
    early = machine("early")
    assert early.apt("update").returncode == 0
    assert early.gets() == "1.0"
    assert early.gets("1.1") is None


def test_the_same_number_is_never_given_to_other_bytes(repository: Path, deb: Callable[..., Path]) -> None:
    add(repository, deb("1.0"), KEY)
    with pytest.raises(RefusedError):
        add(repository, deb("1.0", "other"), KEY)
    with pytest.raises(RefusedError):
        add(repository, deb("1.0", package="another"), KEY)


def test_a_ring_keeps_its_newest_versions_as_debian_counts_them(repository: Path, deb: Callable[..., Path]) -> None:
    for version in ("1.10", "1.9", "1.2", "1.11~rc1", "1.8"):
        add(repository, deb(version), KEY)
    assert list(versions(repository, "test")) == ["1.9", "1.10", "1.11~rc1"]
    assert len(versions(repository, "test")) == KEPT


def test_a_repository_that_was_changed_or_signed_by_another_is_refused(
    repository: Path, deb: Callable[..., Path], machine: Callable[..., Machine], tmp_path: Path
) -> None:
    add(repository, deb("1.0"), KEY)
    other = tmp_path / "other.gpg"
    assert (
        said(
            "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "other", "ed25519", "sign", "1d"
        ).returncode
        == 0
    )
    assert said("gpg", "--batch", "--output", other, "--export", "other").returncode == 0
    assert machine("test", other).apt("update").returncode != 0
    release = repository / "dists/test/InRelease"
    release.write_text(release.read_text().replace("Suite: test", "Suite: best"))
    changed = Machine(tmp_path / "machine-test")
    sources = changed.root / "etc/sources.list.d/uketsuke.sources"
    sources.write_text(sources.read_text().replace(str(other), str(Path(os.environ["GNUPGHOME"]) / "updates.gpg")))
    assert changed.apt("update").returncode != 0


def test_a_ring_says_until_when_it_may_be_believed(repository: Path, deb: Callable[..., Path]) -> None:
    add(repository, deb("1.0"), KEY)
    for ring in publish_package.RINGS:
        told = (repository / "dists" / ring / "Release").read_text()
        until = re.search(r"^Valid-Until: (.*)$", told, re.MULTILINE)
        assert until
        left = parsedate_to_datetime(until[1].replace("UTC", "+0000")) - datetime.now(UTC)
        assert 28 <= left.days <= 30


@pytest.fixture
def stick(repository: Path, deb: Callable[..., Path], tmp_path: Path) -> Path:
    add(repository, deb("1.0"), KEY)
    promote(repository, "1.0", "early", KEY)
    promote(repository, "1.0", "stable", KEY)
    make_usb(repository, "1.0", tmp_path / "stick", KEY)
    return tmp_path / "stick"


def repairs(stick: Path, keyring: Path, tmp_path: Path) -> tuple[int, str, bool]:
    """Exit code, what was said, and whether anything was handed to dpkg."""
    dpkg = tmp_path / "dpkg"
    dpkg.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/installed\n')
    dpkg.chmod(0o755)
    done = said("sh", APT / "repair", stick, keyring, UKETSUKE_DPKG=str(dpkg))
    return done.returncode, done.stdout + done.stderr, (tmp_path / "installed").exists()


def test_a_stick_that_we_signed_is_installed_from(stick: Path, keyring: Path, tmp_path: Path) -> None:
    code, words, is_installed = repairs(stick, keyring, tmp_path)
    assert (code, is_installed) == (0, True), words
    assert "is signed by our key" in words


def change_the_package(stick: Path) -> None:
    with next(stick.glob("*.deb")).open("ab") as file:
        file.write(b"x")


def change_the_list(stick: Path) -> None:
    sums = stick / "SHA256SUMS"
    sums.write_text(sums.read_text().replace("uketsuke_", "uketsuke_0"))


def leave_the_signature_out(stick: Path) -> None:
    (stick / "SHA256SUMS.gpg").unlink()


def name_another_place(stick: Path) -> None:
    """Signed by our key, and yet no list of ours."""
    (stick / "SHA256SUMS").write_text("0" * 64 + "  ../uketsuke_1.deb\n")
    said("gpg", "--batch", "--yes", "-u", KEY, "-o", stick / "SHA256SUMS.gpg", "--detach-sign", stick / "SHA256SUMS")


@pytest.mark.parametrize(
    "change",
    [change_the_package, change_the_list, leave_the_signature_out, name_another_place],
    ids=lambda c: str(c.__name__),
)
def test_a_stick_that_somebody_changed_is_not(
    change: Callable[[Path], None], stick: Path, keyring: Path, tmp_path: Path
) -> None:
    change(stick)
    code, words, is_installed = repairs(stick, keyring, tmp_path)
    assert (code, is_installed) == (1, False), words


def test_the_repair_checks_and_installs_copies_and_never_the_stick() -> None:
    acts = [line for line in (APT / "repair").read_text().splitlines() if re.search("gpgv |sha256sum |--install", line)]
    assert len(acts) == 3
    assert not any("$folder" in line for line in acts)
