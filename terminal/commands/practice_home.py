"""Where the files of a practice go, those for a receipt computer too."""

import tempfile
from pathlib import Path

from terminal.configuration.settings import Receipt
from terminal.problems import Problem, TerminalError

NOTICE = "PRACTICE.txt"
_NOTICE_TEXT = """\
練習です。すべて架空の人で、レセコンに取り込むものではありません。
Practice: invented people. Nothing here is for a receipt computer.
"""


def practice_home(folder: Path | None) -> Path:
    """The folder, made if need be; a new one where none is named. Raises `STORE_UNREADABLE`."""
    try:
        if folder is None:
            return Path(tempfile.mkdtemp(prefix="uketsuke-practice-"))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{folder or tempfile.gettempdir()}: {error.strerror}") from error
    return folder


def practice_receipt(home: Path) -> Receipt:
    """Where confirmed answers go, in a folder that says what it is. Raises `RECEIPT_FOLDER_AWAY`."""
    folder = home / "practice-receipt"
    try:
        folder.mkdir(exist_ok=True)
        (folder / NOTICE).write_text(_NOTICE_TEXT, "utf-8")
    except OSError as error:
        raise TerminalError(Problem.RECEIPT_FOLDER_AWAY, error.strerror or "") from error
    return Receipt(folder, home / "receipt.db")
