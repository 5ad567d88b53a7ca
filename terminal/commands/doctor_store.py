"""What is on disk, looked at beside whoever writes to it: models, store, access log, room for more. Changes nothing."""

import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from device.face.models import read_sface, read_yunet
from offline_cache.journal_head import JournalHead
from offline_cache.journal_reader import JournalReader
from offline_cache.keys.credential_seal import CredentialSeal
from offline_cache.keys.passphrase_seal import PassphraseSeal
from offline_cache.rotation import read_keys
from offline_cache.store import KEY_FILE, read_store
from terminal.access_log.verify import Broken, verify
from terminal.doctor.desk_parts import check_disk, check_face, store_failure
from terminal.doctor.hops import Cause, Finding, Hop, found
from terminal.doctor.rounds import SECONDS, Check
from terminal.problems import TerminalError

_DISK_SECONDS: Final = 5.0


def store_checks(folder: Path, sealing: str = "") -> list[Check]:
    """The checks for a store in `folder` and what it stands on; `sealing` says to whom names are sealed."""
    return [
        Check((Hop.FACE,), lambda: [check_face(lambda: (read_yunet(), read_sface()))], SECONDS),
        Check((Hop.STORE, Hop.JOURNAL), partial(check_store, folder, sealing), SECONDS),
        Check((Hop.DISK,), lambda: [check_disk(folder)], _DISK_SECONDS),
    ]


def check_store(folder: Path, sealing: str = "") -> Iterator[Finding]:
    """Opens the store and verifies its log."""
    log = open_log(folder)
    if isinstance(log, Finding):
        yield log
        return
    yield found(Cause.STORE_ROLLED_BACK if JournalHead(folder).is_lost else Cause.STORE_READY, sealing)
    with closing(log):
        yield found(Cause.JOURNAL_INTACT if _is_intact(log) else Cause.JOURNAL_BROKEN)


def open_log(folder: Path) -> JournalReader | Finding:
    """The access log of a store, or why it cannot be read here; a passphrase is not asked for."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        if not (folder / KEY_FILE).exists():
            return found(Cause.STORE_NOT_BEGUN)
        seal = read_keys(folder).wraps[-1].seal
        if seal == PassphraseSeal.kind or (seal == CredentialSeal.kind and directory is None):
            return found(Cause.STORE_CLOSED_TO_US)
        return read_store(folder, Path(directory) if directory else None)
    except TerminalError as error:
        is_forbidden = isinstance(error.__cause__, PermissionError)
        return found(Cause.STORE_CLOSED_TO_US) if is_forbidden else store_failure(error)
    except PermissionError:  # it is the desk's user's alone
        return found(Cause.STORE_CLOSED_TO_US)
    except OSError as error:
        return found(Cause.STORE_DAMAGED, type(error).__name__)


def _is_intact(log: JournalReader) -> bool:
    try:
        return not isinstance(verify(log.stored(), log.keys), Broken)
    except TerminalError:  # it opened, so the file itself was changed
        return False
