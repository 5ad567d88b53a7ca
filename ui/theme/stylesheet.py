"""The one Qt style sheet, made of a theme. Pure.

Widgets say what they are by dynamic properties, never by a colour or size of their own: a label has a `role`
(`title`, `body`, `caption`, `chip`, `clinic`), a button a `kind` (`primary`, `secondary`, `choice`, `chip`, `key`), a
frame a `panel` (`card`, `confirmed`, `provisional`, `refused`, `notice`, `practice`). `ui/theme/parts.py` makes them.
"""

from functools import lru_cache

from ui.theme.fonts import BY_LANGUAGE, families
from ui.theme.tokens import Palette, Sizes, Theme, Tone


@lru_cache(maxsize=32)  # both windows' text sizes of one moment, and not each size of a window that is drawn larger
def stylesheet(theme: Theme) -> str:
    """The style sheet of a window with object name `window`."""
    drawn = "".join(part(theme.palette, theme.sizes) for part in (_texts, _panels, _buttons, _lists))
    return _fonts(theme.language) + drawn


def _fonts(language: str) -> str:
    """The language's typeface; a language's own name (`in_language`) has that language's."""
    named = {"*": language, **{f'*[in_language="{each}"]': each for each in BY_LANGUAGE}}
    return "".join(
        f"{selector} {{ font-family: {', '.join(f'{chr(34)}{family}{chr(34)}' for family in families(each))}; }}\n"
        for selector, each in named.items()
    )


def _texts(colours: Palette, sizes: Sizes) -> str:
    mark = round(sizes.chip * 1.9) - 2 * sizes.border  # a disc
    return f"""
QFrame[panel="rule"] {{ background: {colours.rule}; border: none; min-height: {sizes.border}px; }}
#window {{ background: qlineargradient(x1:0, y1:0, x2:0, y2:1, stop:0 {colours.canvas}, stop:1 {colours.canvas_end}); }}
QLabel {{ color: {colours.ink}; font-size: {sizes.body}px; background: transparent; }}
QLabel[role="title"] {{ font-size: {sizes.title}px; font-weight: 700; }}
QLabel[role="strong"] {{ font-weight: 700; }}
QLabel[role="clinic"] {{ font-size: {round(sizes.chip * 1.25)}px; font-weight: 700; }}
QLabel[role="caption"] {{ font-size: {sizes.caption}px; color: {colours.ink_soft}; }}
QLabel[role="chip"] {{ font-size: {sizes.chip}px; color: {colours.ink_soft}; }}
QLabel[role="chip"][is_now="true"] {{ color: {colours.ink}; font-weight: 700; }}
QLabel[role="mark"] {{
    font-size: {sizes.chip}px; font-weight: 700; color: {colours.ink_soft}; background: {colours.surface};
    border: {sizes.border}px solid {colours.line}; border-radius: {round(sizes.chip * 0.95)}px;
    min-width: {mark}px; max-width: {mark}px; min-height: {mark}px; max-height: {mark}px;
}}
QLabel[role="mark"][is_now="true"] {{
    color: {colours.on_primary}; background: {colours.primary}; border-color: {colours.primary};
}}
"""


def _panels(colours: Palette, sizes: Sizes) -> str:
    tones = {name: getattr(colours, name) for name in ("confirmed", "provisional", "refused", "notice", "practice")}
    card = Tone(ink=colours.ink, surface=colours.surface, line=colours.rule)
    return "".join(
        f"""
QFrame[panel="{name}"] {{
    background: {tone.surface}; border: {sizes.border}px solid {tone.line}; border-radius: {sizes.radius}px;
}}
QFrame[panel="{name}"] QLabel {{ color: {tone.ink}; }}
"""
        for name, tone in {**tones, "card": card}.items()
    ) + (
        f'QFrame[panel="practice"] {{ border: none; border-radius: 0; }}'
        f'QFrame[panel="practice"] QLabel {{ font-size: {round(sizes.chip * 0.85)}px; font-weight: 700; }}'
    )


