"""`uketsuke config`: checks a configuration, prints one explained, carries one to another desk as a site bundle.

Exit code 0: done; 1: not done, and said why; 2: wrong arguments. A bundle holds no key; secrets are typed unseen or
come from a descriptor.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from device.child import forbid_core_dumps
from terminal.commands.config_bundle import export_site, import_site
from terminal.commands.failure import tell_failure
from terminal.commands.outage_room import policy_of
from terminal.configuration.reading import FAULTS, example, parse_settings, read_configuration, read_table
from terminal.configuration.settings import Configuration
from terminal.gateway.settings import GatewayConfiguration, disagreements
from terminal.problems import Problem, TerminalError

CONFIGURATION = Path("/etc/uketsuke/desk.toml")
SERVICE_NEEDS = ("folder", "ca_file", "client_certificate", "client_key")


def run(arguments: list[str]) -> int:
    """Runs the verb and gives the exit code."""
    asked = _parser().parse_args(arguments)
    forbid_core_dumps()
    try:
        _ACTS[asked.act](asked)
    except TerminalError as error:
        if asked.act == "check" and error.problem is Problem.CONFIGURATION_WRONG:
            print("uketsuke:", error.detail.replace(FAULTS, "\n  "), file=sys.stderr)  # the book's page sends here
        else:
            tell_failure(error)
        return 1
    return 0


def _example(_asked: argparse.Namespace) -> None:
    print(example())


def _check(asked: argparse.Namespace) -> None:
    table = read_table(asked.file)
    if "gateway" in table:
        parse_settings(GatewayConfiguration, table, str(asked.file), disagreements)
        print(f"{asked.file}: a gateway, nothing wrong")
        return
    configuration = read_configuration(asked.file)
    policy_of(configuration.limits)
    print(f"{asked.file}: {configuration.clinic.terminal} of {configuration.clinic.name}, nothing wrong")
    for setting, path in _not_found(configuration):
        print(f"  not found on this machine: {setting} {path}")


def _not_found(configuration: Configuration) -> Iterator[tuple[str, Path]]:
    """What a desk would stop at, though the file that names it is right: it may be meant for another machine."""
    service = configuration.eligibility.service
    for table, settings, names in (
        ("reader", configuration.reader, ("anchors",)),
        ("log", configuration.log, ("identity_key",)),
        (f"eligibility.{service}", getattr(configuration.eligibility, service), SERVICE_NEEDS),
    ):
        for name in names:
            path = getattr(settings, name, None)
            if path is not None and not os.path.exists(path):  # Path.exists raises where it may not look
                yield f"[{table}] {name}", path


_ACTS = {"example": _example, "check": _check, "export": export_site, "import": import_site}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke config", description=__doc__.partition("\n")[0])
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(_ACTS))
    acts.add_parser("example", help="every setting, with its explanation and its default")
    check = acts.add_parser("check", help="what is wrong with a configuration, all of it")
    check.add_argument("file", type=Path)
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    which.add_argument("--passphrase-fd", type=int, metavar="N", help="take passphrases from it, a line each")
    export = acts.add_parser("export", parents=[which], help="a site bundle of this desk, without any key")
    export.add_argument("--to", type=Path, required=True, metavar="BUNDLE", help="a new file")
    export.add_argument(
        "--recovery", type=Path, metavar="PUBLIC.pem", help="close it to this X25519 key; else to a passphrase"
    )
    signer = export.add_mutually_exclusive_group(required=True)
    signer.add_argument("--signer", type=Path, metavar="PRIVATE.pem", help="Ed25519 key of the site's administrator")
    signer.add_argument("--make-signer", type=Path, metavar="PRIVATE.pem", help="make that key, in this new file")
    importing = acts.add_parser("import", parents=[which], help="makes this desk one of a bundle's site")
    importing.add_argument("bundle", type=Path, metavar="BUNDLE")
    importing.add_argument(
        "--signed-by", required=True, metavar="FINGERPRINT", help="as the export said it, and not from the same mail"
    )
    importing.add_argument("--terminal", required=True, metavar="NAME", help="this desk's own name in the access log")
    importing.add_argument("--key", type=Path, metavar="PRIVATE.pem", help="the recovery key that it was closed to")
    importing.add_argument("--replace", action="store_true", help="in place of a configuration that is there")
    return parser
