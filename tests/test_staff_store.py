"""Who may sign in is kept with the log: a change and its entry are one, tries survive a restart, old stores take it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from staff_roster import HASH, NOW, PASSWORD, SECRET
from staffed_store import ENTRY, entries_in, member, roster_in
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Action
from terminal.staff.emergency import Emergency
from terminal.staff.lockout import FREE
from terminal.staff.people import Role
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import Accepted, Claim, Refusal, Refused, sign_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_store(tmp_path / "store", PracticeSeal(tmp_path / "store"), FixedClock(NOW), "desk 1").close()
    return tmp_path / "store"


@pytest.fixture
def roster(folder: Path) -> Iterator[SqlRoster]:
    with closing(roster_in(folder)) as roster:
        yield roster


def test_what_is_kept_is_found_again(roster: SqlRoster, folder: Path) -> None:
    kept = replace(member("taro", Role.IT, Role.SHIFT_LEAD), card=b"\1" * 32, failures=2, failed_at=NOW, totp_step=7)
    assert roster.keep(kept, ENTRY)
    assert roster.members() == [replace(kept, revision=1)] == [roster.member("taro")]
    assert roster.member("nobody") is None
    made = Emergency(1, HASH, NOW)
    assert roster.keep_emergency(made, ENTRY)
    assert roster.emergency() == replace(made, revision=1)
    rules = Policy(True, timedelta(minutes=5), timedelta(0), timedelta(hours=1))
    roster.keep_policy(rules, ENTRY)
    assert roster.policy() == rules
    assert [entry.action for entry in entries_in(folder)] == [Action.STAFF_CHANGED] * 3


def test_a_change_over_one_that_was_not_seen_is_not_made_nor_recorded(roster: SqlRoster, folder: Path) -> None:
    assert roster.keep(member(), ENTRY)
    first = roster.member("hanako")
    assert first
    assert roster.keep(replace(first, failures=1), ENTRY)
    assert not roster.keep(replace(first, failures=9), ENTRY)
    assert not roster.keep(member(), ENTRY)
    assert len(entries_in(folder)) == 2


def test_a_change_whose_entry_cannot_be_written_is_not_made(roster: SqlRoster) -> None:
    with pytest.raises(Exception, match="journal_failed"):
        roster.keep(member(), replace(ENTRY, reason="\ud800"))
    assert roster.members() == []


def test_failures_and_spent_codes_survive_a_restart(folder: Path) -> None:
    right = Claim("hanako", PASSWORD, pyotp.TOTP(SECRET).at(NOW))
    with closing(roster_in(folder)) as roster:
        roster.keep(member(), ENTRY)
        assert isinstance(sign_in(roster, right, NOW, Act.CHECK_IN), Accepted)
        for _ in range(FREE):
            sign_in(roster, replace(right, password="wrong and wrong"), NOW, Act.CHECK_IN)
    with closing(roster_in(folder)) as roster:
        verdict = sign_in(roster, right, NOW, Act.CHECK_IN)
        assert isinstance(verdict, Refused)
        assert verdict.why is Refusal.WAIT
        kept = roster.member("hanako")
        assert kept
        roster.keep(replace(kept, failures=0, failed_at=None), ENTRY)
        replayed = sign_in(roster, right, NOW, Act.CHECK_IN)
        assert isinstance(replayed, Refused)
        assert replayed.why is Refusal.WRONG


def test_the_log_says_who_tried_and_how_it_ended_and_holds_no_secret(roster: SqlRoster, folder: Path) -> None:
    roster.keep(member(), ENTRY)
    code = pyotp.TOTP(SECRET).at(NOW)
    sign_in(roster, Claim("hanako", PASSWORD, "000000"), NOW, Act.CHECK_IN)
    sign_in(roster, Claim("hanako", PASSWORD, code), NOW, Act.CHECK_IN)
    refused, signed_in = entries_in(folder)[1:]
    assert (refused.actor, refused.outcome, refused.reason, refused.role) == (
        "hanako",
        "refused",
        "wrong",
        "receptionist",
    )
    assert (signed_in.outcome, signed_in.sign_in, signed_in.purpose) == ("signed_in", "password+totp", "operation")
    with closing(read_store(folder, None)) as reader:
        lines = b"".join(stored.line for stored in reader.entries())
    assert not any(secret.encode() in lines for secret in (PASSWORD, SECRET, HASH, "見本"))
