"""Four keys beside the digits: yes, no, say it again, call staff. Found without looking on any number pad."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from terminal.configuration.settings import Keys

ENTER = "Enter"


class PadKey(StrEnum):
    """What a key of the pad means."""

    YES = "yes"
    NO = "no"
    AGAIN = "again"
    CALL = "call"


def pad_key(event: QKeyEvent, keys: Keys) -> PadKey | None:
    """Which of the four was pressed; None for any other key."""
    name = ENTER if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else event.text()
    meant = {PadKey.YES: keys.yes, PadKey.NO: keys.no, PadKey.AGAIN: keys.again, PadKey.CALL: keys.call}
    for key, names in meant.items():
        if name and (name == names or (names != ENTER and name in names)):
            return key
    return None
