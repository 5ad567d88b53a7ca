"""How a command says that something went wrong, on standard error: the code, what it is here, and the page for IT."""

import sys

from terminal.failure_book.book import Audience, sentence
from terminal.problems import TerminalError


def tell_failure(error: TerminalError) -> None:
    """What is wrong here comes first; it names a file or a setting, never a person."""
    page = sentence(error.problem, Audience.IT, "en")
    print(f"uketsuke: {error.problem}: {error.detail or page}", file=sys.stderr)
    if error.detail:
        print(page, file=sys.stderr)