def _buttons(colours: Palette, sizes: Sizes) -> str:
    inner, chip_inner = sizes.target - 2 * sizes.border, sizes.chip_target - 2 * sizes.border
    return f"""
QPushButton {{
    color: {colours.primary}; background: {colours.surface}; font-size: {sizes.button}px; font-weight: 700;
    border: {sizes.border}px solid {colours.primary}; border-radius: {sizes.radius}px;
    min-height: {inner}px; padding: 0 {sizes.gap}px;
}}
QPushButton:pressed {{ color: {colours.on_primary}; background: {colours.primary_pressed}; }}
QPushButton[kind="primary"], QPushButton:checked {{ color: {colours.on_primary}; background: {colours.primary}; }}
QPushButton[kind="primary"]:pressed {{ background: {colours.primary_pressed}; }}
QPushButton[kind="chip"] {{
    font-size: {sizes.chip}px; font-weight: 400; color: {colours.ink}; border-color: {colours.line};
    border-radius: {sizes.chip_target // 2}px; min-height: {chip_inner}px; min-width: {chip_inner}px;
    padding: 0 {sizes.gap * 5 // 8}px;
}}
QPushButton[kind="chip"]:checked {{ color: {colours.on_primary}; border-color: {colours.primary}; }}
QPushButton[kind="chip"][sample] {{ padding: 0; }}
QPushButton[kind="chip"][sample="normal"] {{ font-size: {round(sizes.chip * 0.9)}px; }}
QPushButton[kind="chip"][sample="large"] {{ font-size: {round(sizes.chip * 1.2)}px; }}
QPushButton[kind="chip"][sample="largest"] {{ font-size: {round(sizes.chip * 1.5)}px; }}
QPushButton[kind="key"] {{
    font-size: {round(sizes.title * 0.9)}px; color: {colours.ink}; border-color: {colours.line};
    min-width: {inner}px; min-height: {sizes.key - 2 * sizes.border}px; padding: 0;
}}
QPushButton[kind="key"][is_word="true"] {{ font-size: {sizes.chip}px; }}
QPushButton[kind="key"]:pressed {{ color: {colours.on_primary}; }}
QPushButton:disabled {{ color: {colours.on_disabled}; background: {colours.disabled}; border-color: {colours.line}; }}
QPushButton:focus, QPushButton[kind="primary"]:focus, QPushButton[kind="chip"]:checked:focus {{
    color: {colours.on_focus}; background: {colours.focus}; border-color: {colours.on_focus};
}}
"""


def _lists(colours: Palette, sizes: Sizes) -> str:
    return f"""
QTableView, QListWidget, QPlainTextEdit {{
    color: {colours.ink}; background: {colours.surface}; font-size: {sizes.body}px;
    border: {sizes.border}px solid {colours.rule}; border-radius: {sizes.radius}px; outline: none;
}}
QTableView::item {{ border-bottom: 1px solid {colours.rule}; padding: 0 {sizes.gap // 2}px; }}
QListWidget {{ padding: {sizes.gap // 3}px; }}
QListWidget::item {{ padding: {sizes.gap // 2}px {sizes.gap // 3}px; }}
QScrollBar {{ background: {colours.surface}; border: none; }}
QScrollBar:vertical {{ width: {sizes.gap}px; }}
QScrollBar:horizontal {{ height: {sizes.gap}px; }}
QScrollBar::handle {{ background: {colours.line}; border-radius: {sizes.gap // 3}px; margin: {sizes.gap // 6}px; }}
QScrollBar::handle:vertical {{ min-height: {sizes.chip_target}px; }}
QScrollBar::handle:horizontal {{ min-width: {sizes.chip_target}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QTableView::item:selected, QListWidget::item:selected {{ color: {colours.notice.ink};
    background: {colours.notice.surface};
}}
QHeaderView::section {{
    color: {colours.ink_soft}; background: {colours.disabled}; font-size: {sizes.caption}px; font-weight: 700;
    border: none; border-bottom: {sizes.border}px solid {colours.line};
    padding: {sizes.gap // 2}px {sizes.gap // 2 + 3}px;  /* 3 px: what Qt leaves before the text of a cell */
}}
QLineEdit, QComboBox {{
    color: {colours.ink}; background: {colours.surface}; font-size: {sizes.body}px;
    border: {sizes.border}px solid {colours.line}; border-radius: {sizes.radius}px;
    min-height: {sizes.target - 2 * sizes.border}px; padding: 0 {sizes.gap}px;
}}
QLineEdit {{ placeholder-text-color: {colours.ink_soft}; }}
QLineEdit:focus, QComboBox:focus {{ border-color: {colours.primary}; }}
QComboBox::drop-down {{ border: none; width: {sizes.gap * 2}px; }}
QCheckBox {{
    color: {colours.ink}; selection-color: {colours.on_primary};  /* of the tick */
    font-size: {sizes.body}px; spacing: {sizes.gap // 2}px;
}}
QCheckBox::indicator {{
    width: {sizes.gap * 2}px; height: {sizes.gap * 2}px; background: {colours.surface};
    border: {sizes.border}px solid {colours.line}; border-radius: {sizes.radius // 2}px;
}}
QCheckBox::indicator:checked {{ background: {colours.primary}; border-color: {colours.primary}; }}
QCheckBox:focus {{ color: {colours.on_focus}; background: {colours.focus}; }}
"""
