"""The recordings: one Opus file a sentence, found by the sentence itself.

A file's name is the hash of its text, so a text that was changed has no recording until `./run speech` makes it:
nothing is ever said that is not what stands on the screen.
"""

import hashlib
from pathlib import Path

from ui.speech.line import Line

FOLDER = Path(__file__).parent / "recordings"
VOICES = ("ja", "ja-easy", "en")
"""The languages that have a voice."""

LETTERS = 16  # of the hash: 64 bits, for some hundred sentences


def recording_of(line: Line) -> Path | None:
    """The file in which a line is spoken; None where nobody has spoken it."""
    path = place_of(line.language, line.text)
    return path if path.exists() else None


def place_of(language: str, text: str) -> Path:
    """Where the recording of a text lies."""
    return FOLDER / language / f"{hashlib.sha256(text.encode()).hexdigest()[:LETTERS]}.opus"
