"""Who is on duty: a shift begins with two factors, is resumed with one, and the sealed code opens it once."""

from dataclasses import replace
from datetime import timedelta

from staff_roster import HANAKO, NOW, PASSWORD, TARO, Clock, FakeRoster, claim, code_at, roster_of

from terminal.access_log.access import Action
from terminal.staff.emergency import Emergency, new_code, plain_code
from terminal.staff.lockout import FREE
from terminal.staff.opening import open_emergency
from terminal.staff.password import hash_password
from terminal.staff.people import Member
from terminal.staff.policy import Policy
from terminal.staff.shift import EMERGENCY_CODE, MACHINE_LOGIN, Shift
from terminal.staff.signing_in import Accepted, Claim, Refusal, Refused


def on_shift(*members: Member, clock: Clock | None = None) -> tuple[Shift, FakeRoster, Clock]:
    clock, roster = clock or Clock(), roster_of(*members)
    return Shift(roster, clock, "clinic-login"), roster, clock


def test_a_desk_without_staff_is_open_under_the_machines_login_and_says_so() -> None:
    shift, _, _ = on_shift()
    actor = shift.who()
    assert shift.is_without_staff
    assert actor
    assert (actor.id, actor.role, actor.sign_in) == ("clinic-login", "receptionist", MACHINE_LOGIN)


def test_nobody_acts_before_somebody_has_signed_in() -> None:
    shift, _, _ = on_shift(HANAKO)
    assert shift.who() is None
    shift.sign_in(claim())
    actor = shift.who()
    assert actor
    assert (actor.id, actor.role, actor.sign_in) == ("hanako", "receptionist", "password+totp")


def test_who_was_here_comes_back_with_one_factor_within_the_shift_only() -> None:
    shift, roster, clock = on_shift(HANAKO, TARO)
    shift.sign_in(claim())
    at = clock.go_on(minutes=5)
    shift.sign_in(claim(at, "taro"))
    back = shift.sign_in(Claim("hanako", PASSWORD))
    assert isinstance(back, Accepted)
    assert back.sign_in == "password+remembered"
    at = clock.go_on(minutes=5)
    assert isinstance(shift.sign_in(Claim("taro", "", code_at(at))), Accepted)
    clock.go_on(hours=11)
    assert isinstance(shift.sign_in(Claim("hanako", PASSWORD)), Refused)
    seen = [(entry.action, entry.actor) for entry in roster.log[:4]]
    assert seen == [
        (Action.SIGNED_IN, "hanako"),
        (Action.SIGNED_IN, "taro"),
        (Action.SIGNED_OUT, "hanako"),
        (Action.SIGNED_IN, "hanako"),
    ]


def test_where_the_policy_remembers_nothing_two_factors_are_asked_each_time() -> None:
    roster = roster_of(HANAKO)
    roster.rules = Policy(shift=timedelta(0))
    shift = Shift(roster, Clock(), "login")
    shift.sign_in(claim())
    assert isinstance(shift.sign_in(Claim("hanako", PASSWORD)), Refused)


def test_someone_disabled_is_off_duty_at_once() -> None:
    shift, roster, _ = on_shift(HANAKO)
    shift.sign_in(claim())
    roster.people["hanako"] = replace(roster.people["hanako"], is_enabled=False)
    assert shift.who() is None
    assert (roster.log[-1].action, roster.log[-1].reason) == (Action.SIGNED_OUT, "disabled")


def test_the_sealed_code_opens_once_for_some_hours_however_it_is_typed() -> None:
    shift, roster, clock = on_shift(HANAKO)
    code = new_code()
    roster.code = Emergency(1, hash_password(plain_code(code)), NOW)
    assert isinstance(shift.open_emergency("AAAAA-AAAAA-AAAAA-AAAAA"), Refused)
    assert shift.open_emergency(f" {code.lower().replace('-', ' ')} ") is None
    actor = shift.who()
    assert actor
    assert (actor.id, actor.sign_in) == ("emergency", EMERGENCY_CODE)
    assert roster.code.is_to_review
    clock.go_on(hours=4)
    assert shift.who() is None
    assert roster.log[-1].reason == "emergency_over"
    assert isinstance(shift.open_emergency(code), Refused)
    assert {entry.action for entry in roster.log} == {Action.EMERGENCY_OPENED, Action.SIGNED_OUT}


def test_a_desk_started_anew_in_an_emergency_opens_by_the_same_code_and_no_longer() -> None:
    shift, roster, clock = on_shift(HANAKO)
    code = new_code()
    roster.code = Emergency(1, hash_password(plain_code(code)), NOW)
    assert shift.open_emergency(code) is None
    ends = roster.code.ends
    clock.go_on(hours=3)
    again = Shift(roster, clock, "clinic-login")
    assert isinstance(again.open_emergency("AAAAA-AAAAA-AAAAA-AAAAA"), Refused)
    assert roster.code.failures == 1
    assert again.open_emergency(code) is None
    assert roster.code.ends == ends
    roster.code = replace(roster.code, reviewed_by="kansa")
    assert isinstance(again.open_emergency(code), Refused)


def test_guessing_the_sealed_code_makes_one_wait() -> None:
    roster = FakeRoster(code=Emergency(1, hash_password("x"), NOW))
    for _ in range(FREE):
        open_emergency(roster, "WRONG", NOW, timedelta(hours=4))
    found = open_emergency(roster, "X", NOW, timedelta(hours=4))
    assert isinstance(found, Refused)
    assert found.why is Refusal.WAIT
