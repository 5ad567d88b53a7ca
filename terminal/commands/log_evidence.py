"""The verbs of `uketsuke log` that make evidence for others: prove, slip, checkpoint, cosign, stamp, witness."""

import argparse
from pathlib import Path
from typing import Any

from offline_cache.journal_reader import JournalReader
from terminal.access_log.qr import qr_svg
from terminal.commands.log_arguments import log_key, witness_key
from terminal.commands.log_outcome import INTACT
from terminal.commands.log_prove import prove_entry, prove_growth, signed_end
from terminal.commands.log_slip import LAST, slip
from terminal.commands.log_stamp import stamp
from terminal.commands.log_witness import cosign_store, witness
from terminal.durable import write_new

WITNESS = "witness"
OF_A_STORE = ("prove", "slip", "checkpoint", "cosign", "stamp")
_KEY_HELP = "the witness's key, as it says at its start"


def serve_witness(asked: argparse.Namespace) -> int:
    """Runs a witness until it is ended. Raises `OSError`."""
    return witness(asked.path, asked.name, asked.logs, asked.listen)


def evidence(log: JournalReader, folder: Path, asked: argparse.Namespace) -> int:
    """Carries out one of `OF_A_STORE` and gives the exit code. Raises `TerminalError`, `OSError`."""
    match asked.verb:
        case "prove" if asked.entry is not None:
            return prove_entry(log, asked.entry, asked.out)
        case "prove":
            return prove_growth(log, asked.earlier, asked.out)
        case "slip":
            return slip(log, asked.visit, asked.language, asked.out)
        case "cosign":
            return cosign_store(log, folder, asked.url, asked.key)
        case "stamp":
            return stamp(log, folder, asked.url, asked.ca)
        case _:
            return _checkpoint(log, asked.out)


def add_verbs(verbs: Any, store: str, default_folder: str) -> None:
    """Adds them to a parser's subparsers, which argparse has no public type for."""

    def of_store(verb: str, does: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(verb, help=does)
        parser.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(default_folder), help=store)
        return parser

    proving = of_store("prove", "proves one entry, or that the log only grew, to someone without the log")
    what = proving.add_mutually_exclusive_group(required=True)
    what.add_argument("--entry", type=int, metavar="N")
    what.add_argument(
        "--from", type=Path, metavar="CHECKPOINT", dest="earlier", help="a checkpoint's file, kept earlier"
    )
    proving.add_argument("--out", type=Path, metavar="FILE", required=True)
    slipping = of_store("slip", "for a patient: what became of the data in one visit, with the proof as a QR code")
    slipping.add_argument("--visit", default=LAST, metavar="ID", help="as the log names it; without it, the last one")
    slipping.add_argument("--language", choices=("ja", "en"), default="ja")
    slipping.add_argument(
        "--out", type=Path, metavar="FILE", help="a page (.html), or the code's text; else it is shown"
    )
    noting = of_store("checkpoint", "prints the last checkpoint and the log's key, to be noted elsewhere at closing")
    noting.add_argument("--out", type=Path, metavar="FILE.svg", help="the checkpoint as a QR code, to be printed")
    cosigning = of_store("cosign", "has the last checkpoint cosigned by a witness")
    cosigning.add_argument("--url", required=True, help="of the witness")
    cosigning.add_argument("--key", type=witness_key, metavar="VKEY", required=True, help=_KEY_HELP)
    stamping = of_store("stamp", "has the last checkpoint stamped by a time-stamp authority (RFC 3161)")
    stamping.add_argument("--url", required=True, help="of the authority")
    stamping.add_argument("--ca", type=Path, metavar="FILE", required=True, help="the authority's root, PEM")
    witnessing = verbs.add_parser(WITNESS, help="on a second machine: cosigns other logs' checkpoints")
    witnessing.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8797")
    witnessing.add_argument("--folder", type=Path, dest="path", required=True, help="where it keeps what it has seen")
    witnessing.add_argument("--name", required=True, help="what it signs under, such as a host's name")
    witnessing.add_argument(
        "--log",
        type=log_key,
        action="append",
        dest="logs",
        metavar="VKEY",
        required=True,
        help="a log's key; again for each",
    )


def _checkpoint(log: JournalReader, out: Path | None) -> int:
    note, _ = signed_end(log)
    print(f"{note}\n{log.keys.log.vkey()}")
    if out:
        write_new(out, qr_svg(note).encode())
    return INTACT
