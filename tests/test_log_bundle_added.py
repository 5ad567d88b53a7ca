"""What belongs here: a bundle to which something was added that nobody signed, and arguments that were mistyped."""

import zipfile
from pathlib import Path

import pytest
from log_bundles import SIZE, VERIFIERS, Files, Verifier, build_checker, sound_bundle, verifier_of, zipped

from terminal.access_log.bundle import tiles
from terminal.access_log.bundle_cover import tile_paths


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return sound_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return build_checker(tmp_path_factory.mktemp("go"))


@pytest.fixture(params=VERIFIERS)
def verifier(request: pytest.FixtureRequest, checker: Path | None) -> Verifier:
    return verifier_of(request.param, checker)


def test_members_that_nobody_signed_are_named(sound: Files, tmp_path: Path, verifier: Verifier) -> None:
    added = ["../evil", "summary.csv", "tile/0/003", "witnessed/note.note", "stamps/7.tsr"]
    code, said = verifier(zipped(tmp_path / "log.zip", sound | dict.fromkeys(added, b"read this instead")))
    assert code == 1
    assert "not covered by any proof: " in said
    assert not [name for name in added if name not in said]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_member_of_a_name_is_named(sound: Files, tmp_path: Path, verifier: Verifier) -> None:
    path = zipped(tmp_path / "log.zip", sound)
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr("README.txt", sound["README.txt"])
    code, said = verifier(path)
    assert code == 1
    assert "README.txt" in said


def test_bytes_before_the_zip_are_named(sound: Files, tmp_path: Path, verifier: Verifier) -> None:
    path = zipped(tmp_path / "log.zip", sound)
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    code, said = verifier(path)
    assert code == 1
    assert "bytes before the zip" in said


def test_a_comment_after_the_zip_is_named(sound: Files, tmp_path: Path, verifier: Verifier) -> None:
    path = zipped(tmp_path / "log.zip", sound)
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.comment = b"all is well"
    code, said = verifier(path)
    assert code == 1
    assert "bytes after the zip" in said


def test_what_is_no_bundle_is_not_called_broken(tmp_path: Path, verifier: Verifier) -> None:
    (tmp_path / "log.zip").write_text("a letter, and no bundle", "utf-8")
    code, said = verifier(tmp_path / "log.zip")
    assert code == 1
    assert "not a bundle" in said
    assert "broken" not in said


@pytest.mark.parametrize(("option", "typed"), [("key", ""), ("key", "鍵"), ("head", ""), ("witness", "a+b+c")])
def test_a_mistyped_or_empty_argument_is_refused_by_name(
    sound: Files, tmp_path: Path, verifier: Verifier, option: str, typed: str
) -> None:
    code, said = verifier(zipped(tmp_path / "log.zip", sound), **{option: typed})
    assert code == 2
    assert f"-{option}" in said
    assert "intact" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, SIZE, 65536, 65537])
def test_the_tiles_that_may_be_there_are_those_that_are_written(size: int) -> None:
    assert set(tile_paths(size)) == {path for path, _ in tiles(b"" for _ in range(size))}
