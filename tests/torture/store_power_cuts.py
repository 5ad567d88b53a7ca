"""Power cuts at any moment of a store's life: what it acknowledged is there when the power is back."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from disk_recording import Call, Disk, record

from offline_cache.keys import CredentialSeal
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.verify import Head, Intact, verify
from terminal.clock import SystemClock
from terminal.problems import TerminalError

ROOT = Path(__file__).parent.parent.parent
WRITER = Path(__file__).parent / "store_writer.py"


@dataclass(frozen=True)
class Image:
    """A folder after a cut, and the last head that the store had acknowledged before."""

    files: dict[str, bytes]
    head: Head | None


def new_credentials(home: Path) -> Path:
    """A wrapping key as systemd would hand it out."""
    credentials = home / "credentials"
    credentials.mkdir()
    (credentials / CredentialSeal.FILE).write_bytes(bytes(range(32)))
    return credentials


def recorded_life(home: Path, credentials: Path, sessions: int, entries: int) -> list[Call]:
    """A store begun, written to, closed and opened again, as system calls."""
    folder = home / "recorded"
    command = [sys.executable, str(WRITER), str(folder), str(credentials), str(sessions), str(entries)]
    return record(command, folder, home / "trace", ROOT)


def images(life: Sequence[Call], cuts: int, random: Random) -> Iterator[Image]:
    """So many folders, cut off at random moments, in the order of these."""
    disk, said, done = Disk(), b"", 0
    for moment in sorted(random.randint(1, len(life)) for _ in range(cuts)):
        for call in life[done:moment]:
            said += call.content if call.kind == "said" else b""
            disk.take(call)
        done = moment
        yield Image(disk.after_cut(random), last_head(said))


def last_head(said: bytes) -> Head | None:
    """The last head that was acknowledged as a whole line."""
    whole = said.rpartition(b"\n")[0]
    if not whole:
        return None
    size, root = whole.rpartition(b"\n")[2].split()
    return Head(int(size), bytes.fromhex(root.decode()))


def what_is_wrong(folder: Path, credentials: Path, head: Head | None) -> str:
    """Opens a store as a desk does after a crash, writes on, and verifies it all. Empty: nothing is wrong."""
    try:
        store = open_store(folder, CredentialSeal(credentials), SystemClock(), "desk-1")
        with closing(store):
            store.journal.record(Access(Action.CARD_IDENTIFIED, "after", "reception"))
        with closing(read_store(folder, credentials)) as log:
            report = verify(log.stored(), log.keys, head)
    except TerminalError as error:
        return str(error)
    return "" if isinstance(report, Intact) else str(report)


def cut_wrongs(images: Iterator[Image], home: Path, credentials: Path) -> list[str]:
    """What is wrong after each cut that leaves something wrong."""
    wrongs = []
    for number, image in enumerate(images):
        folder = home / f"cut-{number}"
        folder.mkdir(mode=0o700)
        for name, content in image.files.items():
            (folder / name).write_bytes(content)
        if wrong := what_is_wrong(folder, credentials, image.head):
            wrongs.append(f"cut {number}: {wrong}")
        for path in folder.iterdir():
            path.unlink()
    return wrongs
