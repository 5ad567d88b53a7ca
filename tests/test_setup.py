"""The set-up asks for every setting, tries each step, and can be left and taken up again."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from device.camera import SharedCamera
from device.virtual.camera import VirtualSource
from terminal.configuration.draft import Sitting, Step, Value, checked, draft_of, finished, keep, settings_of, taken_up
from terminal.configuration.settings import CardChecks, SealKind, ServiceKind
from terminal.ports import Camera
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Role
from ui.setup.qr_picture import QrPicture
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Tried
from ui.setup.window import SetupWindow
from ui.theme.fonts import load_fonts
from ui.theme.tokens import TEXT_SCALES
from ui.words.catalogue import LANGUAGES, Words, load

PHRASE = "an invented phrase of words"
DRAFT: dict[str, Value] = {
    "clinic.name": "見本内科クリニック",
    "clinic.institution_code": "1319999999",
    "clinic.terminal": "desk-1",
    "eligibility.service": "https",
    "eligibility.https.url": "https://gateway.example/",
    "eligibility.https.ca_file": "/etc/uketsuke/ca.crt",
    "eligibility.https.client_certificate": "/etc/uketsuke/desk.crt",
    "eligibility.https.client_key": "/etc/uketsuke/desk.key",
}


class FakeTrials:
    """Answers as it was told to, and keeps in memory."""

    def __init__(self) -> None:
        self.is_good = True
        self.waits, self.was_stopped, self.cannot_keep = False, False, False
        self.kept: list[Sitting] = []
        self.asked: list[Step] = []
        self.keys: list[NewKeys] = []
        self.people: list[NewPerson] = []
        self.held: list[NewHeld] = []
        self._camera = SharedCamera(VirtualSource())

    def tried(self, trial: Trial) -> Tried:
        self.asked.append(trial.step)
        if self.waits:
            self.was_stopped = trial.stop.wait(30)
        return Tried(self.is_good, f"{trial.step} was tried")

    def seal_found(self) -> str:
        return SealKind.PASSPHRASE

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        self.keys.append(keys)
        return Tried(True, "keys were made", is_done=True)

    def enrol(self, trial: Trial, person: NewPerson | NewHeld) -> Tried:
        if isinstance(person, NewHeld):
            self.held.append(person)
            return Tried(True, "a key was enrolled", is_done=True)
        self.people.append(person)
        return Tried(True, "somebody was enrolled", is_done=True, needs_sign_in=True)

    def camera(self, device: int) -> Camera:
        return self._camera

    def keep(self, sitting: Sitting) -> None:
        if self.cannot_keep:
            raise TerminalError(Problem.CONFIGURATION_WRONG, "desk.toml.draft: Permission denied")
        self.kept.append(sitting)

    def write(self, draft: Mapping[str, Value]) -> Tried:
        return Tried(True, "written")

    def close(self) -> None:
        self._camera.close()


def test_each_setting_that_is_asked_for_has_a_name_and_an_explanation_which_in_english_is_the_programs() -> None:
    for kind in ServiceKind:
        for step in Step:
            for setting in settings_of(step, {"eligibility.service": str(kind)}):
                key = setting.path.replace(".", "-")
                if not setting.choices:  # the file's comment names the values, the window has words for them
                    assert load("setup", "en")[f"why.{key}"] == setting.explanation
                for language in LANGUAGES:
                    words = load("setup", language)
                    assert words[f"setting.{key}"]
                    assert len({words[f"choice.{key}-{each}"] for each in setting.choices}) == len(setting.choices)


def test_a_draft_makes_the_configuration_and_comes_back_from_it(tmp_path: Path) -> None:
    made = finished(DRAFT)
    assert made.eligibility.service is ServiceKind.HTTPS
    assert finished(draft_of(made)) == made
    sitting = Sitting(DRAFT, frozenset({Step.SITE, Step.READER}), Step.CAMERA)
    keep(sitting, tmp_path / "draft")
    assert taken_up(tmp_path / "draft") == sitting
    with pytest.raises(TerminalError) as caught:
        finished({"clinic.name": "見本"})
    assert caught.value.problem is Problem.CONFIGURATION_WRONG


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"v":9,"settings":{}}',
        b'{"v":2,"settings":{"x.y":1},"good":[],"step":"site"}',
        b'{"v":2,"settings":{"eligibility.service":"x"},"good":[],"step":"site"}',
        b'{"v":2,"settings":{},"good":["x"],"step":"site"}',
        b'{"v":2}',
    ],
)
def test_what_is_no_draft_of_ours_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "draft").write_bytes(content)
    assert taken_up(tmp_path / "draft") == Sitting()
    assert taken_up(tmp_path / "none") == Sitting()


def test_only_the_chosen_services_settings_are_asked_for_and_written() -> None:
    assert not checked(Step.SERVICE, DRAFT)
    assert checked(Step.SERVICE, {}) == ["eligibility.folder.folder"]  # the first choice is taken
    both = DRAFT | {"eligibility.service": "folder"}
    assert checked(Step.SERVICE, both) == ["eligibility.folder.folder"]
    assert finished(both | {"eligibility.folder.folder": "/srv/oqs"}).eligibility.https is None


@pytest.fixture
def trials(qtbot: QtBot) -> FakeTrials:
    return FakeTrials()


def opened(qtbot: QtBot, trials: FakeTrials, draft: dict[str, Value], step: Step = Step.SITE) -> SetupWindow:
    window = SetupWindow(trials, Sitting(draft, frozenset(), step), language="en", laying=QWidget)
    qtbot.addWidget(window)
    window.show()
    return window


def press(window: SetupWindow, key: str) -> None:
    text = Words("setup", "en")[key]
    button = next(each for each in window.findChildren(QPushButton) if each.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(window: SetupWindow) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_a_step_that_was_tried_gets_a_tick_and_loses_it_when_it_is_changed(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    steps = window.findChildren(QListWidget)[0]
    press(window, "try.site")
    qtbot.waitUntil(lambda: steps.item(0).text().startswith("✓"), timeout=20_000)
    assert "site was tried" in said(window)
    window.findChildren(QLineEdit)[0].setText("別の名")
    assert not steps.item(0).text().startswith("✓")
    assert window.sitting.draft["clinic.name"] == "別の名"
    trials.is_good = False
    press(window, "try.site")
    qtbot.waitUntil(lambda: len(trials.asked) == 2 and "site was tried" in said(window), timeout=20_000)
    assert not steps.item(0).text().startswith("✓")
    window.close()
    trials.close()


def test_what_is_missing_is_named_before_anything_is_tried(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, {})
    press(window, "try.site")
    assert "Name of the clinic, Institution code, Name of this desk" in said(window)
    assert trials.asked == []
    window.close()
    assert trials.kept == [Sitting()]
    trials.close()


def test_every_field_can_be_reached_and_is_named_and_the_service_brings_its_own(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    steps = window.findChildren(QListWidget)[0]
    for row, step in enumerate(Step):
        steps.setCurrentRow(row)
        assert window.step is step
        for field in [*window.findChildren(QLineEdit), *window.findChildren(QComboBox)]:
            assert field.accessibleName()
            assert field.accessibleDescription()
            assert field.focusPolicy() & Qt.FocusPolicy.TabFocus
    steps.setCurrentRow(list(Step).index(Step.SERVICE))
    chosen = window.findChildren(QComboBox)[0]
    chosen.setCurrentText(load("setup", "en")["choice.eligibility-service-fhir"])
    assert window.sitting.draft["eligibility.service"] == "fhir"
    press(window, "window.other")  # in Japanese from now on
    assert "資格確認の相手" in steps.item(3).text()
    window.close()
    trials.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_chosen_stands_there_in_words_and_the_draft_has_the_value(
    qtbot: QtBot, trials: FakeTrials, language: str
) -> None:
    window = opened(qtbot, trials, {"eligibility.service": "folder", "store.seal": "passphrase"}, Step.SERVICE)
    window.set_language(language)
    values = set(ServiceKind) | set(CardChecks) | set(SealKind)
    for step in (Step.SERVICE, Step.KEYS):
        window.findChildren(QListWidget)[0].setCurrentRow(list(Step).index(step))
        for field in window.findChildren(QComboBox):
            assert field.currentData() in values
            assert not values & {field.itemText(at) for at in range(field.count())}
    field.setCurrentIndex(field.findData("credential"))
    assert window.sitting.draft["store.seal"] == "credential"
    window.close()
    trials.close()


def entry(window: SetupWindow, key: str) -> QLineEdit:
    name = Words("setup", "en")[f"entry.{key}"]
    return next(each for each in window.findChildren(QLineEdit) if each.accessibleName() == name)


def test_whoever_left_half_way_comes_back_to_the_open_step_with_its_ticks(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    press(window, "try.site")
    qtbot.waitUntil(lambda: window.sitting.good == {Step.SITE}, timeout=20_000)
    press(window, "window.on")
    window.close()
    again = SetupWindow(trials, trials.kept[-1], language="en", laying=QWidget)
    qtbot.addWidget(again)
    assert again.step is Step.READER
    assert again.findChildren(QListWidget)[0].item(0).text().startswith("✓")
    again.close()
    trials.close()


def test_it_is_said_when_nothing_can_be_kept_for_another_sitting(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    press(window, "window.on")
    assert trials.kept[-1].step is Step.READER  # at each step, and not at the end alone
    trials.cannot_keep = True
    press(window, "window.on")
    assert "Permission denied" in said(window)
    window.close()
    trials.close()


def test_a_trial_that_waits_for_a_person_stops_when_its_page_is_left_and_is_not_told(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    trials.waits = True
    window = opened(qtbot, trials, dict(DRAFT), Step.READER)
    press(window, "try.reader")
    assert Words("setup", "en")["trying.reader"] in said(window)
    press(window, "window.on")
    qtbot.waitUntil(lambda: trials.was_stopped, timeout=20_000)
    window.close()
    assert window.sitting.good == frozenset()
    trials.close()


def test_the_seal_that_was_found_is_taken_and_the_keys_are_made_with_its_passphrase(
    qtbot: QtBot, trials: FakeTrials, tmp_path: Path
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.KEYS)
    qtbot.waitUntil(lambda: window.sitting.draft.get("store.seal") == "passphrase", timeout=20_000)
    for key, typed in (("passphrase", PHRASE), ("again", PHRASE), ("recovery", str(tmp_path / "away.pem"))):
        entry(window, key).setText(typed)
    press(window, "keys.make")
    qtbot.waitUntil(lambda: "keys were made" in said(window), timeout=20_000)
    assert trials.keys == [NewKeys(tmp_path / "away.pem", PHRASE, PHRASE)]
    assert PHRASE not in repr(trials.keys)
    assert entry(window, "passphrase").text() == ""
    assert Step.KEYS in window.sitting.good
    window.close()
    trials.close()


def test_people_are_enrolled_with_a_code_on_the_screen_and_nothing_typed_is_left(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.ROLES)
    picture = window.findChildren(QrPicture)[0]
    assert not picture.isVisible()
    assert not entry(window, "by").isVisible()
    for key, typed in (("id", "sys.op"), ("name", "見本 技師"), ("password", PHRASE), ("again", PHRASE)):
        entry(window, key).setText(typed)
    assert picture.isVisible()
    press(window, "role.it")
    entry(window, "code").setText("123456")
    press(window, "roles.enrol")
    qtbot.waitUntil(lambda: "somebody was enrolled" in said(window), timeout=20_000)
    person = trials.people[0]
    assert (person.id, person.roles, person.password, person.code) == ("sys.op", frozenset({Role.IT}), PHRASE, "123456")
    assert person.secret not in repr(person)
    assert (entry(window, "password").text(), entry(window, "id").text()) == ("", "")
    assert entry(window, "by").isVisible()  # from now on somebody of IT signs in
    window.close()
    trials.close()


def test_a_key_is_enrolled_for_somebody_who_is_there_and_nothing_typed_is_left(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.ROLES)
    for key, typed in (("whose", "hanako"), ("own_password", PHRASE), ("key_pin", "1234")):
        entry(window, key).setText(typed)
    press(window, "held.key")
    qtbot.waitUntil(lambda: "a key was enrolled" in said(window), timeout=20_000)
    (held,) = trials.held
    assert (held.id, held.is_card, held.password, held.pin) == ("hanako", False, PHRASE, "1234")
    assert PHRASE not in repr(held)
    assert (entry(window, "own_password").text(), entry(window, "key_pin").text()) == ("", "")
    press(window, "held.card")
    qtbot.waitUntil(lambda: len(trials.held) == 2, timeout=20_000)
    assert trials.held[1].is_card
    window.close()
    trials.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_no_button_is_cut_off_in_any_text_size(qtbot: QtBot, trials: FakeTrials, language: str, scale: float) -> None:
    load_fonts()
    window = opened(qtbot, trials, dict(DRAFT))
    window.set_language(language)
    window.set_text_scale(scale)
    steps = window.findChildren(QListWidget)[0]
    for row in range(len(Step)):
        steps.setCurrentRow(row)
        QApplication.processEvents()  # the layouts settle
        for each in window.findChildren(QPushButton):
            assert not each.isVisible() or each.width() >= each.fontMetrics().horizontalAdvance(each.text())
    window.close()
    trials.close()
