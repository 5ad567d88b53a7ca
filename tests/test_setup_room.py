"""The set-up on a real machine's parts: it waits for a card and a face, names the broken hop, makes keys and people."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest

from device.camera import SharedCamera
from device.card.reader import SupervisedCardReader
from device.virtual.camera import VirtualSource
from device.virtual.card_image import CardImage
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from offline_cache.keys import passphrase_seal
from offline_cache.rotation import read_keys
from terminal.commands.setup_parts import try_camera
from terminal.commands.setup_room import SetupRoom, draft_file
from terminal.configuration.draft import Sitting, Step, Value, finished, taken_up
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Reader
from terminal.configuration.writing import written
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.sealing.passphrase import Cost
from terminal.staff.one_time import new_secret
from terminal.staff.people import Role
from terminal.staff.signing_in import Claim
from ui.setup.trying import NewKeys, NewPerson, Trial, Tried
from ui.words.catalogue import Words

PHRASE = "an invented phrase of words"
EN = Words("setup", "en")


@pytest.fixture(autouse=True)
def _cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase_seal, "USUAL", Cost(memory_kib=64, passes=1, lanes=1))


@pytest.fixture
def draft(tmp_path: Path) -> dict[str, Value]:
    return {
        "clinic.name": "見本内科クリニック",
        "clinic.institution_code": "1319999999",
        "clinic.terminal": "desk-1",
        "eligibility.service": "folder",
        "eligibility.folder.folder": str(tmp_path / "oqs"),
        "store.folder": str(tmp_path / "store"),
        "store.seal": "passphrase",
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "desk.toml"


@pytest.fixture
def room(file: Path) -> Iterator[SetupRoom]:
    with closing(SetupRoom(file)) as room:
        yield room


def tried(room: SetupRoom, step: Step, draft: dict[str, Value], language: str = "en") -> Tried:
    return room.tried(Trial(step, draft, language, passphrase=PHRASE))


def test_the_configuration_that_is_written_reads_back_and_a_sitting_is_kept_beside_it(
    room: SetupRoom, file: Path, draft: dict[str, Value]
) -> None:
    assert tried(room, Step.SITE, draft).is_good
    assert not tried(room, Step.SITE, draft | {"clinic.institution_code": "1319999998"}).is_good
    room.keep(Sitting(draft, frozenset({Step.SITE}), Step.READER))
    assert taken_up(draft_file(file)).step is Step.READER
    assert room.write(draft).is_good
    assert read_configuration(file) == finished(draft)
    assert not room.write({"clinic.name": "見本"}).is_good


def test_what_no_step_asks_for_stays_in_a_configuration_that_is_written_again(
    room: SetupRoom, file: Path, draft: dict[str, Value]
) -> None:
    assert room.write(draft).is_good
    former = read_configuration(file)
    file.write_text(written(replace(former, support=replace(former.support, machine="03-0000-0000"))), "utf-8")
    assert room.write(draft | {"clinic.name": "見本眼科"}).is_good
    made = read_configuration(file)
    assert (made.support.machine, made.clinic.name) == ("03-0000-0000", "見本眼科")


@pytest.mark.parametrize("kind", ["practice card", "another card", "nothing"])
def test_the_reader_is_good_when_a_card_was_laid_and_recognised(
    tmp_path: Path, file: Path, draft: dict[str, Value], kind: str
) -> None:
    now = datetime.now(UTC)
    image_file = tmp_path / "card.json"
    if kind == "practice card":
        issue(load_deck()["p01"], Authority.make(now), now.date()).save(image_file)
    else:
        CardImage(bytes.fromhex("3B888001000000009181C100D8"), {}).save(image_file)
    reader = SupervisedCardReader(loopback=True)

    def opening(_: Reader) -> SupervisedCardReader:
        return reader

    stop, told = threading.Event(), []
    trial = Trial(Step.READER, draft, "en", stop)
    with closing(SetupRoom(file, opening)) as room:
        waiting = threading.Thread(target=lambda: told.append(room.tried(trial)))
        waiting.start()
        if kind == "nothing":
            assert reader.port  # it watches by now
            stop.set()
            waiting.join(30)
        else:
            with InsertedCard(image_file, "127.0.0.1", reader.port):
                waiting.join(30)
    assert not waiting.is_alive()
    assert [each.is_good for each in told] == [kind == "practice card"]
    assert (told[0].sentence == EN["reader.no_card"]) == (kind == "nothing")


def test_the_camera_is_good_when_it_sees_a_face() -> None:
    source, stop = VirtualSource(), threading.Event()
    stop.set()
    with closing(SharedCamera(source)) as camera:
        assert try_camera(camera, EN, stop).sentence == EN["camera.no_face"]
        source.stand("p01")
        assert try_camera(camera, EN, threading.Event()).is_good


def test_the_broken_hop_of_the_way_to_the_service_is_named(
    room: SetupRoom, tmp_path: Path, draft: dict[str, Value]
) -> None:
    said = tried(room, Step.SERVICE, draft)
    assert not said.is_good
    assert said.sentence.startswith("The way is broken here: ")
    for part in ("req", "res", "face"):
        (tmp_path / "oqs" / part).mkdir(parents=True)
    assert tried(room, Step.SERVICE, draft).is_good


def test_a_service_that_nobody_answers_for_is_told_with_its_hop(
    room: SetupRoom, tmp_path: Path, draft: dict[str, Value]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening: whoever connects is refused
        url = f"https://127.0.0.1:{taken.getsockname()[1]}/"
        authority = Authority.make(datetime.now(UTC))
        authority.save(tmp_path)
        tls = tmp_path / "tls"
        files = {"ca_file": "ca.crt", "client_certificate": "client.crt", "client_key": "client.key"}
        https: dict[str, Value] = {f"eligibility.https.{name}": str(tls / path) for name, path in files.items()}
        said = tried(room, Step.SERVICE, draft | https | {"eligibility.service": "https", "eligibility.https.url": url})
    assert not said.is_good
    assert "The way is broken here: " in said.sentence


def made_keys(room: SetupRoom, draft: dict[str, Value], place: Path) -> Tried:
    return room.make_keys(Trial(Step.KEYS, draft, "en"), NewKeys(place, PHRASE, PHRASE))


def test_keys_are_made_once_with_a_recovery_key_somewhere_else(
    room: SetupRoom, tmp_path: Path, draft: dict[str, Value]
) -> None:
    store, away = tmp_path / "store", tmp_path / "away.pem"
    trial = Trial(Step.KEYS, draft, "en")
    assert not room.tried(trial).is_good
    assert not made_keys(room, draft, store / "beside.pem").is_good
    assert room.make_keys(trial, NewKeys(None, PHRASE, PHRASE)).sentence == EN["keys.elsewhere"]
    assert room.make_keys(trial, NewKeys(away, PHRASE, PHRASE + " ")).sentence == EN["keys.differ"]
    assert not room.make_keys(trial, NewKeys(away, "short", "short")).is_good
    assert not (store / "keys.json").exists()
    away.unlink(missing_ok=True)
    made = made_keys(room, draft, away)
    assert made.is_good, made.sentence
    assert str(away) in made.sentence
    recovery = read_keys(store).wraps[-1].recovery_key
    assert recovery is not None
    assert recovery.id in made.sentence
    assert PHRASE not in made.sentence
    assert room.tried(trial).is_good
    before = (store / "keys.json").read_bytes()
    assert made_keys(room, draft, tmp_path / "second.pem").is_good  # they are there, and stay
    assert (store / "keys.json").read_bytes() == before
    assert not (tmp_path / "second.pem").exists()


def person(id_: str, role: Role, by: Claim | None = None) -> NewPerson:
    secret = new_secret()
    code = pyotp.TOTP(secret).now()
    return NewPerson(id_, "見本 実", frozenset({role}), PHRASE, PHRASE, secret, code, by or Claim(""))


def test_the_first_people_are_enrolled_until_nobody_is_lacking_and_then_it_enrols(
    room: SetupRoom, tmp_path: Path, draft: dict[str, Value]
) -> None:
    assert not tried(room, Step.ROLES, draft).is_good
    assert made_keys(room, draft, tmp_path / "away.pem").is_good
    trial = Trial(Step.ROLES, draft, "en", passphrase=PHRASE)
    said = tried(room, Step.ROLES, draft)
    assert (said.is_good, said.needs_sign_in) == (False, False)
    assert "Receptionist, IT" in said.sentence
    assert not room.enrol(trial, person("Sys Op", Role.IT)).is_good
    first = room.enrol(trial, person("hanako", Role.RECEPTIONIST))
    assert (first.is_good, first.is_done, first.needs_sign_in) == (False, True, False)
    admin = person("sys.op", Role.IT)
    second = room.enrol(trial, admin)
    assert (second.is_good, second.needs_sign_in) == (True, True)
    refused = room.enrol(trial, person("kansa", Role.AUDITOR))
    assert not refused.is_good
    later = pyotp.TOTP(admin.secret).at(int(time.time()) + 30)  # its first code was spent when it was enrolled
    third = room.enrol(trial, person("kansa", Role.AUDITOR, Claim("sys.op", PHRASE, later)))
    assert third.is_good, third.sentence
    assert "3 people" in third.sentence
    wrong = room.tried(Trial(Step.ROLES, draft, "en", passphrase="another phrase of words"))
    assert not wrong.is_good
