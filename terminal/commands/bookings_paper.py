"""The call list as a PDF, on as many sheets of A4 as it needs, for its owner alone. No screen is needed for it."""

import os
from collections.abc import Sequence
from pathlib import Path

from ui.application import make_application
from ui.papers.listing import listing
from ui.papers.printing import put


def write_call_list(lines: Sequence[str], path: Path) -> None:
    """Writes the list, its title first. Raises `PAPER_NOT_WRITTEN`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application("ja")  # kept while its fonts are needed
    title, *rows = lines
    put(listing(title, rows), path)
    del application
