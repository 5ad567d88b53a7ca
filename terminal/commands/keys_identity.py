"""`uketsuke keys identity`: makes the auditors' pair, to which the log seals who a patient is.

On the auditors' own machine, best: the private half, under a passphrase, never lies on a desk. A desk gets the public
half, by `[log] identity_key` of its configuration.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offline_cache.keys.identity_key import identity_key, write_identity_private
from terminal.commands.new_file import write_new
from terminal.commands.secret_phrase import lines_of, typed_twice
from terminal.problems import TerminalError
from terminal.sealing.off_machine import new_private_key

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

IDENTITY: Final = "identity"


def make_identity_key(asked: argparse.Namespace) -> None:
    """Makes the pair, in two files that are not there yet. Raises `KEY_MISSING`, `KEY_PASSPHRASE_WRONG`."""
    ask = typed_twice("New passphrase") if asked.passphrase_fd is None else lines_of(asked.passphrase_fd)
    private = new_private_key()
    made = identity_key(private)
    write_new(asked.private, write_identity_private(private, ask()))
    try:
        write_new(asked.public, made.pem(), mode=0o644)
    except TerminalError:
        asked.private.unlink()  # half a pair is in the way of the next try, and good for nothing
        raise
    print(f"{asked.private}: private half of auditors' key {made.id}; keep it off every desk, in two places")
    print(f"{asked.public}: public half, for each desk: [log] identity_key")


def add_identity(verbs: "Verbs") -> None:
    """Adds its arguments."""
    making = verbs.add_parser(IDENTITY, help="makes the auditors' pair, to which the log seals who a patient is")
    making.add_argument("--private", type=Path, required=True, metavar="PRIVATE.pem", help="a new file, for the safe")
    making.add_argument("--public", type=Path, required=True, metavar="PUBLIC.pem", help="a new file, for each desk")
    making.add_argument("--passphrase-fd", type=int, metavar="N", help="take the passphrase from it, one line")
