"""How a command is given a passphrase: typed unseen on the terminal, or through a file descriptor.

Never as an argument nor from the environment: other programs of the machine can read both.
"""

import getpass
import os
import sys
from collections.abc import Callable

from terminal.problems import Problem, TerminalError

MOST_BYTES = 1024


def typed(prompt: str) -> Callable[[], str]:
    """Asks on the terminal. Raises `KEY_MISSING` where there is none."""

    def ask() -> str:
        if not sys.stdin.isatty():  # getpass would fall back to showing what is typed
            raise TerminalError(Problem.KEY_MISSING, "a passphrase is wanted, and there is no terminal to type it on")
        try:
            return getpass.getpass(f"{prompt}: ")
        except EOFError as error:
            raise TerminalError(Problem.KEY_MISSING, "no passphrase was typed") from error

    return ask


def typed_twice(prompt: str) -> Callable[[], str]:
    """Asks for a new passphrase until it was typed twice alike."""
    first, again = typed(prompt), typed(f"{prompt}, once more")

    def ask() -> str:
        while (phrase := first()) != again():
            print("These two differ.", file=sys.stderr)
        return phrase

    return ask


def lines_of(descriptor: int) -> Callable[[], str]:
    """Takes one line of the descriptor at each asking. Raises `KEY_MISSING` when there is none left."""

    def ask() -> str:
        line = b""
        try:
            while len(line) < MOST_BYTES and (one := os.read(descriptor, 1)) not in (b"", b"\n"):
                line += one
            phrase = line.decode()
        except (OSError, ValueError) as error:
            raise TerminalError(Problem.KEY_MISSING, f"no passphrase on descriptor {descriptor}") from error
        if not phrase:
            raise TerminalError(Problem.KEY_MISSING, f"no passphrase on descriptor {descriptor}")
        return phrase

    return ask
