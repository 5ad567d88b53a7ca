"""The patient's window: what a finger and a keyboard do there."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


import pytest
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, ASKING_PIN, CARD, CODE, HOLDER, VERIFIED
from seen_patient import Seen

from terminal.events import (
    Cancelled,
    CardCodeEntered,
    ConsentGiven,
    FaceDeclined,
    FaceRetried,
)
from terminal.failure_book.book import Audience, sentence
from terminal.people import Consent
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    Idle,
    MatchingFace,
    State,
    Stopped,
)


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


# --- the other screens ------------------------------------------------------------------------------------------------


def test_consent_is_told_once_every_question_is_answered(seen: Seen) -> None:
    asked = AwaitingConsent(VERIFIED)
    seen.show(asked)
    for answer in ("いいえ：お薬と診療の情報", "はい：健診の情報"):
        seen.press(answer)
        seen.press("次へ")
        assert seen.events == []
    seen.press("はい：限度額の情報")
    seen.press("いいえ：限度額の情報")
    seen.press("はい：限度額の情報")
    seen.press("次へ")
    assert seen.events == [(ConsentGiven(frozenset({Consent.CHECKUPS, Consent.LIMIT_AMOUNT})), asked)]


def test_yes_and_no_weigh_the_same_and_nothing_is_chosen_beforehand(seen: Seen) -> None:
    seen.show(AwaitingConsent(VERIFIED))
    answers = [part for part in seen.buttons() if part.text() in ("はい", "いいえ")]
    assert len(answers) == 6
    assert not any(part.isChecked() for part in answers)
    assert len({(part.property("kind"), part.font().pixelSize()) for part in answers}) == 1
    assert max(part.width() for part in answers) - min(part.width() for part in answers) <= 1


@pytest.mark.parametrize(
    ("state", "text", "event"),
    [
        (MatchingFace(CARD, HOLDER), "暗証番号を使う", FaceDeclined()),
        (ASKING_PIN, "カメラでもう一度", FaceRetried()),
        (ASKING_CODE, "やめる", Cancelled()),
        (AwaitingConsent(VERIFIED), "やめる", Cancelled()),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_press_tells_its_event(seen: Seen, state: State, text: str, event: object) -> None:
    seen.show(state)
    seen.press(text)
    assert seen.events == [(event, state)]


def test_the_language_changes_at_once_and_what_was_typed_stays(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    with seen.qtbot.waitSignal(seen.window.language_changed, timeout=30_000) as changed:
        seen.press("言語 Language")
        seen.press("English")
    assert changed.args == ["en"]
    japanese = [text for text in seen.texts() if any("ぁ" <= character <= "ん" for character in text)]
    assert japanese == []
    seen.press("Check")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_next_patient_finds_the_language_and_look_of_the_site(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.window.set_language("vi")
    seen.window.set_high_contrast(True)
    seen.show(Idle())
    assert "マイナンバーカードを置いてください" in seen.texts()


def test_a_screen_comes_back_when_no_language_is_chosen(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    seen.press("言語 Language")
    assert "照合番号を入力してください" not in seen.texts()
    seen.press("言語 Language")
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_an_ending_is_never_hidden_behind_the_languages(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.press("言語 Language")
    seen.show(Stopped(Problem.CARD_REMOVED, CARD))
    assert sentence(Problem.CARD_REMOVED, Audience.PATIENT, "ja") in seen.texts()


def test_the_same_state_shown_again_changes_nothing(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:3])
    seen.show(ASKING_CODE)
    assert "3桁を入力しました" in " ".join(seen.texts())
