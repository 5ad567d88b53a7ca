"""What a program that PyInstaller made can import from its own archive. Needs PyInstaller, as the build does."""

from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader


def frozen_modules(program: Path) -> set[str]:
    """The names at the top: packages and modules, without what is below them."""
    archive = CArchiveReader(str(program))
    names: set[str] = {name.split(".")[0] for name in archive.toc}
    for name in archive.toc:
        if name.startswith("PYZ"):
            names |= {each.split(".")[0] for each in archive.open_embedded_archive(name).toc}
    return names - {"PYZ"}
