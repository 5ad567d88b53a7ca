"""What is printed is drawn by the code that draws the PDF; without a printer the desk says so, and records nothing."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtGui import QPageLayout, QPageSize, QTextLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from standing import FixedClock

from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.comparison.doubt import doubt_about
from terminal.coverage import Record
from terminal.eligibility.declaration import declaration_of
from terminal.events import DeclarationPrinted
from terminal.people import Card, Holder, IssuerTrust, Picture, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError
from terminal.states import Unconfirmed, Withheld
from ui.papers import sheet as papers_sheet
from ui.papers.declaration import declaration_page
from ui.papers.listing import listing
from ui.papers.printing import put
from ui.papers.sheet import Document, pdf
from ui.receptionist.mismatch import mismatch_report
from ui.receptionist.sheet import Sheet
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import Words

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
DAY = date(2026, 11, 22)
HOLDER = Holder("見本　花子", "架空県架空市見本町", date(1992, 4, 12), Sex.FEMALE, None, DAY, IssuerTrust.CHECKED)
CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW, 10, 3)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
NOT_FOUND = Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_NOT_FOUND)
PAGE = declaration_page(declaration_of(HOLDER, "見本内科クリニック", DAY))


class NoCamera:
    def latest(self) -> Picture | None:
        return None


def printer_into(path: Path) -> QPrinter:
    """A printer of Qt's own, which draws as any other and puts its pages into a file."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def strokes(content: bytes) -> list[bytes]:
    """What a PDF of Qt's draws, operator by operator; its numbers depend on the resolution."""
    drawn = max((zlib.decompress(part) for part in _streams(content)), key=lambda part: part.count(b"\n"))
    return re.findall(rb"[A-Za-z]+\*?$", drawn, re.MULTILINE)


def _streams(content: bytes) -> list[bytes]:
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return [part for part in parts if part[:1] == b"\x78"]


class Heard(QTextLayout):
    """A text that tells when it is drawn."""

    written: ClassVar[list[str]] = []

    def draw(self, *where: Any) -> None:
        self.written.append(self.text())
        super().draw(*where)


def _drawn(document: Document, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(papers_sheet, "QTextLayout", Heard)
    Heard.written.clear()
    pdf(document)
    return "\n".join(Heard.written)


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    made = ReceptionWindow(NoCamera(), FixedClock(NOW), language="ja", is_practice=False)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show_state(NOT_FOUND)
    made.show()
    return made


def press(window: ReceptionWindow, text: str) -> None:
    (found,) = [each for each in window.findChildren(QPushButton) if each.isVisible() and text in each.text()]
    found.click()


def with_declaration() -> Unconfirmed:
    """On the ladder's last way, where the form is offered."""
    state = advance(NOT_FOUND, DeclarationPrinted())
    assert isinstance(state, Unconfirmed)
    ladder = state.ladder
    assert ladder is not None
    while ladder.step is not None:
        ladder = ladder.show(ladder.step.way)
    return replace(NOT_FOUND, ladder=ladder)


def test_a_printed_page_is_the_page_of_the_pdf(qapp: QApplication, tmp_path: Path) -> None:
    put(PAGE, printer_into(tmp_path / "printed.pdf"))
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert printed.count(b"/Type /Page\n") == 1
    assert strokes(printed) == strokes(pdf(PAGE))
    assert len(strokes(printed)) > 50


def test_it_is_a4_upright_whatever_was_chosen_at_the_printer(qapp: QApplication, tmp_path: Path) -> None:
    printer = printer_into(tmp_path / "printed.pdf")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    put(PAGE, printer)
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "printed.pdf").read_bytes())
    assert [round(float(side)) for side in box] == [595, 842]


@pytest.mark.qt_log_ignore(r"^QPainter::begin\(\): Returned false")
def test_a_printer_that_takes_no_page_is_told(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(TerminalError) as raised:
        put(PAGE, printer_into(tmp_path / "no folder" / "printed.pdf"))
    assert raised.value.problem is Problem.PAPER_NOT_WRITTEN


def test_a_declaration_is_printed_once_it_is_on_record_and_not_before(window: ReceptionWindow, tmp_path: Path) -> None:
    sheet = window.findChild(Sheet)
    assert sheet is not None
    sheet.choose(printer_into(tmp_path / "printed.pdf"), NOT_FOUND)
    assert not (tmp_path / "printed.pdf").exists()
    window.show_state(advance(NOT_FOUND, DeclarationPrinted()))
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")


def test_a_list_takes_as_many_sheets_as_it_needs(qapp: QApplication, tmp_path: Path) -> None:
    put(listing("一覧", [f"{number}行目" for number in range(50)]), printer_into(tmp_path / "printed.pdf"))
    assert (tmp_path / "printed.pdf").read_bytes().count(b"/Type /Page\n") == 3
    assert pdf(listing("一覧", [])).count(b"/Type /Page\n") == 1


def test_the_report_of_a_mismatch_names_attributes_and_nobody(
    window: ReceptionWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt = doubt_about(HOLDER, Record("見本　花代", None, date(1992, 4, 13), None, None))
    assert doubt is not None
    withheld = Withheld(VERIFIED, doubt)
    window.show_state(withheld)
    told: list[object] = []
    window.happened.connect(lambda *said: told.append(said))
    said = _drawn(mismatch_report(withheld, "見本内科", NOW, Words("receptionist", "ja")), monkeypatch)
    assert "生年月日" in said
    assert "v1" in said
    assert not any(personal in said for personal in ("花子", "花代", "1992", "平成"))
    press(window, "PDFで保存")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "report.pdf"))
    dialog.reject()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert told == []  # nobody's data is on it, so there is nothing to record


def test_without_a_printer_the_window_says_so_and_nothing_is_on_record(
    window: ReceptionWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    told: list[object] = []
    window.happened.connect(lambda *said: told.append(said))
    window.show_state(with_declaration())
    press(window, "申立書を印刷")
    assert "PDFで保存して" in "".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())
    assert told == []


def test_with_a_printer_it_is_asked_which_and_no_file_is_offered(
    window: ReceptionWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["reception"])
    window.show_state(with_declaration())
    press(window, "申立書を印刷")
    dialog = window.findChild(QPrintDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.testOption(QPrintDialog.PrintDialogOption.PrintToFile)
    dialog.reject()
