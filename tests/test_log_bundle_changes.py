"""A bundle that was changed: each verifier names the first bad entry, also where all hashes were made anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from log_bundles import (
    VERIFIERS,
    Files,
    Verifier,
    build_checker,
    edited,
    pairs_of,
    recommitted,
    sound_bundle,
    verifier_of,
    with_manifest,
    with_pairs,
    with_tiles,
    zipped,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return sound_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return build_checker(tmp_path_factory.mktemp("go"))


@pytest.fixture(params=VERIFIERS)
def verifier(request: pytest.FixtureRequest, checker: Path | None) -> Verifier:
    return verifier_of(request.param, checker)


def deleted(files: Files) -> Files:
    pairs = pairs_of(files)
    return with_pairs(files, pairs[:257] + pairs[258:])


def inserted(files: Files) -> Files:
    pairs = pairs_of(files)
    return with_pairs(files, [*pairs[:5], recommitted(pairs[5], visit="visit-x"), *pairs[5:]])


def reordered(files: Files) -> Files:
    pairs = pairs_of(files)
    pairs[255], pairs[256] = pairs[256], pairs[255]
    return with_pairs(files, pairs)


def cut_off(files: Files) -> Files:
    return with_pairs(files, pairs_of(files)[:-3])


def appended(files: Files) -> Files:
    pairs = pairs_of(files)
    return with_pairs(files, [*pairs, recommitted(pairs[-1], seq="600")])


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [(edited, 301), (deleted, 257), (inserted, 5), (reordered, 255), (cut_off, 597), (appended, 600)],
)
@pytest.mark.parametrize("is_fitted", [False, True])
def test_the_first_bad_entry_is_named(
    sound: Files, tmp_path: Path, verifier: Verifier, change: Callable[[Files], Files], first_bad: int, is_fitted: bool
) -> None:
    files = change(sound)
    code, said = verifier(zipped(tmp_path / "log.zip", with_manifest(files) if is_fitted else files))
    assert code == 1
    assert f"the first bad entry is entry {first_bad}: " in said


@pytest.mark.parametrize("change", [edited, deleted, inserted, reordered])
def test_a_change_with_all_hashes_made_anew_is_found_between_two_checkpoints(
    sound: Files, tmp_path: Path, verifier: Verifier, change: Callable[[Files], Files]
) -> None:
    code, said = verifier(zipped(tmp_path / "log.zip", with_manifest(with_tiles(change(sound)))))
    assert code == 1
    assert "the first bad entry is" in said


def test_an_edit_with_all_hashes_made_anew_is_named_by_its_checkpoints(
    sound: Files, tmp_path: Path, verifier: Verifier
) -> None:
    code, said = verifier(zipped(tmp_path / "log.zip", with_manifest(with_tiles(edited(sound)))))
    assert code == 1
    assert "the first bad entry is an entry from 300 to 399: " in said
