"""A part that rolls: all of it where there is room, and where there is none, whatever is below it stays in sight."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.fields import Tick
from ui.theme.parts import dress, label, panel
from ui.theme.rolling import Rolling
from ui.theme.text import Text
from ui.theme.tokens import RECEPTION, theme

LINE = "前に確認した内容です。仮受付とし、回線が戻ったらもう一度照会してください。"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Twelve lines that roll, and a button below them."""
    made = QWidget()
    qtbot.addWidget(made)
    inner = panel("provisional")
    lines = QVBoxLayout(inner)
    for _ in range(12):
        lines.addWidget(label("body", LINE))
    column = QVBoxLayout(made)
    column.addWidget(Rolling(inner))
    column.addStretch()
    column.addWidget(QPushButton("次の方へ"))
    dress(made, theme(RECEPTION))
    made.show()
    return made


def parts(window: QWidget) -> tuple[Rolling, QPushButton]:
    (rolling,), (button,) = window.findChildren(Rolling), window.findChildren(QPushButton)
    return rolling, button


@pytest.mark.parametrize("width", [400, 900])
def test_where_there_is_room_nothing_rolls_and_no_room_is_wasted(window: QWidget, qtbot: QtBot, width: int) -> None:
    window.resize(width, 1200)
    rolling, _ = parts(window)
    qtbot.waitUntil(lambda: rolling.height() == rolling.sizeHint().height(), timeout=10_000)
    qtbot.waitUntil(lambda: not rolling.verticalScrollBar().isVisible(), timeout=10_000)


def test_where_there_is_none_it_rolls_and_what_is_below_stays_in_sight(window: QWidget, qtbot: QtBot) -> None:
    window.resize(400, 300)
    rolling, button = parts(window)
    qtbot.waitUntil(rolling.verticalScrollBar().isVisible, timeout=10_000)
    assert window.size().height() == 300
    assert window.rect().contains(button.geometry())
    assert all(each.height() >= each.heightForWidth(each.width()) for each in window.findChildren(Text))


def test_it_is_never_narrower_than_what_is_in_it(window: QWidget) -> None:
    rolling, _ = parts(window)
    inner = rolling.widget()
    assert inner is not None
    assert rolling.minimumSizeHint().width() == inner.minimumSizeHint().width()


def test_a_tick_is_seen_without_its_colour(qtbot: QtBot) -> None:
    tick = Tick("限度額")
    qtbot.addWidget(tick)
    dress(tick, theme(RECEPTION))
    tick.setChecked(True)
    tick.show()
    image = tick.grab().toImage()
    inside = {image.pixelColor(x, y).name() for x in range(6, 18) for y in range(8, image.height() - 8)}
    assert {"#0017c1", "#ffffff"} <= inside
