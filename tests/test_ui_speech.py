"""What is said aloud: recordings for every sentence, who hears what, and a sound device that fails without fault."""

import os
import subprocess
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.configuration.settings import Listening
from ui.speech.alsa import AlsaSpeaker
from ui.speech.jack import is_plugged
from ui.speech.line import Hearing, Line, audible, line
from ui.speech.recordings import FOLDER, VOICES, place_of, recording_of
from ui.speech.sentences import UNSPOKEN, UNSPOKEN_TABLES, sentences
from ui.speech.speaker import Mute
from ui.words.catalogue import Words, load

MOST_BYTES = 6_000_000
TIME_LIMIT = 30.0
JA = Words("patient", "ja")
HELLO, TITLE = line(JA, "ear.began"), line(JA, "idle.title")
PERSONAL = Line(JA.format("code.tries", tries=3), "ja", is_personal=True)
PRIVATE = line(JA, "ear.private")
PLUGGED = "numid=12,iface=CARD,name='Headphone Jack'\n  ; type=BOOLEAN,access=r-------,values=1\n  : values=on\n"
MIC = "numid=9,iface=CARD,name='Mic Jack'\n  ; type=BOOLEAN,access=r-------,values=1\n  : values=on\n"


# --- recordings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", VOICES)
def test_every_sentence_has_its_recording_and_no_recording_is_of_another_sentence(language: str) -> None:
    wanted = {place_of(language, text) for text in sentences(language)}
    there = set((FOLDER / language).glob("*.opus"))
    assert sorted(path.name for path in wanted - there) == [], "run ./run speech"
    assert sorted(path.name for path in there - wanted) == [], "run ./run speech"


def test_the_recordings_are_opus_and_small() -> None:
    files = list(FOLDER.rglob("*.opus"))
    assert all(path.read_bytes()[:4] == b"OggS" and b"OpusHead" in path.read_bytes()[:64] for path in files)
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_what_is_left_unspoken_is_in_the_catalogue() -> None:
    keys = set(load("patient", "ja"))
    assert keys >= UNSPOKEN
    assert {key.split(".")[0] for key in keys} >= set(UNSPOKEN_TABLES)


def test_a_recording_is_heard_as_sound(tmp_path: Path) -> None:
    recording = recording_of(HELLO)
    assert recording is not None
    subprocess.run(["opusdec", "--quiet", str(recording), str(tmp_path / "heard.wav")], check=True)
    with wave.open(str(tmp_path / "heard.wav")) as heard:
        assert 1 < heard.getnframes() / heard.getframerate() < 6
        assert max(heard.readframes(heard.getnframes())[1::2]) > 0x20


def test_a_changed_sentence_and_a_language_without_a_voice_have_no_recording() -> None:
    assert recording_of(HELLO) is not None
    assert recording_of(Line(HELLO.text + "!", "ja")) is None
    assert recording_of(line(Words("patient", "vi"), "ear.began")) is None


def test_no_digit_that_someone_typed_can_be_said() -> None:
    for language in VOICES:
        words = Words("patient", language)
        said = [words.format("ear.digit", typed=typed) for typed in range(14)]
        assert all(recording_of(Line(text, language)) for text in said)  # how many there are, and nothing else
        assert recording_of(Line("4", language)) is None


# --- who hears it -----------------------------------------------------------------------------------------------------

LINES = st.lists(st.builds(Line, st.sampled_from([HELLO.text, TITLE.text]), st.just("ja"), st.booleans()))


@given(LINES)
def test_a_loudspeaker_says_nothing_personal(lines: list[Line]) -> None:
    personal = [one for one in lines if one.is_personal]
    said = audible(lines, Hearing.LOUDSPEAKER)
    assert not any(one.is_personal for one in said)
    assert (PRIVATE in said) == bool(personal)
    assert said.count(PRIVATE) <= 1


@given(LINES)
def test_earphones_hear_everything_in_its_order(lines: list[Line]) -> None:
    assert audible(lines, Hearing.EARPHONES) == lines


@pytest.mark.parametrize(
    ("contents", "plugged"),
    [
        (PLUGGED, True),
        (PLUGGED.replace("=on", "=off"), False),
        (PLUGGED.replace("Headphone", "Front Headphone"), True),
        (PLUGGED.replace("Headphone Jack", "Headphone Phantom Jack"), None),
        (MIC, None),
        (MIC + PLUGGED.replace("=on", "=off"), False),
        ("", None),
    ],
)
def test_a_plug_is_felt_where_the_socket_can_tell(contents: str, plugged: bool | None) -> None:
    assert is_plugged(contents) is plugged


# --- the machine's sound, with programs of our own in place of ALSA's -------------------------------------------------


