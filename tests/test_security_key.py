"""A security key proves only itself, only to this desk, only now."""

import hashlib
import struct
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from authenticator import DOMAIN, PIN, Authenticator, Usb, ask, enrol, shown
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from terminal.staff.key_words import Answer, KeyDoubt, KeyFault, Touch
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.security_key import Credential, enrolled, proved, question_to, read_credential
from terminal.staff.signing_in import Accepted, Claim, Factor, Refusal, Refused, judge

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
PASSWORD = "kaki kusa hon mado"
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), hash_password(PASSWORD), revision=1)
UP, UV, AT = 0x01, 0x04, 0x40


def test_a_key_that_was_enrolled_proves_itself_and_its_count_is_kept() -> None:
    key = Authenticator()
    kept = enrol(key)
    for count in (1, 2):
        written = shown(kept, Usb(key))
        assert isinstance(written, bytes)
        kept = read_credential(written)
        assert kept.counter == count


def test_with_a_password_it_signs_in_and_the_log_says_how() -> None:
    key = Authenticator()
    kept = enrol(key)
    touch = ask(kept, Usb(key))
    assert isinstance(touch, Touch)
    member = replace(HANAKO, key=kept.write())
    verdict = judge(member, Claim("hanako", PASSWORD, touch=touch), NOW)
    assert isinstance(verdict, Accepted)
    assert verdict.sign_in == "password+security_key"
    assert verdict.factors == {Factor.PASSWORD, Factor.SECURITY_KEY}
    assert read_credential(verdict.member.key).counter == 1
    assert isinstance(judge(verdict.member, Claim("hanako", PASSWORD, touch=touch), NOW), Refused)  # once
    assert isinstance(judge(member, Claim("hanako", touch=touch), NOW), Refused)  # never alone


def test_a_key_that_counts_nothing_is_borne() -> None:
    key = Authenticator(step=0)
    kept = enrol(key)
    assert shown(kept, Usb(key)) == kept.write()


def test_a_count_that_does_not_go_on_says_that_there_may_be_a_copy() -> None:
    key = Authenticator(step=-1)
    key.counter = 8
    kept = enrol(key)
    assert shown(kept, Usb(key)) is KeyDoubt.COPIED
    touch = ask(kept, Usb(key))
    assert isinstance(touch, Touch)
    verdict = judge(replace(HANAKO, key=kept.write()), Claim("hanako", PASSWORD, touch=touch), NOW)
    assert isinstance(verdict, Refused)
    assert (verdict.why, verdict.member and verdict.member.failures) == (Refusal.KEY_COPIED, 1)


def test_an_answer_given_before_proves_nothing() -> None:
    key = Authenticator()
    kept = enrol(key)
    touch = ask(kept, Usb(key))
    assert isinstance(touch, Touch)
    key.replays = touch.answer
    assert shown(kept, Usb(key)) is KeyDoubt.WRONG


def test_an_answer_to_another_party_proves_nothing() -> None:
    key = Authenticator(signs_for="another.example")
    assert shown(enrol(key), Usb(key)) is KeyDoubt.WRONG


def test_the_answer_of_another_key_under_the_same_name_proves_nothing() -> None:
    key, other = Authenticator(), Authenticator()
    kept = enrol(key)
    other.keys[kept.attested.credential_id] = ec.generate_private_key(ec.SECP256R1())
    touch = ask(kept, Usb(other))
    assert isinstance(touch, Touch)
    verdict = judge(replace(HANAKO, key=kept.write()), Claim("hanako", "wrong password", touch=touch), NOW)
    assert isinstance(verdict, Refused)
    assert verdict.why is Refusal.KEY  # and nothing of the password


def test_an_answer_without_a_touch_proves_nothing() -> None:
    key = Authenticator()
    kept = enrol(key)
    question = question_to(kept.write(), must_verify=False)
    data = hashlib.sha256(DOMAIN.encode()).digest() + struct.pack(">BI", 0, 9)
    name = kept.attested.credential_id
    signature = key.keys[name].sign(data + question.challenge, ec.ECDSA(SHA256()))
    assert proved(kept.write(), Touch(question, Answer(data, signature))) is KeyDoubt.WRONG


def test_a_person_without_a_key_cannot_show_one() -> None:
    key = Authenticator()
    touch = ask(enrol(key), Usb(key))
    assert isinstance(touch, Touch)
    verdict = judge(HANAKO, Claim("hanako", PASSWORD, touch=touch), NOW)
    assert isinstance(verdict, Refused)
    assert verdict.why is Refusal.KEY


ONE = Authenticator()


@cache
def kept_of_one() -> Credential:
    """One key for many examples."""
    return enrol(ONE)


@given(st.binary(max_size=400), st.binary(max_size=80))
def test_no_bytes_at_all_prove_anything_or_escape(data: bytes, signature: bytes) -> None:
    question = question_to(kept_of_one().write(), must_verify=False)
    assert proved(kept_of_one().write(), Touch(question, Answer(data, signature))) is KeyDoubt.WRONG
    assert enrolled(Touch(question, Answer(data))) is None


@given(st.integers(0, 36), st.integers(1, 255))
def test_not_one_bit_of_an_answer_can_be_changed(at: int, flip: int) -> None:
    question = question_to(kept_of_one().write(), must_verify=False)
    data = hashlib.sha256(DOMAIN.encode()).digest() + struct.pack(">BI", UP, 5)
    signature = ONE.keys[kept_of_one().attested.credential_id].sign(data + question.challenge, ec.ECDSA(SHA256()))
    assert isinstance(proved(kept_of_one().write(), Touch(question, Answer(data, signature))), bytes)
    changed = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
    assert proved(kept_of_one().write(), Touch(question, Answer(changed, signature))) is KeyDoubt.WRONG


def test_each_question_is_a_fresh_one() -> None:
    asked = {question_to(kept_of_one().write(), must_verify=False).challenge for _ in range(50)}
    assert {len(each) for each in asked} == {32}
    assert len(asked) == 50


def test_nothing_of_a_key_stands_in_a_text() -> None:
    question = question_to(kept_of_one().write(), must_verify=True)
    answer = Answer(b"data of a key", b"signature of a key")
    said = repr(Claim("x", touch=Touch(question, answer))) + repr(question) + repr(answer) + repr(kept_of_one())
    assert not any(each in said for each in ("signature of", "data of", repr(question.challenge), "challenge"))


# the key's own PIN


def test_where_the_policy_wants_a_pin_the_key_asks_for_it_and_says_that_it_did() -> None:
    key = Authenticator(pin=PIN)
    kept = enrol(key, PIN)
    assert ask(kept, Usb(key), must_verify=True) is KeyFault.PIN_NEEDED
    assert ask(kept, Usb(key), must_verify=True, pin="wrong-pin") is KeyFault.PIN_WRONG
    assert isinstance(shown(kept, Usb(key), must_verify=True, pin=PIN), bytes)


def test_a_key_that_locked_itself_says_so() -> None:
    key = Authenticator(pin=PIN)
    kept = enrol(key, PIN)
    key.pin_tries = 1
    assert ask(kept, Usb(key), must_verify=True, pin="wrong-pin") is KeyFault.PIN_BLOCKED


def test_a_touch_alone_is_not_enough_where_the_policy_wants_a_pin() -> None:
    key = Authenticator()
    kept = enrol(key)
    assert ask(kept, Usb(key), must_verify=True) is KeyFault.UNFIT
    touch = ask(kept, Usb(key))
    assert isinstance(touch, Touch)
    strict = replace(touch, question=replace(touch.question, must_verify=True))
    assert proved(kept.write(), strict) is KeyDoubt.WRONG
