"""One conversation with one security key (CTAP 2.1), over whatever carries it: a new credential, or a proof of one.

The PIN is given to the key, enciphered for it by the library, and forgotten; no log, answer or error holds it. Each way
in which a key does not answer is a `KeyFault`; no exception of the library leaves here.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2.base import Ctap2
from fido2.ctap2.pin import ClientPin

from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.security_key import ALGORITHMS

_ERR = CtapError.ERR
_FAULTS: Final = {
    _ERR.NO_CREDENTIALS: KeyFault.FOREIGN,
    _ERR.INVALID_CREDENTIAL: KeyFault.FOREIGN,
    _ERR.ACTION_TIMEOUT: KeyFault.TIMEOUT,
    _ERR.USER_ACTION_TIMEOUT: KeyFault.TIMEOUT,
    _ERR.TIMEOUT: KeyFault.TIMEOUT,
    _ERR.KEEPALIVE_CANCEL: KeyFault.STOPPED,
    _ERR.OPERATION_DENIED: KeyFault.STOPPED,
    _ERR.PUAT_REQUIRED: KeyFault.PIN_NEEDED,
    _ERR.PIN_INVALID: KeyFault.PIN_WRONG,
    _ERR.PIN_POLICY_VIOLATION: KeyFault.PIN_WRONG,
    _ERR.PIN_AUTH_INVALID: KeyFault.PIN_WRONG,
    _ERR.UV_INVALID: KeyFault.PIN_WRONG,
    _ERR.PIN_BLOCKED: KeyFault.PIN_BLOCKED,
    _ERR.PIN_AUTH_BLOCKED: KeyFault.PIN_BLOCKED,
    _ERR.UV_BLOCKED: KeyFault.PIN_BLOCKED,
    _ERR.PIN_NOT_SET: KeyFault.UNFIT,
    _ERR.UNSUPPORTED_ALGORITHM: KeyFault.UNFIT,
    _ERR.UNSUPPORTED_OPTION: KeyFault.UNFIT,
    _ERR.KEY_STORE_FULL: KeyFault.UNFIT,
}
_Answered = TypeVar("_Answered")
_Proof = tuple[dict[str, bool] | None, bytes | None, int | None]  # options, and what a PIN or a finger gave


class _UnfitError(Exception):
    """The key cannot go on; why."""

    def __init__(self, fault: KeyFault) -> None:
        super().__init__(fault)
        self.fault = fault


def make(device: CtapDevice, question: Question, person: str, pin: str, stop: threading.Event) -> Answer | KeyFault:
    """A new credential of the key, that only this desk's domain can ask for (CTAP 2.1, 6.1)."""

    def ask() -> Answer:
        ctap = Ctap2(device)
        options, token, protocol = _verified(ctap, question, pin, stop)
        made = ctap.make_credential(
            question.challenge,
            {"id": question.domain, "name": question.domain},
            {"id": person.encode(), "name": person},
            [{"type": "public-key", "alg": each} for each in ALGORITHMS],
            options=options,
            pin_uv_param=token,
            pin_uv_protocol=protocol,
            event=stop,
        )
        return Answer(bytes(made.auth_data))

    return _asked(ask)


def prove(device: CtapDevice, question: Question, pin: str, stop: threading.Event) -> Answer | KeyFault:
    """The key's answer to the question, after a touch (CTAP 2.1, 6.2)."""

    def ask() -> Answer:
        ctap = Ctap2(device)
        options, token, protocol = _verified(ctap, question, pin, stop)
        proof = ctap.get_assertion(
            question.domain,
            question.challenge,
            _only(question),
            options=options,
            pin_uv_param=token,
            pin_uv_protocol=protocol,
            event=stop,
        )
        return Answer(bytes(proof.auth_data), proof.signature)

    return _asked(ask)


def holds(device: CtapDevice, question: Question) -> bool | KeyFault:
    """Whether the key has the credential, asked without a touch; a key that will not tell so may have it."""

    def ask() -> bool:
        try:
            Ctap2(device).get_assertion(question.domain, bytes(32), _only(question), options={"up": False})
        except CtapError as error:
            return error.code not in (_ERR.NO_CREDENTIALS, _ERR.INVALID_CREDENTIAL)
        return True

    return _asked(ask)


def _only(question: Question) -> list[Mapping[str, Any]]:
    return [{"type": "public-key", "id": question.credential}]


def _verified(ctap: Ctap2, question: Question, pin: str, stop: threading.Event) -> _Proof:
    """What shows that the holder was verified, where the question or the key wants that. Spends a try of a PIN."""
    able: Mapping[str, Any] = ctap.info.options
    is_new = not question.credential
    is_wanted_by_key = able.get("alwaysUv") or (is_new and able.get("clientPin") and not able.get("makeCredUvNotRqd"))
    if not (question.must_verify or is_wanted_by_key):
        return None, None, None
    permission = ClientPin.PERMISSION.MAKE_CREDENTIAL if is_new else ClientPin.PERMISSION.GET_ASSERTION
    if able.get("uv") and not pin:  # a finger, where one is known to the key
        if not able.get("pinUvAuthToken"):
            return {"uv": True}, None, None
        by_finger = ClientPin(ctap)
        return None, *_signed(by_finger, by_finger.get_uv_token(permission, question.domain, stop), question)
    if not able.get("clientPin"):
        raise _UnfitError(KeyFault.UNFIT)
    if not pin:
        raise _UnfitError(KeyFault.PIN_NEEDED)
    by_pin = ClientPin(ctap)
    return None, *_signed(by_pin, by_pin.get_pin_token(pin, permission, question.domain), question)


def _signed(by: ClientPin, token: bytes, question: Question) -> tuple[bytes, int]:
    return by.protocol.authenticate(token, question.challenge), by.protocol.VERSION


def _asked(ask: Callable[[], _Answered]) -> _Answered | KeyFault:
    try:
        return ask()
    except _UnfitError as unfit:
        return unfit.fault
    except CtapError as error:
        return _FAULTS.get(error.code, KeyFault.GARBLED)
    except OSError:
        return KeyFault.REMOVED
    except Exception:  # hostile bytes: the library lets whatever its parsers stumble over escape
        return KeyFault.GARBLED
