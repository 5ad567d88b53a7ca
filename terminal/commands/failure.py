"""How a command says that something went wrong: the code, the sentence for IT, the detail, on standard error."""

import sys

from terminal.failure_book.book import Audience, sentence
from terminal.problems import TerminalError


def tell_failure(error: TerminalError) -> None:
    """One line; the detail names a file or a setting, never a person."""
    detail = f" ({error.detail})" if error.detail else ""
    print(f"uketsuke: {error.problem}: {sentence(error.problem, Audience.IT, 'en')}{detail}", file=sys.stderr)
