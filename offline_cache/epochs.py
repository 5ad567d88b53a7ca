"""A store's epochs on disk: what was the log before lies in `epoch-N/`, as it was found, with the keys that open it.

Law: nothing is deleted. The folder `epoch-N` gets its name, with the next log ready in it, before the old file is
touched; from then on whoever opens the store ends the change, whatever cut it off.
"""

import re
from pathlib import Path
from typing import Final

from offline_cache.journal_end import FILE
from offline_cache.journal_head import FILE as NOTED
from offline_cache.keys.key_file import FILE as KEY_FILE
from terminal.access_log.bundle_evidence import STAMPS, WITNESSED
from terminal.durable import move_durably
from terminal.problems import Problem, TerminalError

NEXT: Final = "next"
WAL: Final = f"{FILE}-wal"
PUT_ASIDE: Final = (FILE, WAL, f"{FILE}-shm", NOTED, WITNESSED, STAMPS)
"""What goes with a log, in this order: a journal alone is refused, its write-ahead log alone is nobody's."""
_NAMED: Final = re.compile(r"epoch-([1-9][0-9]{0,5})")


def epoch_folder(folder: Path, epoch: int) -> Path:
    """Where the log of an epoch lies that is over."""
    return folder / f"epoch-{epoch}"


def epochs_in(folder: Path) -> dict[int, Path]:
    """The epochs that are over, oldest first."""
    found = {int(named[1]): path for path in folder.iterdir() if (named := _NAMED.fullmatch(path.name))}
    return dict(sorted(found.items()))


def home_of(folder: Path) -> Path:
    """The store that an epoch's folder lies in: its seal keeps the keys, and its log is written to. Else the same."""
    within = folder.absolute()
    return within.parent if _NAMED.fullmatch(within.name) and (within.parent / KEY_FILE).exists() else folder


def finish_epoch(folder: Path) -> bool:
    """Ends a change of epochs that was cut off; False where there was none. For whoever has the folder's lock.

    Raises `STORE_UNREADABLE` where something came into the way meanwhile, and `OSError`.
    """
    cut_off = [path for path in epochs_in(folder).values() if (path / NEXT).exists()]
    for path in cut_off:
        put_in_place(path)
    return bool(cut_off)


def put_in_place(epoch: Path) -> None:
    """Puts the old log aside and the next one in its place, going on from wherever that was cut off."""
    folder, following = epoch.parent, epoch / NEXT
    if (following / FILE).exists():
        for name in PUT_ASIDE:
            if not (folder / name).exists():
                continue
            if (epoch / name).exists():
                raise TerminalError(Problem.STORE_UNREADABLE, f"{name}: came back while the log was being replaced")
            move_durably(folder / name, epoch / name)
        move_durably(following / FILE, folder / FILE)
    following.rmdir()
