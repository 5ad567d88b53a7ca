"""What `uketsuke keys status` says: who keeps a store's keys, since when, and who else can open it. No secret in it.

Nothing is opened for it: it is what the files say of themselves, and the desk's next start proves it.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from offline_cache.keys.credential_seal import CredentialSeal, kept_by
from offline_cache.keys.seals import read_sealed
from offline_cache.rotation import read_keys
from terminal.problems import TerminalError


@dataclass(frozen=True)
class Status:
    """A store's keys. `kept_by` is what systemd keeps a credential with, in words; "" for other seals."""

    store: str
    seal: str
    kept_by: str
    since: str
    recovery_key: str
    is_practice: bool
    is_rotation_cut_off: bool


def status_of(folder: Path) -> Status:
    """The status of the store in a folder. Raises `KEY_MISSING` or `STORE_UNREADABLE`."""
    file = read_keys(folder)
    newest = file.wraps[-1]
    recovery = newest.recovery_key
    return Status(
        str(folder),
        newest.seal,
        _kept_by(folder / CredentialSeal.SEALED) if newest.seal == CredentialSeal.kind else "",
        newest.at,
        recovery.id if recovery else "",
        file.is_practice,
        len(file.wraps) > 1 or newest.following is not None,
    )


def notes(status: Status) -> list[str]:
    """What whoever looks after the machine should know of it."""
    said = []
    if status.is_practice:
        said.append("practice: the key lies in plain beside the store")
    elif not status.recovery_key:
        said.append("without its seal this store is lost; `uketsuke keys rotate --recovery` adds a second way in")
    if status.kept_by and "TPM2" not in status.kept_by:
        said.append("the host key lies on the same disk: encrypt the disk, or use a machine with a TPM2")
    if status.is_rotation_cut_off:
        said.append("a rotation was cut off; the desk's next start or `uketsuke keys rotate` ends it")
    return said


def show_status(folder: Path, *, is_json: bool) -> None:
    """Prints it, as lines or as JSON. Raises as `status_of` does."""
    status = status_of(folder)
    if is_json:
        print(json.dumps(asdict(status) | {"notes": notes(status)}, ensure_ascii=False))
        return
    kept = f" (by {status.kept_by})" if status.kept_by else ""
    print(f"store         {status.store}")
    print(f"seal          {status.seal}{kept}, since {status.since}")
    print(f"recovery key  {status.recovery_key or 'none'}")
    for note in notes(status):
        print(f"note          {note}")


def _kept_by(sealed: Path) -> str:
    try:
        return kept_by(read_sealed(sealed))
    except TerminalError as error:
        return f"unknown: {error.detail}"
