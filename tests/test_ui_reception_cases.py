"""Reception beyond the usual way: what now, in three taps; a round of visits; finding by kana; the patient's screen."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from datetime import date

import pytest
import sample_states
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from reception_window import reception
from sample_states import CARD, COVERAGE, NOW, WITHOUT_PHOTO

from terminal.attendance import (
    Attendance,
    Emergency,
    EmergencyReason,
    Guardian,
    GuardianProof,
    Helper,
    LookReason,
    Place,
    Proxy,
)
from terminal.comparison.compare import compare
from terminal.coverage import LastVisit
from terminal.events import Attended, Event, LookChosen, Vouched
from terminal.people import VerificationMethod
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    CheckingEligibility,
    Confirmed,
    Idle,
    MatchingFace,
    ReadingCard,
    State,
    Stopped,
    Withheld,
)
from terminal.visits import Visit
from ui.receptionist.day import numbers
from ui.receptionist.differences import differences
from ui.receptionist.find import FindField, matches
from ui.receptionist.keys import KeyList, keys_of
from ui.receptionist.mirror import Mirror
from ui.receptionist.number_form import NumberForm
from ui.receptionist.saying import sentence_to_say
from ui.receptionist.what_now import CASES, WhatNow, choices
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import LANGUAGES, Words

HOLDER = replace(sample_states.HOLDER, name="髙﨑　花子")
VERIFIED = replace(sample_states.VERIFIED, holder=HOLDER)
RECORD = replace(sample_states.RECORD, name="高崎　花子", kana="ﾀｶｻｷ ﾊﾅｺ")
CONFIRMED = Confirmed(VERIFIED, RECORD, COVERAGE, NOW)
EMERGENCY = replace(CONFIRMED, verified=replace(VERIFIED, method=VerificationMethod.EMERGENCY))


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    return reception(qtbot)


def texts(window: QWidget) -> str:
    said = [each.text() for each in window.findChildren(QLabel) if each.isVisible()]
    return "\n".join(said + [each.text() for each in window.findChildren(QPushButton) if each.isVisible()])


def tap(part: QWidget, words: str) -> None:
    (found,) = [each for each in part.findChildren(QPushButton) if each.isVisible() and words in each.text()]
    found.click()


EXCEPTIONS: list[tuple[State, tuple[str, ...], Event]] = [
    (MatchingFace(CARD, HOLDER), ("F5", "車いす"), LookChosen(LookReason.CANNOT_FACE_CAMERA)),
    (MatchingFace(CARD, HOLDER), ("F3", "目視", "包帯"), LookChosen(LookReason.FACE_COVERED)),
    (MatchingFace(CARD, HOLDER), ("F3", "代わり", "家族"), Vouched(Proxy(Helper.FAMILY))),
    (MatchingFace(CARD, HOLDER), ("F3", "意識", "意識"), Vouched(Emergency(EmergencyReason.UNCONSCIOUS))),
    (AwaitingConsent(VERIFIED), ("F3", "意識", "意識"), Vouched(Emergency(EmergencyReason.UNCONSCIOUS))),
    (WITHOUT_PHOTO, ("F2",), Vouched(Guardian(GuardianProof.PHOTO_ID))),
    (WITHOUT_PHOTO, ("F3", "写真のない", "母子"), Vouched(Guardian(GuardianProof.CHILD_HANDBOOK))),
    (AwaitingCardCode(CARD), ("F3", "付き添い", "通訳"), Attended(Attendance(Helper.INTERPRETER))),
]


@pytest.mark.parametrize(("state", "taps", "event"), EXCEPTIONS, ids=lambda value: type(value).__name__)
def test_an_exception_takes_three_taps_at_most_and_tells_of_the_patient_it_was_opened_for(
    window: ReceptionWindow, qtbot: QtBot, state: State, taps: tuple[str, ...], event: Event
) -> None:
    window.show_state(state)
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        tap(window, taps[0])
        for words in taps[1:]:
            tap(window.findChildren(WhatNow)[0], words)
    assert len(taps) <= 3
    assert heard.args == [event, state]


def test_what_was_opened_for_one_patient_is_gone_with_the_next(window: ReceptionWindow) -> None:
    window.show_state(MatchingFace(CARD, HOLDER))
    tap(window, "F3")
    window.show_state(ReadingCard("v2"))
    assert not any(each.isVisible() for each in window.findChildren(WhatNow))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "state", [Idle(), AwaitingCardCode(CARD), MatchingFace(CARD, HOLDER), WITHOUT_PHOTO, CONFIRMED]
)
def test_a_case_that_has_to_wait_says_for_what(qtbot: QtBot, state: State, language: str) -> None:
    words = Words("receptionist", language)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = WhatNow(state, words, parent)
    dialog.show()
    said = texts(dialog)
    for case in CASES:
        assert words[f"case_{'does' if choices(case, state) else 'waits'}.{case}"] in said
    enabled = [each.isEnabled() for each in dialog.findChildren(QPushButton)]
    assert enabled.count(True) == sum(bool(choices(case, state)) for case in CASES) + 1  # and the way back
    dialog.close()


def test_without_a_card_two_taps_open_the_form(window: ReceptionWindow) -> None:
    window.show_state(Idle())
    tap(window, "F3")
    tap(window.findChildren(WhatNow)[0], "カードがない")
    (form,) = window.findChildren(NumberForm)
    assert form.isVisible()


def test_on_a_round_whoever_is_there_is_noted_with_each_card_once(window: ReceptionWindow) -> None:
    told: list[object] = []
    window.happened.connect(lambda event, _: told.append(event))
    window.show_state(Idle())
    tap(window, "F3")
    tap(window.findChildren(WhatNow)[0], "訪問")
    tap(window.findChildren(WhatNow)[0], "施設")
    there = Attendance(Helper.CARER, Place.CARE_HOME)
    for visit in ("v1", "v2"):
        card = replace(CARD, insertion=visit)
        window.show_state(ReadingCard(visit))
        window.show_state(AwaitingCardCode(card))
        window.show_state(AwaitingCardCode(replace(card, attendance=there)))
        window.show_state(AwaitingCardCode(replace(card, attendance=Attendance(None, Place.CARE_HOME))))
        window.show_state(replace(CONFIRMED, verified=replace(VERIFIED, card=card)))
    assert told == [Attended(there), Attended(there)]
    assert "施設での受付：2人" in texts(window)
    tap(window, "訪問を終える")
    assert "施設での受付" not in texts(window)


def test_an_emergency_is_marked_until_somebody_looked_at_it(window: ReceptionWindow) -> None:
    window.show_state(EMERGENCY)
    assert Words("receptionist", "ja")["emergency.note"] in texts(window)
    assert numbers((Visit("v1", NOW, EMERGENCY), Visit("v2", NOW, CONFIRMED)))["second_look"] == 1


@pytest.mark.parametrize(
    "typed", ["たかさき", "タカサキ", "ﾀｶｻｷ", "たかさき はなこ", "髙﨑", "高崎", "19830401", "昭和58年"]
)
def test_somebody_is_found_however_it_is_typed(typed: str) -> None:
    assert matches(Visit("v1", NOW, CONFIRMED), typed)


def test_nobody_is_found_by_what_is_withheld_or_another_name() -> None:
    withheld = Withheld(VERIFIED, held=CONFIRMED, comparison=compare(HOLDER, RECORD))
    assert not matches(Visit("v1", NOW, withheld), "たかさき")
    assert matches(Visit("v1", NOW, withheld), "髙﨑")
    assert not matches(Visit("v1", NOW, CONFIRMED), "やまだ")


def test_the_list_shows_who_is_sought_and_all_again_once_that_is_cleared(window: ReceptionWindow) -> None:
    window.show_state(CONFIRMED)
    window.show_state(Stopped(Problem.CANCELLED, replace(CARD, insertion="v2")))
    (field,) = window.findChildren(FindField)
    (table,) = window.findChildren(QTableView)
    field.setText("はなこ")
    assert table.model().rowCount() == 1
    field.clear()
    assert table.model().rowCount() == 2


def test_the_key_for_finding_and_the_list_of_keys_are_there(window: ReceptionWindow, qtbot: QtBot) -> None:
    qtbot.waitActive(window)
    window.show_state(CONFIRMED)
    keys = dict(keys_of(window))
    assert {"F1", "F3", "F9", "Ctrl+F", "Ctrl+F7"} <= set(keys)
    assert "F10" not in keys  # only what works now
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(window.focusWidget(), FindField)
    QTest.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(window.findChildren(KeyList)), timeout=30_000)  # a key presses a button, then lets go
    (shown,) = window.findChildren(KeyList)
    assert all(key in texts(shown) for key in keys)
    shown.close()


def test_the_patients_screen_is_shown_while_the_patient_is_at_it_and_goes_with_the_state(
    window: ReceptionWindow,
) -> None:
    window.show_state(AwaitingCardCode(CARD))
    window.show_mirror(QPixmap(640, 400))
    assert len([each for each in window.findChildren(Mirror) if each.isVisible()]) == 1
    window.show_state(CONFIRMED)
    window.show_mirror(QPixmap(640, 400))
    assert not any(each.isVisible() for each in window.findChildren(Mirror))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "state",
    [
        *(AwaitingCardCode(CARD), MatchingFace(CARD, HOLDER), AwaitingConsent(VERIFIED), CONFIRMED, WITHOUT_PHOTO),
        *(CheckingEligibility(VERIFIED, frozenset()), Stopped(Problem.CARD_REMOVED, CARD), Idle(Problem.READER_ABSENT)),
    ],
    ids=lambda state: type(state).__name__,
)
def test_there_is_a_sentence_to_say_and_it_is_seen(window: ReceptionWindow, state: State, language: str) -> None:
    window.set_language(language)
    window.show_state(state)
    said = sentence_to_say(state, Words("receptionist", language))
    assert said
    assert said in texts(window)


def test_what_differs_between_card_service_and_last_visit_stands_beside_each_other(window: ReceptionWindow) -> None:
    words = Words("receptionist", "ja")
    before = replace(COVERAGE, insurer_number="06139992", insurer_name="前の健康保険組合")
    confirmed = replace(CONFIRMED, last=LastVisit(date(2026, 10, 1), 20, before))
    found = {each.name: each for each in differences(confirmed, words)}
    assert (found["氏名"].card, found["氏名"].service) == ("髙﨑　花子", "高崎　花子")
    assert (found["保険者"].service, found["保険者"].last_visit) == (
        "01130012",
        "06139992",
    )
    assert (found["負担割合"].service, found["負担割合"].last_visit[:2]) == ("3割", "2割")
    assert set(found) == {"氏名", "保険者", "負担割合"}
    window.show_state(confirmed)
    assert words["difference.title"] in texts(window)
    assert (window.width(), window.height()) == (1280, 800)


def test_where_all_agree_nothing_is_marked(window: ReceptionWindow) -> None:
    agreed = replace(
        CONFIRMED, record=replace(RECORD, name=HOLDER.name), last=LastVisit(date(2026, 10, 1), 30, COVERAGE)
    )
    assert differences(agreed, Words("receptionist", "ja")) == ()
