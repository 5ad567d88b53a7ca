"""Lines to an HTTPS service at any address, and the one question that is asked on them."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from practice_line import INSTITUTION, question

from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.problems import TerminalError

BUDGET = timedelta(seconds=1)
QUESTION = replace(question(b"certificate"), identifier="q-1")

ConnectLine = Callable[..., HttpsEligibility]


@contextmanager
def lines_from(home: Path) -> Iterator[ConnectLine]:
    """Begins lines with the certificates at `home`, and closes them at the end."""
    with ExitStack() as lines:

        def connect(url: str, trust: Path = home, own: Path = home, budget: timedelta = BUDGET) -> HttpsEligibility:
            certificates = LineCertificates(trust / "tls/ca.crt", own / "tls/client.crt", own / "tls/client.key")
            return lines.enter_context(closing(HttpsEligibility(url, INSTITUTION, certificates, budget=budget)))

        yield connect


def failure(line: HttpsEligibility, budget: timedelta = BUDGET) -> TerminalError:
    began = time.monotonic()
    with pytest.raises(TerminalError) as raised:
        line.ask(QUESTION)
    assert time.monotonic() - began < budget.total_seconds() + 1
    assert "certificate" not in str(raised.value)
    return raised.value
