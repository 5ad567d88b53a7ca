"""What belongs here: the settings that the set-up asks for, and the draft of them between two sittings; no window."""

from pathlib import Path

import pytest
from setup_windows import DRAFT

from terminal.configuration.draft import Sitting, Step, checked, draft_of, finished, keep, settings_of, taken_up
from terminal.configuration.settings import ServiceKind
from terminal.problems import Problem, TerminalError
from ui.words.catalogue import LANGUAGES, load


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