class Programs:
    """A folder of programs before all others: `aplay` notes what it gets, and plays until it is let go."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.log, self.hold = folder, folder / "played", folder / "hold"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        self.write("opusdec", 'printf %s "$3"')
        self.write("amixer", f'printf "{PLUGGED}"')
        self.write(
            "aplay",
            f'heard=$(cat); echo "${{heard##*/}}" >>{self.log}; while [ -e {self.hold} ]; do sleep 0.02; done',
        )

    def write(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def heard(self, *lines: Line) -> bool:
        """Waits until just these lines were played."""
        names = [place_of(one.language, one.text).name for one in lines]
        ends = time.monotonic() + TIME_LIMIT
        while time.monotonic() < ends:
            played = self.log.read_text().split() if self.log.exists() else []
            if played == names:
                return True
            threading.Event().wait(0.02)
        raise AssertionError((played, names))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


@pytest.fixture
def speaker() -> Iterator[AlsaSpeaker]:
    made = AlsaSpeaker()
    yield made
    made.close()


class Told:
    """Where sound was told to come from."""

    def __init__(self, speaker: AlsaSpeaker) -> None:
        self.all: list[Hearing] = []
        self._changed = threading.Condition()
        speaker.listen(self._tell)

    def _tell(self, hearing: Hearing) -> None:
        with self._changed:
            self.all.append(hearing)
            self._changed.notify_all()

    def wait(self, *hearings: Hearing) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.all == list(hearings), TIME_LIMIT), self.all


def test_lines_are_played_one_after_the_other(programs: Programs, speaker: AlsaSpeaker) -> None:
    told = Told(speaker)
    speaker.say([HELLO, TITLE, PERSONAL])
    assert programs.heard(HELLO, TITLE, PERSONAL)
    told.wait(Hearing.EARPHONES)


def test_what_is_said_next_cuts_off_what_is_being_said(programs: Programs, speaker: AlsaSpeaker) -> None:
    programs.hold.touch()  # the first line would never end
    speaker.say([HELLO, PERSONAL])
    assert programs.heard(HELLO)
    speaker.say([TITLE])
    assert programs.heard(HELLO, TITLE)


def test_what_is_added_waits_and_the_newest_alone(programs: Programs, speaker: AlsaSpeaker) -> None:
    programs.hold.touch()
    speaker.say([HELLO])
    assert programs.heard(HELLO)
    speaker.add([PERSONAL])
    speaker.add([TITLE])
    programs.hold.unlink()
    assert programs.heard(HELLO, TITLE)


def test_without_earphones_everyone_hears_only_what_is_for_everyone(programs: Programs, speaker: AlsaSpeaker) -> None:
    programs.write("amixer", f'printf "{PLUGGED.replace("=on", "=off")}"')
    speaker.say([TITLE, PERSONAL, PERSONAL])
    assert programs.heard(TITLE, PRIVATE)


def test_a_card_that_has_only_earphones_is_not_asked_for_a_socket(programs: Programs) -> None:
    programs.write("amixer", "exit 1")
    speaker = AlsaSpeaker("1", Listening.EARPHONES)
    speaker.say([PERSONAL])
    assert programs.heard(PERSONAL)
    speaker.close()


def test_a_machine_without_sound_is_told_once_and_nothing_is_raised(programs: Programs, speaker: AlsaSpeaker) -> None:
    told = Told(speaker)
    programs.write("aplay", "exit 1")
    speaker.say([HELLO, TITLE])
    told.wait(Hearing.NOWHERE)
    speaker.say([HELLO])
    programs.write("aplay", "cat >/dev/null")
    speaker.say([TITLE])
    told.wait(Hearing.NOWHERE, Hearing.EARPHONES)  # plugged in again


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_a_machine_without_the_programs_has_no_sound(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("PATH", path)
    speaker = AlsaSpeaker()
    told = Told(speaker)
    speaker.say([HELLO])
    told.wait(Hearing.NOWHERE)
    speaker.close()


def test_closing_ends_a_player_that_hangs(programs: Programs) -> None:
    speaker = AlsaSpeaker()
    programs.hold.touch()
    speaker.say([HELLO])
    assert programs.heard(HELLO)
    begun = time.monotonic()
    speaker.close()
    assert time.monotonic() - begun < TIME_LIMIT
    speaker.say([TITLE])  # and after that nothing is said
    speaker.add([TITLE])
    assert programs.heard(HELLO)


def test_a_mute_machine_says_so() -> None:
    told: list[Hearing] = []
    mute = Mute()
    mute.listen(told.append)
    mute.say([HELLO])
    mute.add([HELLO])
    mute.close()
    assert told == [Hearing.NOWHERE]
