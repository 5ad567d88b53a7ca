"""What an act that cannot be done ends with."""

from collections.abc import Callable

import pytest

from terminal.problems import Problem, TerminalError


def problem_of(act: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as raised:
        act()
    return raised.value.problem
