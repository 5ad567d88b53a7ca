"""Colours and sizes of the windows, as frozen data. Pure.

Colours are those of デジタル庁's design tokens (`@digital-go-jp/design-tokens` 1.1.9, MIT licence), the comment gives
each one's name there. A colour is used by what it is for (`Palette`), never by its hue; sizes are pixels of a window
of 1280 × 800 and grow with it (`Sizes.scaled`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """One meaning's colours: `ink` to write and draw with, `surface` to write on, `line` around it."""

    ink: str
    surface: str
    line: str


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for."""

    canvas: str  # the top of the window's background
    canvas_end: str  # and its bottom
    surface: str
    ink: str
    ink_soft: str
    line: str  # around what can be operated: 3:1 on every background
    rule: str  # between things: decoration only
    primary: str
    primary_pressed: str
    on_primary: str
    focus: str
    on_focus: str
    disabled: str
    on_disabled: str
    confirmed: Tone
    provisional: Tone
    refused: Tone
    notice: Tone
    practice: Tone


LIGHT = Palette(
    canvas="#ffffff",  # Neutral.White
    canvas_end="#e8f1fe",  # Blue.50
    surface="#ffffff",  # Neutral.White
    ink="#1a1a1a",  # SolidGray.900
    ink_soft="#4d4d4d",  # SolidGray.700
    line="#767676",  # SolidGray.536
    rule="#cccccc",  # SolidGray.200
    primary="#0017c1",  # Blue.900
    primary_pressed="#000060",  # Blue.1200
    on_primary="#ffffff",  # Neutral.White
    focus="#ffd43d",  # Yellow.300
    on_focus="#1a1a1a",  # SolidGray.900
    disabled="#f2f2f2",  # SolidGray.50
    on_disabled="#4d4d4d",  # SolidGray.700
    confirmed=Tone(ink="#0c472a", surface="#e6f5ec", line="#197a4b"),  # Green.1000, .50, .800
    provisional=Tone(ink="#541e00", surface="#ffeee2", line="#ac3e00"),  # Orange.1200, .50, .900
    refused=Tone(ink="#21004b", surface="#f1eafa", line="#5c10be"),  # Purple.1200, .50, .800: no blame, so no red
    notice=Tone(ink="#000060", surface="#d9e6ff", line="#0031d8"),  # Blue.1200, .100, .800
    practice=Tone(ink="#1a1a1a", surface="#ffd43d", line="#604b00"),  # SolidGray.900, Yellow.300, .1200
)

HIGH_CONTRAST = Palette(
    canvas="#000000",  # Neutral.Black
    canvas_end="#000000",
    surface="#1a1a1a",  # SolidGray.900
    ink="#ffffff",  # Neutral.White
    ink_soft="#e6e6e6",  # SolidGray.100
    line="#ffffff",
    rule="#7f7f7f",  # SolidGray.500
    primary="#ffd43d",  # Yellow.300
    primary_pressed="#fff0b3",  # Yellow.100
    on_primary="#000000",
    focus="#ffffff",
    on_focus="#000000",
    disabled="#000000",
    on_disabled="#b3b3b3",  # SolidGray.300
    confirmed=Tone(ink="#9bd4b5", surface="#032213", line="#51b883"),  # Green.200, .1200, .400
    provisional=Tone(ink="#ffc199", surface="#541e00", line="#ff8d44"),  # Orange.200, .1200, .400
    refused=Tone(ink="#ddc2ff", surface="#21004b", line="#bb87ff"),  # Purple.200, .1200, .400
    notice=Tone(ink="#c5d7fb", surface="#000060", line="#7096f8"),  # Blue.200, .1200, .400
    practice=Tone(ink="#000000", surface="#ffd43d", line="#000000"),  # Neutral.Black, Yellow.300
)

TEXT_SCALES = (1.0, 1.3, 1.6)


@dataclass(frozen=True)
class Sizes:
    """Type, targets and spaces in pixels. What is large already grows less with the reader's text scale."""

    caption: int
    body: int
    button: int
    chip: int  # the small controls and marks around a screen
    title: int
    target: int  # height of what is pressed to go on
    chip_target: int  # height of the small controls around a screen: the least that a finger needs
    key: int  # height of a key that is pressed again and again
    gap: int  # between things; half and double of it serve as well
    margin: int  # around the window
    radius: int
    border: int

    def scaled(self, density: float, text: float = 1.0) -> "Sizes":
        """These sizes on a screen of `density` (1.0: 1280 × 800), for a reader who wants text `text` times as large."""
        return Sizes(
            caption=round(self.caption * density * text),
            body=round(self.body * density * text),
            button=round(self.button * density * min(text, 1.3)),
            chip=round(self.chip * density * min(max(text, 1.0), 1.2)),
            title=round(self.title * density * min(text, 1.2)),
            target=round(self.target * density),
            chip_target=round(self.chip_target * density),
            key=round(self.key * density),
            gap=round(self.gap * density),
            margin=round(self.margin * density),
            radius=round(self.radius * density),
            border=max(2, round(self.border * density)),
        )


PATIENT = Sizes(
    caption=21, body=26, button=28, chip=21, title=44, target=72, chip_target=56, key=90,
    gap=16, margin=36, radius=16, border=3,
)  # fmt: skip
RECEPTION = Sizes(
    caption=14, body=16, button=17, chip=14, title=28, target=44, chip_target=36, key=44,
    gap=12, margin=24, radius=8, border=2,
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """What a window is drawn with at one moment: colours, sizes, and the density for what is painted."""

    palette: Palette
    sizes: Sizes
    density: float = 1.0
    language: str = "ja"  # whose characters are drawn

    def px(self, length: float) -> int:
        """A length of the 1280 × 800 window in pixels of this one; at least 1."""
        return max(1, round(length * self.density))


def theme(
    base: Sizes, density: float = 1.0, text: float = 1.0, *, is_high_contrast: bool = False, language: str = "ja"
) -> Theme:
    """The theme of a window of `density`, for a reader's text scale, choice of colours, and language."""
    return Theme(HIGH_CONTRAST if is_high_contrast else LIGHT, base.scaled(density, text), density, language)
