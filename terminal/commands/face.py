"""`uketsuke face`: compares pictures as the desk does, and measures how often that errs. No camera, no Qt.

Exit code 0: done, whatever the decision; 1: the engine failed; 2: wrong arguments, or a file that cannot be read.
"""

import argparse
import os
import sys
from pathlib import Path

from device.child import forbid_core_dumps
from device.face.acquisition import PictureUnusable
from terminal.commands.face_compare import compare
from terminal.commands.face_evaluate import evaluate
from terminal.commands.face_outcome import DONE, FAILED, UNREADABLE, say
from terminal.commands.face_pairs import PairsUnreadable
from terminal.failure_book.book import Audience, sentence
from terminal.problems import TerminalError


def run(arguments: list[str]) -> int:
    """Carries out one verb and gives the exit code."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said why
        return DONE if ended.code == 0 else UNREADABLE
    forbid_core_dumps()
    try:
        if asked.verb == "compare":
            return compare(asked.chip, asked.probes, as_json=asked.json)
        return evaluate(asked.pairs, asked.roc, as_json=asked.json)
    except (PictureUnusable, PairsUnreadable) as error:
        return say(str(error), UNREADABLE)
    except TerminalError as error:
        return say(f"{error.problem}: {sentence(error.problem, Audience.IT, 'en')} ({error.detail})", FAILED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return say("stopped; nothing was kept", FAILED)
    except OSError as error:
        return say(f"{error.filename}: {error.strerror}", UNREADABLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke face", description="Compares faces, and measures how well.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="compare|evaluate")
    comparing = verbs.add_parser("compare", help="a chip photo with frames of one person")
    comparing.add_argument("chip", type=Path, metavar="CHIP", help="the chip photo: JP2, or JPEG or PNG")
    comparing.add_argument("probes", type=Path, nargs="+", metavar="PROBE", help="pictures of one person, as frames")
    comparing.add_argument("--json", action="store_true", help="print one JSON object")
    evaluating = verbs.add_parser(
        "evaluate",
        help="error rates over pairs of pictures",
        description="Error rates over pairs of pictures, one frame each. Bounds on quality are not applied. A picture "
        "without a face, or with several, is a failure to acquire and is counted apart.",
    )
    evaluating.add_argument(
        "pairs", type=Path, metavar="PAIRS.csv", help="columns reference, probe, same (0 or 1) and, if wanted, group"
    )
    evaluating.add_argument("--json", action="store_true", help="print one JSON object")
    evaluating.add_argument("--roc", type=Path, metavar="OUT.svg", help="draw the ROC into this file")
    return parser
