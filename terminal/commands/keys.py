"""`uketsuke keys`: makes, changes and recovers the keys of a store, and says how they are kept.

Exit code 0: done; 1: not done, and said why; 2: wrong arguments. No key and no passphrase is ever printed.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from device.child import forbid_core_dumps
from offline_cache.keys.choice import seal_in
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.keys.recovery import RecoveryKey, read_private, read_public
from offline_cache.keys.seals import Seal
from offline_cache.rotation import read_keys, recover, rotate
from offline_cache.store import KEY_FILE
from terminal.clock import SystemClock
from terminal.commands.failure import tell_failure
from terminal.commands.keys_beginning import begin_store, has_store, make_recovery
from terminal.commands.keys_identity import IDENTITY, add_identity, make_identity_key
from terminal.commands.keys_status import show_status
from terminal.commands.secret_phrase import lines_of, typed, typed_twice
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import SealKind
from terminal.problems import Problem, TerminalError

CONFIGURATION = Path("/etc/uketsuke/desk.toml")


def run(arguments: list[str]) -> int:
    """Runs one verb and gives the exit code."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said why
        return int(ended.code or 0)
    forbid_core_dumps()
    try:
        if asked.verb == IDENTITY:
            make_identity_key(asked)
            return 0
        _take_from_configuration(asked)
        if asked.verb == "init" and not (asked.seal and asked.terminal):  # an empty name names no desk
            asked.parser.print_usage(sys.stderr)
            print("uketsuke keys init: --store wants --seal and --terminal too", file=sys.stderr)
            return 2
        if asked.verb == "init" and has_store(asked.store):
            told = "there is a store already, and it keeps its keys; to change them: uketsuke keys rotate"
            print(f"uketsuke: {asked.store}: {told}", file=sys.stderr)
            return 1
        if asked.verb in _CHANGES:
            with _second_way(asked):
                _CHANGES[asked.verb](asked)
        show_status(asked.store, is_json=asked.json)
    except TerminalError as error:
        tell_failure(error)
        return 1
    return 0


def _init(asked: argparse.Namespace) -> None:
    """Seals a new wrapping key, and begins the store under it."""
    seal = _seal(asked, asked.seal, functools.cache(_ask(asked, typed_twice("New passphrase"))))
    begin_store(asked.store, seal, asked.terminal, lambda: _recovery(asked))


def _rotate(asked: argparse.Namespace) -> None:
    """New keys, for the same seal or another."""
    kind = read_keys(asked.store).wraps[-1].seal
    old = _seal(asked, kind, _ask(asked, typed("Passphrase")))
    new = _seal(asked, asked.seal or kind, _ask(asked, typed_twice("New passphrase")))
    rotate(asked.store, old, new, SystemClock().now(), _recovery(asked))


def _recover(asked: argparse.Namespace) -> None:
    """A way in when the seal is lost: a new machine, a firmware that was changed, a passphrase that nobody knows."""
    kind = asked.seal or read_keys(asked.store).wraps[-1].seal
    private = read_private(_read(asked.key), _ask(asked, typed("Passphrase of the recovery key")))
    seal = _seal(asked, kind, _ask(asked, typed_twice("New passphrase")))
    recover(asked.store, private, seal, SystemClock().now())


_CHANGES: dict[str, Callable[[argparse.Namespace], None]] = {
    "init": _init,
    "rotate": _rotate,
    "recover": _recover,
}


def _seal(asked: argparse.Namespace, kind: str, ask: Ask) -> Seal:
    """The seal as it lies on disk: a credential that a unit was handed may be an older one."""
    return seal_in(asked.store, kind, None, ask)


def _ask(asked: argparse.Namespace, on_terminal: Ask) -> Ask:
    return on_terminal if asked.passphrase_fd is None else lines_of(asked.passphrase_fd)


@contextmanager
def _second_way(asked: argparse.Namespace) -> Iterator[None]:
    """Says where a recovery key that was made lies; one that the store does not know, since all failed, goes again."""
    asked.made = None
    try:
        yield
    finally:
        if asked.made is not None and _is_known(asked.store, asked.made):
            said = f"{asked.make_recovery}: recovery key {asked.made.id}; it opens the store: "
            print(f"{said}carry it off this machine, to a safe", file=sys.stderr)
        elif asked.made is not None:
            asked.make_recovery.unlink(missing_ok=True)


def _is_known(folder: Path, made: RecoveryKey) -> bool:
    """Whether a store's key file, even that of a change cut off, names the key: then its private half must stay."""
    if not (folder / KEY_FILE).exists():
        return False
    try:
        wraps = read_keys(folder).wraps
    except TerminalError:  # who cannot read it throws no key away
        return True
    return any(wrap.recovery_key == made for wrap in wraps)


def _recovery(asked: argparse.Namespace) -> RecoveryKey | None:
    """The recovery key that was named or is made now; the private half is written to no file that is there."""
    if asked.recovery is not None:
        return read_public(_read(asked.recovery))
    if asked.make_recovery is None:
        return None
    made = make_recovery(asked.make_recovery)
    asked.made = made
    return made


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{path}: {error.strerror}") from error


def _take_from_configuration(asked: argparse.Namespace) -> None:
    """Fills in what the configuration says, where no store was named."""
    if asked.store is None:
        configuration = read_configuration(asked.config)
        asked.store = configuration.store.folder
        asked.seal = asked.seal or configuration.store.seal
        asked.terminal = configuration.clinic.terminal


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke keys", description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="init|rotate|recover|identity|status")
    which = argparse.ArgumentParser(add_help=False)
    which.set_defaults(seal=None, terminal=None, passphrase_fd=None, recovery=None, make_recovery=None)
    place = which.add_mutually_exclusive_group()
    place.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    place.add_argument("--store", type=Path, metavar="DIR", help="the store's folder, instead of a configuration")
    which.add_argument("--json", action="store_true", help="print the status as JSON")
    making = argparse.ArgumentParser(add_help=False)
    making.add_argument("--seal", choices=[str(kind) for kind in SealKind], help="else as configured, or as it is")
    making.add_argument("--passphrase-fd", type=int, metavar="N", help="take passphrases from it, a line each")
    second = argparse.ArgumentParser(add_help=False)
    ways = second.add_mutually_exclusive_group()
    ways.add_argument("--recovery", type=Path, metavar="PUBLIC.pem", help="X25519 public key of the second way in")
    ways.add_argument("--make-recovery", type=Path, metavar="PRIVATE.pem", help="make that pair; the private half here")
    init = verbs.add_parser("init", parents=[which, making, second], help="begins a store under new keys")
    init.set_defaults(parser=init)
    init.add_argument("--terminal", metavar="NAME", help="this desk's name in the log, with --store")
    verbs.add_parser("rotate", parents=[which, making, second], help="changes seal and keys; the desk must be closed")
    recovering = verbs.add_parser("recover", parents=[which, making], help="opens the store without its seal")
    recovering.add_argument("--key", type=Path, required=True, metavar="PRIVATE.pem", help="from the safe")
    add_identity(verbs)
    verbs.add_parser("status", parents=[which], help="who keeps the keys, since when, and the second way in")
    return parser
