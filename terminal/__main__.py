"""The command `uketsuke`: hands each verb to its module. Only the asked one is imported, so that none waits for Qt."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Final

from device.clean_memory import keep_memory_clean

VERBS: Final = {
    "desk": "the desk of a clinic, as its configuration says",
    "setup": "the first set-up of a desk: each setting explained, and tried on this machine",
    "practice": "the desk on the practice set: invented people, virtual cards, a practice service",
    "canary": "plants secrets in a practice card, checks in, and looks for traces of them",
    "card": "what the card in the reader shows without any code",
    "doctor": "which hop is broken, from the card reader to the service, and whom to phone",
    "support": "a bundle for whoever supports this desk, without personal data, shown before it is written",
    "config": "checks a configuration, or prints one with every setting explained",
    "face": "compares pictures as the desk does, and measures how often that errs",
    "staff": "who may sign in at the desk: enrols, disables, and keeps the sealed emergency code",
    "explain": "what a code of the failure book means, to patient, receptionist and IT",
    "keys": "makes, changes and recovers the keys of the store, and says how they are kept",
    "data": "what is kept on this machine, why, how long, and how much was deleted",
    "gateway": "one eligibility service for all kiosks of a site",
    "log": "verify, show, export and simulate the access log",
    "compare": "whether two records are about one person, and by which rules",
    "eligibility": "what a result file says, OQS-style or FHIR; asks by the numbers of a certificate",
    "outbox": "what waits to be asked again after an outage, and what turned out different",
    "bookings": "asks about tomorrow's bookings, and prints who should bring what",
}

INTERRUPTED: Final = 128 + 2  # what a shell says of a command that Ctrl-C ended
UNREAD: Final = 128 + 13  # and of one whose reader had read enough, as `| head -1`


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and gives its exit status: 0 done, 1 failed with a sentence on stderr, 2 bad arguments."""
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal that lacks a character gets its number, not a traceback
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(arguments)
        if sys.stdout is not None:  # closed by whoever started it
            sys.stdout.flush()
    except KeyboardInterrupt:  # before there are windows or a server that would take it
        return INTERRUPTED
    except BrokenPipeError:
        _say_no_more()
        return UNREAD
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        _say_no_more()
        print(f"uketsuke: what it says could not be written: {error.strerror}", file=sys.stderr)
        return 1
    return status


def _say_no_more() -> None:
    """What is still held for standard output goes nowhere; else the interpreter's end would complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    verb, *rest = (sys.argv[1:] if arguments is None else list(arguments)) or ["--help"]
    if verb in ("-h", "--help"):
        print("Usage: uketsuke VERB [ARGUMENT...]\n")
        print("\n".join(f"  {name:<13}{what}" for name, what in VERBS.items()))
        return 0
    if verb not in VERBS:
        print(f"uketsuke: {verb!r} is none of {', '.join(VERBS)}; see uketsuke --help", file=sys.stderr)
        return 2
    if verb in ("desk", "practice", "gateway"):  # before anything else is loaded
        keep_memory_clean()
    return int(import_module(f"terminal.commands.{verb}").run(rest))


if __name__ == "__main__":
    sys.exit(main())
