"""Two factors of two kinds, each try counted; a code is accepted once; nobody is locked out for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff_roster import HANAKO, HASH, NOW, PASSWORD, SECRET, TARO, Clock, FakeRoster, claim, code_at, roster_of

from terminal.access_log.access import Access
from terminal.staff.emergency import Emergency
from terminal.staff.held import HeldFactors
from terminal.staff.lockout import FREE, MOST, delay_after, wait
from terminal.staff.one_time import STEP_SECONDS, accepted_step, enrolment_uri, new_secret
from terminal.staff.password import NOBODYS, hash_password, is_password, weakness
from terminal.staff.people import Member, Role, enrolment_faults, roles_held_by_nobody
from terminal.staff.policy import ALLOWED, Act, Policy, may, suffice, takes_two
from terminal.staff.shift import Shift
from terminal.staff.signing_in import Accepted, Claim, Refusal, Refused, judge, sign_in

SYSTEM = Member("sys", "見本　技師", frozenset({Role.IT}), HASH, SECRET, revision=1)
AUDITOR = Member("kansa", "見本　監査", frozenset({Role.AUDITOR}), HASH, SECRET, revision=1)


def test_password_and_code_together_sign_in() -> None:
    verdict = judge(HANAKO, claim(), NOW)
    assert isinstance(verdict, Accepted)
    assert (verdict.sign_in, verdict.member.failures) == ("password+totp", 0)


@pytest.mark.parametrize(
    "shown",
    [
        Claim("hanako"),
        Claim("hanako", PASSWORD),
        Claim("hanako", "", code_at(NOW)),
        Claim("hanako", PASSWORD, "000000"),
        Claim("hanako", PASSWORD + "x", code_at(NOW)),
        Claim("hanako", PASSWORD, "", b"another card"),
        Claim("hanako", PASSWORD, code_at(NOW), b"another card"),
    ],
)
def test_one_factor_or_a_wrong_one_is_not_enough_and_is_counted(shown: Claim) -> None:
    verdict = judge(HANAKO, shown, NOW)
    assert isinstance(verdict, Refused)
    assert (verdict.why, verdict.member and verdict.member.failures) == (Refusal.WRONG, 1)


def with_card() -> FakeRoster:
    return FakeRoster({"hanako": replace(HANAKO, card=b"hash")}, rules=Policy(is_card_factor=True))


def test_a_staff_card_is_a_second_factor_only_where_the_policy_says_so() -> None:
    shown = Claim("hanako", PASSWORD, card=b"hash")
    verdict = sign_in(with_card(), shown, NOW, Act.CHECK_IN)
    assert isinstance(verdict, Accepted)
    assert verdict.sign_in == "password+staff_card"
    assert isinstance(sign_in(roster_of(replace(HANAKO, card=b"hash")), shown, NOW, Act.CHECK_IN), Refused)


def test_a_card_that_does_not_count_does_not_stand_in_the_way_of_a_code() -> None:
    roster = roster_of(replace(HANAKO, card=b"hash"))
    verdict = sign_in(roster, Claim("hanako", PASSWORD, code_at(NOW), b"hash"), NOW, Act.CHECK_IN)
    assert isinstance(verdict, Accepted)
    assert verdict.sign_in == "password+totp"


def test_a_card_alone_is_never_enough_even_for_who_was_there_in_this_shift() -> None:
    shift = Shift(with_card(), Clock(), "login")
    assert isinstance(shift.sign_in(Claim("hanako", PASSWORD, card=b"hash")), Accepted)
    assert shift.is_remembered("hanako")
    assert isinstance(shift.sign_in(Claim("hanako", card=b"hash")), Refused)


def test_a_card_says_who_comes_and_a_disabled_persons_says_nothing() -> None:
    roster = with_card()
    held = HeldFactors(roster)

    def owner(card: bytes) -> str:
        return held.owner_of(card, Act.CHECK_IN)

    assert (owner(b"hash"), owner(b"other"), owner(b"")) == ("hanako", "", "")
    roster.people["hanako"] = replace(HANAKO, card=b"hash", is_enabled=False)
    assert owner(b"hash") == ""


def test_a_card_without_a_password_is_not_two_factors() -> None:
    assert isinstance(judge(replace(HANAKO, card=b"hash"), Claim("hanako", "", code_at(NOW), b"hash"), NOW), Refused)


@pytest.mark.parametrize(("skew", "is_accepted"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_that_is_off_by_one_step_is_borne(skew: int, is_accepted: bool) -> None:
    typed = code_at(NOW + timedelta(seconds=skew))
    assert (accepted_step(SECRET, typed, NOW, 0) is not None) == is_accepted


@settings(max_examples=60)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(-45, 45))  # noqa: DTZ001
def test_a_code_is_accepted_once_and_no_older_one_after_it(at: datetime, seconds: int) -> None:
    step = accepted_step(SECRET, code_at(at), at, 0)
    assert step == int(at.timestamp()) // STEP_SECONDS
    later = at + timedelta(seconds=max(0, seconds))
    assert accepted_step(SECRET, code_at(at), later, step) is None
    older = code_at(at - timedelta(seconds=STEP_SECONDS))
    assert older == code_at(at) or accepted_step(SECRET, older, at, step) is None


def test_a_replayed_code_is_refused_by_the_roster_too() -> None:
    roster = roster_of(HANAKO)
    assert isinstance(sign_in(roster, claim(), NOW, Act.CHECK_IN), Accepted)
    again = sign_in(roster, claim(), NOW + timedelta(seconds=5), Act.CHECK_IN)
    assert isinstance(again, Refused)
    assert again.why is Refusal.WRONG


def test_full_width_letters_are_the_same_password_and_code() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else "　" for letter in PASSWORD)
    digits = "".join(chr(ord(digit) + 0xFEE0) for digit in code_at(NOW))
    assert isinstance(judge(HANAKO, Claim("hanako", wide, digits), NOW), Accepted)


def test_nobody_known_is_refused_as_somebody_wrong_and_what_was_typed_is_not_written() -> None:
    roster = roster_of(HANAKO, replace(TARO, is_enabled=False))
    for typed in ("my secret password", "taro"):
        verdict = sign_in(roster, claim(id_=typed), NOW, Act.CHECK_IN)
        assert verdict == Refused(Refusal.WRONG)
    assert {entry.actor for entry in roster.log} == {"unknown"}
    assert "my secret password" not in str(roster.log)


def test_no_secret_is_in_any_text_of_anything() -> None:
    shown = claim()
    told = f"{HANAKO!r} {shown!r} {judge(HANAKO, shown, NOW)!r} {Emergency(1, HASH, NOW)!r}"
    for secret in (PASSWORD, SECRET, HASH, shown.code, "見本"):
        assert secret not in told


def test_waits_grow_and_are_never_for_ever() -> None:
    waits = [delay_after(failures) for failures in range(200)]
    assert waits[:FREE] == [timedelta(0)] * FREE
    assert waits == sorted(waits)
    assert waits[-1] == MOST


def test_whoever_waits_is_not_compared_and_is_not_counted() -> None:
    failed = replace(HANAKO, failures=FREE, failed_at=NOW)
    verdict = judge(failed, claim(NOW + timedelta(seconds=1)), NOW + timedelta(seconds=1))
    assert isinstance(verdict, Refused)
    assert (verdict.why, verdict.member) == (Refusal.WAIT, failed)
    later = NOW + delay_after(FREE)
    assert isinstance(judge(failed, claim(later), later), Accepted)


@given(st.integers(0, 50), st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_clock_that_was_changed_makes_nobody_wait_longer_than_the_delay(failures: int, off: timedelta) -> None:
    assert timedelta(0) <= wait(failures, NOW, NOW + off) <= delay_after(failures)


def test_after_a_clock_that_was_set_back_the_wait_ends_all_the_same() -> None:
    roster = roster_of(replace(HANAKO, failures=FREE, failed_at=NOW + timedelta(days=365)))
    assert isinstance(sign_in(roster, claim(), NOW, Act.CHECK_IN), Refused)
    later = NOW + delay_after(FREE) + timedelta(seconds=1)
    assert isinstance(sign_in(roster, claim(later), later, Act.CHECK_IN), Accepted)


def test_a_try_is_counted_even_when_another_process_counts_at_the_same_time() -> None:
    class Busy(FakeRoster):
        times = 0

        def keep(self, member: Member, access: Access) -> bool:
            if self.times == 0:
                self.times = 1
                self.people[member.id] = replace(self.people[member.id], failures=1, failed_at=NOW, revision=7)
            return super().keep(member, access)

    roster = Busy({"hanako": HANAKO})
    sign_in(roster, claim(password="wrong and wrong"), NOW, Act.CHECK_IN)
    assert roster.people["hanako"].failures == 2


def test_what_is_not_theirs_to_do_is_refused_after_the_factors_were_right() -> None:
    roster = roster_of(SYSTEM, AUDITOR)
    assert sign_in(roster, claim(id_="sys"), NOW, Act.CHECK_IN).__class__ is Refused
    assert [(entry.actor, entry.outcome, entry.reason) for entry in roster.log] == [("sys", "refused", "role")]


def test_nobody_holds_all_roles_nor_it_and_auditor() -> None:
    assert "nobody holds all roles" in enrolment_faults("ab", "x", Role)
    assert enrolment_faults("ab", "x", [Role.IT, Role.AUDITOR])
    assert not enrolment_faults("tanaka.h", "見本　花子", [Role.RECEPTIONIST, Role.SHIFT_LEAD])
    assert enrolment_faults("emergency", "x", [Role.IT])
    assert enrolment_faults("Tanaka", "", [])
    assert roles_held_by_nobody([HANAKO, replace(SYSTEM, is_enabled=False)]) == [Role.SHIFT_LEAD, Role.IT, Role.AUDITOR]


@given(st.sets(st.sampled_from(Role), min_size=1), st.sets(st.sampled_from(Role), min_size=1), st.sampled_from(Act))
def test_two_suffice_only_as_two_people_in_two_roles(mine: set[Role], others: set[Role], act: Act) -> None:
    first, second = replace(HANAKO, roles=frozenset(mine)), replace(TARO, roles=frozenset(others))
    assert not suffice(first, first, act)
    assert not suffice(first, replace(second, is_enabled=False), act)
    if suffice(first, second, act):
        assert may(first, act)
        assert len(mine | others) >= 2


def test_a_patients_identity_always_takes_two_and_an_export_where_the_policy_says_so() -> None:
    assert takes_two(Act.UNSEAL_PATIENT, Policy())
    assert not takes_two(Act.EXPORT_LOG, Policy())
    assert takes_two(Act.EXPORT_LOG, Policy(is_four_eyes=True))
    assert set(ALLOWED) == set(Act)


def test_a_hash_is_argon2id_and_opens_for_its_password_alone() -> None:
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hash_password(PASSWORD) != HASH
    assert is_password(PASSWORD, HASH)
    assert not is_password(PASSWORD.upper(), HASH)
    assert not is_password("", NOBODYS)


@pytest.mark.parametrize("password", ["short", "hanako hanako 12", "aaaaaaaaaaaaaaaa", "x" * 600])
def test_weak_passwords_are_not_taken(password: str) -> None:
    assert weakness(password, "hanako")
    assert not weakness(PASSWORD, "hanako")


def test_an_app_scans_issuer_person_and_desk() -> None:
    secret = new_secret()
    uri = enrolment_uri(secret, "hanako", "desk-1")
    assert uri.startswith("otpauth://totp/Uketsuke:hanako%40desk-1?secret=" + secret)
