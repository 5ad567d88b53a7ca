"""The declaration form: filled with what is known, blank for the rest, marked as the clinic's own."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from terminal.eligibility.declaration import Declaration, InsuranceKind, Share, declaration_of, form_rows
from terminal.people import Holder, IssuerTrust, Sex
from terminal.problems import Problem, TerminalError
from ui.papers.declaration import declaration_page
from ui.papers.sheet import HEIGHT_MM, WIDTH_MM, pdf, write_pdf

DAY = date(2026, 11, 22)
HOLDER = Holder("見本　花子", "架空県架空市見本町", date(1992, 4, 12), Sex.FEMALE, None, DAY, IssuerTrust.CHECKED)
FORM = declaration_of(HOLDER, "見本内科クリニック", DAY)
DOTS_PER_MM = 2.0


def rows(form: Declaration) -> dict[str, str]:
    return {row.label: row.content for row in form_rows(form)}


def painted(form: Declaration) -> QImage:
    image = QImage(round(WIDTH_MM * DOTS_PER_MM), round(HEIGHT_MM * DOTS_PER_MM), QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    declaration_page(form).pages[0](painter, DOTS_PER_MM)
    painter.end()
    return image


def test_it_holds_what_the_card_says_and_leaves_the_rest_blank() -> None:
    found = rows(FORM)
    assert (found["氏名"], found["生年月日"], found["申立日"]) == ("見本　花子", "平成4年4月12日", "令和8年11月22日")
    assert found["性別"] == "□ 男　☑ 女"
    assert found["連絡先電話番号"] == ""
    assert "☑" not in found["保険の種類"] + found["一部負担金の割合"]


def test_what_the_patient_says_is_ticked() -> None:
    said = Declaration("見本内科", DAY, kind=InsuranceKind.UNKNOWN, share=Share.THREE_TENTHS)
    assert rows(said)["保険の種類"].endswith("☑ 不明")
    assert rows(said)["一部負担金の割合"].startswith("☑ 3割")


def test_a_shown_form_shows_nobody() -> None:
    assert "花子" not in repr(FORM) + repr(list(form_rows(FORM)))


def test_it_is_one_page_of_pdf_for_its_owner_alone(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"
    write_pdf(declaration_page(FORM), file)
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_filled_in_is_on_the_sheet_and_no_row_falls_off_it(qapp: QApplication) -> None:
    blank, filled = painted(Declaration("見本内科", DAY)), painted(FORM)
    assert blank != filled
    bottom = [filled.pixelColor(x, filled.height() - 1).lightness() for x in range(filled.width())]
    assert min(bottom) == 255


def test_a_place_that_cannot_be_written_is_told(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(TerminalError) as raised:
        write_pdf(declaration_page(FORM), tmp_path / "no folder" / "form.pdf")
    assert raised.value.problem is Problem.PAPER_NOT_WRITTEN
    assert pdf(declaration_page(FORM)).startswith(b"%PDF-")
