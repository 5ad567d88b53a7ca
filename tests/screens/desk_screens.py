"""Pictures of what reception has beside the states of a check-in: signing in, an outage, forms, ways, papers' buttons.

The people are invented.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from patient_screens import StillCamera
from PySide6.QtWidgets import QApplication, QWidget
from sample_states import CARD, CONFIRMED, HOLDER, NOW, PROVISIONAL, RECORD, STATES, VERIFIED, WITHHELD
from standing import FixedClock

from terminal.comparison.compare import compare
from terminal.eligibility.line_state import LineState
from terminal.eligibility.outage_paper import OutageNote
from terminal.failure_book.book import title
from terminal.handing_over import HandedOver, HeldBack, NotHandedOver
from terminal.handing_over import Standing as Receipt
from terminal.limits import Function, Measure, Standing, Verdict
from terminal.outage.situation import Figures, Situation
from terminal.people import IssuerTrust
from terminal.problems import Problem
from terminal.proof_ladder import Ladder, Trouble, Way, ways
from terminal.states import State, Unconfirmed
from ui.opening import Opening
from ui.papers.outage import outage_page
from ui.receptionist.doctor import LookedInto, Told
from ui.receptionist.number_form import NumberForm
from ui.receptionist.outage import OutageServices
from ui.receptionist.what_now import CASES, WhatNow
from ui.receptionist.window import ReceptionWindow
from ui.signin.page import Page
from ui.theme.fonts import load_fonts
from ui.theme.parts import dress
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import LANGUAGES, Words

DOWN = LineState(Problem.LINE_DOWN, NOW - timedelta(minutes=18), 4, is_resting=True)
WAITING = Figures(3, 0, NOW - timedelta(hours=2), date(2026, 11, 1), 7, 2)
DEAD = Figures(3, 1, NOW - timedelta(hours=25), date(2026, 11, 1), 7, 2)
STOPPED = Verdict(Function.STORED_ANSWERS, Standing.STOPPED, (Measure.CLOCK_DRIFT,))
SITUATIONS = {"outage": Situation(DOWN, WAITING), "outage_alarm": Situation(DOWN, DEAD, (STOPPED,))}
ENDED = Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED)


def take(folder: Path) -> None:
    """Takes each in both languages."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        window = ReceptionWindow(StillCamera(), FixedClock(NOW), language=language, is_practice=False)
        window.resize(1280, 800)
        window.show()
        for name, shown in chain(_followed(window), _dialogs(window, language), _opened(language)):
            for _ in range(3):
                QApplication.processEvents()  # the layouts settle
            shown.grab().save(str(folder / f"{name}.{language}.png"))
            if shown is not window:
                shown.close()
        window.close()


def _followed(window: ReceptionWindow) -> Iterator[tuple[str, QWidget]]:
    """What follows an answer, and an outage around it."""
    told = Told("", "", (), "")
    window.offer_in_outages(
        OutageServices(lambda _: told, lambda _: told, lambda _: outage_page(OutageNote("見本内科", NOW)))
    )
    for name, state in _ends().items():
        window.show_state(state)
        yield f"reception_{name}", window
    for name, situation in SITUATIONS.items():
        window.show_state(PROVISIONAL)
        window.show_situation(situation)
        yield f"reception_{name}", window
    window.show_situation(Situation())


def _ends() -> dict[str, State]:
    shown = Ladder(Trouble.NOT_REGISTERED_YET)
    ladders = {}
    for way in ways(shown.trouble):
        ladders[f"way_{way}"] = shown
        shown = shown.show(way)
    ladders |= {"way_all_shown": shown, "way_proved": shown.prove(Way.DECLARATION)}
    doubtful = compare(replace(HOLDER, name="架空　花子"), RECORD)
    receipts: dict[str, Receipt] = {
        "receipt_handed": HandedOver(),
        "receipt_not_handed": NotHandedOver(Problem.RECEIPT_FOLDER_AWAY),
        "receipt_held": HeldBack((("name", "髙"), ("name", "﨑"), ("address", "𠮷"))),
    }
    unchecked = replace(VERIFIED, holder=replace(HOLDER, issuer=IssuerTrust.UNKNOWN))
    return {
        **{name: replace(ENDED, ladder=ladder) for name, ladder in ladders.items()},
        **{name: replace(CONFIRMED, receipt=standing) for name, standing in receipts.items()},
        "doubtful": replace(WITHHELD, comparison=doubtful, held=CONFIRMED),
        "unchecked": replace(CONFIRMED, verified=unchecked),
        "copay_warned": _warned(),
    }


def _warned() -> State:
    """Somebody of 76 whose answer gives a share that only younger people have."""
    born = date(1950, 4, 1)
    holder, coverage = replace(HOLDER, birth_date=born), replace(CONFIRMED.coverage, insurer_number="39139990")
    record, verified = replace(RECORD, birth_date=born), replace(VERIFIED, holder=holder)
    ends = date(2026, 11, 30)
    return replace(CONFIRMED, verified=verified, record=record, coverage=replace(coverage, copay_percent=40, ends=ends))


def _dialogs(window: ReceptionWindow, language: str) -> Iterator[tuple[str, QWidget]]:
    words = Words("receptionist", language)
    for case, asked_of in zip(CASES, ("face", "operator_without_photo", "consent", "face", "face"), strict=False):
        yield f"reception_case_{case}", _shown(WhatNow(STATES[asked_of], words, window, case))
    yield "reception_case_visiting", _shown(WhatNow(STATES["idle"], words, window, "visiting"))
    form = NumberForm(words, NOW.date(), window)
    yield "reception_number_form", _shown(form)
    form = NumberForm(words, NOW.date(), window)
    form.fields["insurer_number"].setText("01130011")
    form.fields["number"].setText("123456789018")
    yield "reception_number_form_wrong", _shown(form)
    lines = ("✓ 端末", "✓ ルーター", "× 回線", "- サービス") if language == "ja" else ("✓ desk", "✓ router", "× line")
    sentence = title(Problem.LINE_DOWN, language)
    found = Told(sentence, "0120-000-000", lines, "\n".join(lines))
    for name in ("doctor", "report"):
        looked = LookedInto(words, name, lambda _: found, window)
        looked.open()
        while looked.sheet.isHidden():
            QApplication.processEvents()
        yield f"reception_{name}", looked


def _opened(language: str) -> Iterator[tuple[str, QWidget]]:
    """What comes before: the opening window, and the page to sign in."""
    yield "opening", _shown(Opening(language))
    people = (("hanako", "見本 花子"), ("taro", "見本 太郎"))
    for name in ("", "_key", "_key_pin", "_emergency", "_wrong"):
        yield f"sign_in{name}", _shown(_sign_in(name, language, people if name in ("", "_wrong") else ()))


def _sign_in(name: str, language: str, people: tuple[tuple[str, str], ...]) -> Page:
    words = Words("signin", language)
    page = Page(words)
    dress(page, theme(RECEPTION, language=language))
    page.resize(1280, 800)
    page.set_density(1.0)
    page.show_page(words["page.title"], people, can_go_back=bool(people))
    page.set_takes_keys(True)
    match name:
        case "_key":
            page.await_key(True)
            page.say(words["page.key_touch"])
        case "_key_pin":
            page.ask_pin(True)
            page.say(words["key.pin_needed"])
        case "_emergency":
            page.show_emergency(True)
        case "_wrong":
            page.id.setText("hanako")
            page.say(words["refused.wrong"])
    return page


def _shown(widget: QWidget) -> QWidget:
    widget.show()
    return widget
