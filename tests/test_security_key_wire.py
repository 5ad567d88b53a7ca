"""Whatever a security key does on its cable or on the reader, the desk is told why, in time."""

import threading
from contextlib import closing
from typing import Any

import pytest
from authenticator import DOMAIN, PIN, Authenticator, Nfc, Usb, ask, enrol, keys_of, shown
from fido2.hid import CtapHidDevice
from fido2.pcsc import CtapPcscDevice
from hypothesis import given
from hypothesis import strategies as st

from device.staff import ctap, hidraw
from device.staff.process import _Connection
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import Answer, KeyFault, Question, Touch
from terminal.staff.security_key import enrolled, proved, question_to

PASSWORD = "kaki kusa hon mado"


def test_no_key_and_two_keys_to_enrol_are_said() -> None:
    question, stop = Question(DOMAIN), threading.Event()
    assert keys_of().make(question, "hanako", "", stop) is KeyFault.ABSENT
    assert keys_of(Usb(Authenticator()), Usb(Authenticator())).make(question, "hanako", "", stop) is KeyFault.SEVERAL


def test_another_persons_key_is_told_without_a_touch_and_the_right_one_is_found_beside_it() -> None:
    key, other = Authenticator(), Authenticator(has_finger=False)
    kept = enrol(key)
    assert ask(kept) is KeyFault.ABSENT
    assert ask(kept, Usb(other)) is KeyFault.FOREIGN
    assert isinstance(shown(kept, Usb(other), Usb(key)), bytes)


def test_a_key_that_nobody_touches_is_waited_for_no_longer_than_said() -> None:
    key = Authenticator()
    kept = enrol(key)
    key.touched.clear()
    assert ask(kept, Usb(key), touch_s=0.2) is KeyFault.TIMEOUT


def test_waiting_for_a_touch_can_be_stopped() -> None:
    key = Authenticator()
    kept = enrol(key)
    key.touched.clear()
    cable, stop = Usb(key), threading.Event()

    def stop_when_asked() -> None:
        cable.asks.wait(30)
        stop.set()

    stopping = threading.Thread(target=stop_when_asked)
    stopping.start()
    assert keys_of(cable).prove(question_to(kept.write(), must_verify=False), "", stop) is KeyFault.STOPPED
    stopping.join()


def test_a_key_pulled_amid_its_answer_is_removed() -> None:
    key = Authenticator()
    kept = enrol(key)
    assert ask(kept, Usb(key, is_cut=True)) is KeyFault.REMOVED


def test_a_mute_key_and_one_that_is_busy_for_ever_do_not_hang_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidraw, "SILENCE_S", 0.2)
    key = Authenticator()
    kept = enrol(key)
    assert ask(kept, Usb(key, is_mute=True)) is KeyFault.REMOVED
    monkeypatch.setattr(hidraw, "LIFE_S", 0.5)
    key.touched.clear()
    assert ask(kept, Usb(key, is_busy_for_ever=True), touch_s=0.2) is KeyFault.TIMEOUT


def test_frames_out_of_their_order_are_no_answer() -> None:
    key = Authenticator()
    kept = enrol(key)
    assert ask(kept, Usb(key, wrong_sequence=True)) is KeyFault.GARBLED


@given(st.binary(min_size=0, max_size=200))
def test_whatever_a_key_says_is_an_answer_or_a_fault(said: bytes) -> None:
    class Noise(CtapHidDevice):
        def __init__(self) -> None:
            pass

        def call(self, *_: Any, **__: Any) -> bytes:
            return said

    question, stop = Question(DOMAIN, b"name"), threading.Event()
    assert isinstance(ctap.prove(Noise(), question, "", stop), KeyFault | Answer)
    assert isinstance(ctap.make(Noise(), question, "hanako", "", stop), KeyFault | Answer)


def test_a_key_over_nfc_is_enrolled_and_proves_itself() -> None:
    key, stop = Authenticator(pin=PIN), threading.Event()
    device = CtapPcscDevice(_Connection(Nfc(key).transmit), "staff")
    with closing(device):
        making = Question(DOMAIN, must_verify=True)
        made = ctap.make(device, making, "hanako", PIN, stop)
        assert isinstance(made, Answer)
        kept = enrolled(Touch(making, made))
        assert kept
        question = question_to(kept.write(), must_verify=True)
        answer = ctap.prove(device, question, PIN, stop)
        assert isinstance(answer, Answer)
        assert isinstance(proved(kept.write(), Touch(question, answer)), bytes)


def test_a_key_taken_off_the_reader_amid_its_answer_is_removed() -> None:
    nfc, is_gone = Nfc(Authenticator()), threading.Event()

    def transmit(command: bytes) -> bytes:
        if is_gone.is_set():
            raise TerminalError(Problem.CARD_REMOVED)
        return nfc.transmit(command)

    device = CtapPcscDevice(_Connection(transmit), "staff")
    is_gone.set()
    assert ctap.make(device, Question(DOMAIN), "hanako", "", threading.Event()) is KeyFault.REMOVED
