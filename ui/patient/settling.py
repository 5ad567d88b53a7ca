"""A screen that has just come takes no press yet: the finger was on its way to the screen before.

Only what changes its meaning with the screen waits. Digits never do: who was told to type a code types it at once, and
a digit means nothing where no code is asked for. Nor do the calls for staff and for the end, which keep their places.
"""

from datetime import timedelta

from PySide6.QtCore import Qt, QTimer

from ui.patient.screen import Screen

# A person takes a quarter of a second to see a change, and a finger in the air falls within a tenth or two after that.
# Who has seen the new screen, and aims anew, presses later than this.
NEW_FOR = timedelta(milliseconds=400)


def begin(screen: Screen) -> None:
    """Lets presses on a new screen fall through, until it has stood for `NEW_FOR`."""
    _let_through(screen, True)
    QTimer.singleShot(round(NEW_FOR / timedelta(milliseconds=1)), screen, lambda: end(screen))


def end(screen: Screen) -> None:
    """Has a screen take presses from now on."""
    _let_through(screen, False)


def is_new(screen: Screen) -> bool:
    """Whether a press may have been meant for the screen before."""
    return screen.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def _let_through(screen: Screen, is_let: bool) -> None:
    for part in (screen, screen.main_action):
        if part is not None:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, is_let)
