"""Who a patient is stands once in a check-in's log, sealed; only the auditors' key, two people and a reason open it."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_log import HANAKO, NOW, OTHERS, PHRASE, PRIVATE, READ, REASON, TARO, entries_of, filled, given_lines

from offline_cache.keys.identity_key import (
    PRACTICE,
    identity_key,
    opener,
    practice_identity_key,
    read_identity_key,
    read_private,
)
from offline_cache.keys.recovery import open_recovery, recovery_key
from offline_cache.store import read_store
from terminal.__main__ import main
from terminal.access_log.access import Action, Actor, Identity
from terminal.access_log.entry import Entry, EntryUnreadable, enter, read_entry, read_verified, write_entry
from terminal.access_log.identity import Named, identities, read_identity, write_identity
from terminal.access_log.masking import MaskedField, copied_fields, masked_plain, plain_of, seal
from terminal.access_log.verify import Intact, verify
from terminal.access_log.verify_fields import check_written
from terminal.card_token import TokenKind
from terminal.commands.configured import auditors_of, sealing_of
from terminal.configuration.settings import Log
from terminal.coverage import Coverage, Record, Relation
from terminal.events import EligibilityAnswered, Event, HolderRead
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError
from terminal.recording_in_full import in_full
from terminal.states import Confirmed, ReadingHolder, State

IDENTITIES = st.builds(Identity, st.text(), st.text(), st.none() | st.dates())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "store", identity_key(PRIVATE))


def named(folder: Path, subject: str) -> list[Named]:
    with closing(read_store(folder, None)) as log:
        return list(identities(((each.seq, each.line) for each in log.entries()), subject, opener(PRIVATE)))


def test_the_auditors_key_opens_a_name_and_no_one_elses_is_opened(folder: Path) -> None:
    first = entries_of(folder)[1]
    assert named(folder, first.subject) == [Named(1, HANAKO)]
    assert [bool(each.identity) for each in entries_of(folder)] == [False, True, True, False]


def test_no_name_stands_in_any_entry_in_the_open(folder: Path) -> None:
    with closing(read_store(folder, None)) as log:
        content = b"".join(each.line for each in log.entries()).decode()
    for text in (HANAKO.name, HANAKO.kana, TARO.name, "1980-04-01", "花子"):
        assert text not in content
    assert not any(word in repr((READ, HANAKO)) for word in ("花子", "1980"))


def test_without_a_key_nothing_is_sealed(tmp_path: Path) -> None:
    folder = filled(tmp_path / "store", None)
    assert not any(each.identity for each in entries_of(folder))
    assert named(folder, entries_of(folder)[1].subject) == []


def test_the_log_with_sealed_names_is_intact_and_fits_its_schema(folder: Path) -> None:
    text = (files("terminal.access_log") / "schema" / "entry-2.json").read_text("utf-8")
    check = fastjsonschema.compile(json.loads(text))
    with closing(read_store(folder, None)) as log:
        assert isinstance(verify(log.stored(), log.keys), Intact)
        assert check_written(log.rows()) is None
        for each in log.entries():
            check(json.loads(plain_of(each.line)))


def test_another_key_and_another_purpose_open_nothing(folder: Path) -> None:
    entry = entries_of(folder)[1]
    with pytest.raises(ValueError, match="another key"):
        opener(OTHERS)(entry.identity)
    kek = recovery_key(PRIVATE).seal(bytes(32))
    assert open_recovery(kek, PRIVATE) == bytes(32)
    with pytest.raises(ValueError, match="another key"):
        open_recovery(identity_key(PRIVATE).encrypt(bytes(32), b"uketsuke/journal/identity/1"), PRIVATE)
    lines = [(1, plain_line(entry))]
    assert list(identities(lines, entry.subject, opener(OTHERS))) == [Named(1, None)]


def plain_line(entry: Entry) -> bytes:
    return seal(write_entry(entry), bytes(16))


@given(IDENTITIES)
def test_what_is_sealed_is_opened_again_and_its_length_tells_little(identity: Identity) -> None:
    written = write_identity(identity)
    assert len(written) % 128 == 0
    assert read_identity(opener(PRIVATE)(identity_key(PRIVATE).seal(written))) == identity


@given(IDENTITIES)
def test_an_entry_with_a_sealed_identity_is_read_as_it_is_written(identity: Identity) -> None:
    sealed = identity_key(PRIVATE).seal(write_identity(identity))
    entry = enter(READ, seq=7, at=NOW, terminal="desk-1", subject="a" * 32, identity=sealed)
    line = write_entry(entry)
    assert read_entry(line) == read_verified(line) == entry


@pytest.mark.parametrize("identity", ['""', '"not base64!"', '"a\\\\nb"', "null", "{}"])
def test_an_entry_with_an_odd_identity_is_refused(identity: str) -> None:
    line = write_entry(enter(READ, seq=7, at=NOW, terminal="desk-1", subject="", identity="QUJD"))
    assert read_entry(line).identity == "QUJD"
    with pytest.raises(EntryUnreadable):
        read_entry(line.replace(b'"QUJD"', identity.encode()))


def test_a_sealed_identity_can_be_masked(folder: Path) -> None:
    with closing(read_store(folder, None)) as log:
        lines = [each.line for each in log.entries()]
    assert isinstance(copied_fields(lines[1], ("identity",))["identity"], MaskedField)
    assert "identity" not in copied_fields(lines[0], ("identity",))
    assert json.loads(masked_plain(plain_of(lines[1]), ("identity",)))["identity"] == ""


def test_a_copy_leaves_it_out_where_that_is_asked_for(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.zip"
    asked = ["--out", str(out), "--reason", REASON, "--recipient", "the city", "--mask", "identity"]
    assert main(["log", "export", str(folder), "--format", "bundle", *asked]) == 0
    assert main(["log", "verify", str(out)]) == 0


# who it is, in a check-in

HOLDER = Holder(TARO.name, "", date(1950, 12, 31), Sex.MALE, None, date(2030, 1, 1), IssuerTrust.CHECKED)
CARD = Card("visit-1", TokenKind.PLASTIC, b"certificate", NOW, 3, 3)
COVERAGE = Coverage("00138057", "架空区", "1", "2", "01", Relation.SUBSCRIBER, 30, None, None)
RECORD = Record(HANAKO.name, HANAKO.kana, HANAKO.birth_date, None, None)


def recorded(action: Action, event: Event, after: State) -> Identity | None:
    return in_full(replace(READ, action=action), event, after, Actor("tanaka.h")).identity


def answer(holder: Holder | None) -> tuple[Action, EligibilityAnswered, Confirmed]:
    confirmed = Confirmed(Verified(CARD, holder, VerificationMethod.FACE), RECORD, COVERAGE, NOW)
    return Action.ANSWER_SHOWN, object.__new__(EligibilityAnswered), confirmed


def test_the_entry_that_first_learns_who_it_is_says_so_and_no_other() -> None:
    reading = object.__new__(ReadingHolder)
    assert recorded(Action.HOLDER_READ, HolderRead(HOLDER), reading) == TARO
    assert recorded(Action.FACE_COMPARED, HolderRead(HOLDER), reading) is None
    assert recorded(*answer(HOLDER)) is None  # the card has told
    assert recorded(*answer(None)) == HANAKO  # a phone or a paper had not
    assert recorded(Action.ELIGIBILITY_ASKED, *answer(None)[1:]) is None


# keys


def test_a_pair_is_made_with_its_private_half_under_a_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    with given_lines(PHRASE) as descriptor:
        asked = ["--private", str(private), "--public", str(public), "--passphrase-fd", descriptor]
        assert main(["keys", "identity", *asked]) == 0
    assert read_identity_key(public) == identity_key(read_private(private, lambda: PHRASE))
    assert read_identity_key(public).id in capsys.readouterr().out
    assert b"ENCRYPTED" in private.read_bytes()
    assert private.stat().st_mode & 0o777 == 0o600
    assert auditors_of(Log(public)) == read_identity_key(public)
    with pytest.raises(TerminalError) as raised:
        read_private(private, lambda: "other words than these")
    assert raised.value.problem is Problem.KEY_PASSPHRASE_WRONG
    with given_lines(PHRASE) as descriptor:  # and nothing is written over
        asked = ["--private", str(private), "--public", str(public), "--passphrase-fd", descriptor]
        assert main(["keys", "identity", *asked]) == 1


def test_a_short_passphrase_makes_no_pair(tmp_path: Path) -> None:
    with given_lines("short") as descriptor:
        asked = ["--private", str(tmp_path / "a"), "--public", str(tmp_path / "b"), "--passphrase-fd", descriptor]
        assert main(["keys", "identity", *asked]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_says_whether_names_are_sealed(tmp_path: Path) -> None:
    (path := tmp_path / "public.pem").write_bytes(identity_key(PRIVATE).pem())
    assert identity_key(PRIVATE).id in sealing_of(Log(path))
    assert "nobody" in sealing_of(Log())
    with pytest.raises(TerminalError) as raised:
        auditors_of(Log(tmp_path / "absent.pem"))
    assert raised.value.problem is Problem.CONFIGURATION_WRONG


def test_practice_has_a_pair_of_its_own_that_says_so(tmp_path: Path) -> None:
    made = practice_identity_key(tmp_path)
    assert practice_identity_key(tmp_path) == made == identity_key(read_private(tmp_path / PRACTICE, str))
    assert "NOT-FOR-REAL-DATA" in PRACTICE
