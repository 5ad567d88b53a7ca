"""The places where a file must not stand, because it would shadow an installed package."""

from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_packaging_and_tests_are_no_packages() -> None:
    assert not list((ROOT / "packaging").rglob("__init__.py"))
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_folder_of_the_program_is_a_package() -> None:
    for package in ("terminal", "ui", "device", "offline_cache"):
        for module in (ROOT / package).rglob("*.py"):
            assert (module.parent / "__init__.py").exists(), module.parent


def test_opencv_brings_no_second_qt() -> None:
    import cv2

    assert not (Path(cv2.__file__).parent / "qt").exists()


def test_no_lock_file_names_a_registry() -> None:
    for lock in (ROOT / "packaging" / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text()
