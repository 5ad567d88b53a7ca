"""Dresses the patient's window for its size: the screen in the largest text that has room, up to the one asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from PySide6.QtWidgets import QWidget

from ui.theme.parts import dress, dress_to_fit
from ui.theme.tokens import PATIENT, TEXT_SCALES, Theme, theme

FITTING = (
    *((1.6, 1.6), (1.3, 1.6), (1.3, 1.45), (1.3, 1.3), (1.0, 1.3)),
    *((1.0, 1.2), (1.0, 1.1), (1.0, 1.0), (1.0, 0.9), (1.0, 0.8)),
)
"""Text scales around a screen and in it, for screens that have much to say: who asks for more begins further up."""


@dataclass(frozen=True)
class Look:
    """What a patient asked to see; `text_scale` is one of `TEXT_SCALES`."""

    text_scale: float = TEXT_SCALES[0]
    is_high_contrast: bool = False


def is_portrait(window: QWidget) -> bool:
    """Whether a window is higher than wide."""
    return window.height() > window.width()


def fit(
    window: QWidget, screen: QWidget, around: Sequence[QWidget], look: Look, language: str, has_room: Callable[[], bool]
) -> Theme:
    """Dresses a window, its screen and what stands around that; gives the window's own theme."""
    across, along = (800, 1280) if is_portrait(window) else (1280, 800)
    density = min(window.width() / across, window.height() / along)
    themes = {
        text: theme(PATIENT, density, text, is_high_contrast=look.is_high_contrast, language=language)
        for text in chain.from_iterable(FITTING)
    }
    worn = themes[look.text_scale]
    dress(window, worn)
    fitting = [(outer, inner) for outer, inner in FITTING if inner <= look.text_scale]
    dress_to_fit(
        (screen, *around), [(themes[inner], *[themes[outer]] * len(around)) for outer, inner in fitting], has_room
    )
    return worn
