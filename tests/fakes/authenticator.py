"""A security key, at the wire: CTAP2 messages with real P-256 keys, in CTAPHID frames over a socket or in APDUs.

The socket keeps the borders of reports, as hidraw does.
"""

import hashlib
import hmac
import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.hid import CtapHidDevice
from fido2.hid.base import HidDescriptor

from device.staff.hidraw import Hidraw
from device.staff.keys import FidoKeys
from terminal.staff.key_words import Answer, KeyDoubt, KeyFault, Question, Touch
from terminal.staff.security_key import Credential, enrolled, proved, question_to

DOMAIN = "reception.uketsuke.internal"
PIN = "hana-1234"
PASSWORD = "kaki kusa hon mado"
UP, UV, AT = 0x01, 0x04, 0x40


def cose(key: ec.EllipticCurvePrivateKey) -> dict[int, Any]:
    made: dict[int, Any] = ES256.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]
    return dict(made)


@dataclass
class Authenticator:
    """A security key's inside (CTAP 2.1, 6), with knobs for what a bad one does. `touched`: a finger lies on it."""

    pin: str = ""
    step: int = 1  # by which its counter goes on
    signs_for: str = ""  # another party than asked
    replays: Answer | None = None
    has_finger: bool = True
    touched: threading.Event = field(default_factory=threading.Event)
    counter: int = 0
    keys: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    pin_tries: int = 3
    ephemeral: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    token: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        if self.has_finger:
            self.touched.set()

    def answer(self, request: bytes) -> bytes:
        """A status byte and CBOR."""
        asked: dict[int, Any] = dict(cbor.decode(request[1:])) if len(request) > 1 else {}  # type: ignore[arg-type]
        match request[0]:
            case 0x04:
                options = {"rk": False, "up": True, **({"clientPin": True} if self.pin else {})}
                info = {1: ["FIDO_2_0"], 3: bytes(16), 4: options, 5: 1200, 6: [1]}
                return b"\x00" + cbor.encode(info)
            case 0x01:
                return self._make(asked)
            case 0x02:
                return self._prove(asked)
            case 0x06:
                return self._client_pin(asked)
        return b"\x01"

    def needs_touch(self, request: bytes) -> bool:
        if request[0] == 0x02:
            asked: dict[int, Any] = dict(cbor.decode(request[1:]))  # type: ignore[arg-type]
            return asked.get(5, {}).get("up", True) and asked[3][0]["id"] in self.keys
        return request[0] == 0x01

    def _make(self, asked: dict[int, Any]) -> bytes:
        flags = self._flags(asked, asked.get(8))
        if isinstance(flags, bytes):
            return flags
        made, name = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.keys[name] = made
        public = cbor.encode(cose(made))
        attested = bytes(16) + struct.pack(">H", len(name)) + name + public
        return b"\x00" + cbor.encode({1: "none", 2: self._data(asked[2]["id"], flags | AT) + attested, 3: {}})

    def _prove(self, asked: dict[int, Any]) -> bytes:
        name = asked[3][0]["id"]
        if name not in self.keys:
            return b"\x2e"
        if asked.get(5, {}).get("up", True) is False:
            return self._signed(asked, name, 0)
        flags = self._flags(asked, asked.get(6))
        return flags if isinstance(flags, bytes) else self._signed(asked, name, flags)

    def _signed(self, asked: dict[int, Any], name: bytes, flags: int) -> bytes:
        self.counter += self.step if flags else 0
        data = self._data(self.signs_for or asked[1], flags)
        signature = self.keys[name].sign(data + asked[2], ec.ECDSA(SHA256()))
        if self.replays and flags:
            data, signature = self.replays.data, self.replays.signature
        return b"\x00" + cbor.encode({1: {"type": "public-key", "id": name}, 2: data, 3: signature})

    def _data(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _flags(self, asked: dict[int, Any], proof: bytes | None) -> int | bytes:
        if proof is None:
            return UP
        challenge = asked[1] if isinstance(asked[1], bytes) else asked[2]
        right = hmac.digest(self.token, challenge, "sha256")[:16]
        return UP | UV if hmac.compare_digest(right, proof) else b"\x33"

    def _client_pin(self, asked: dict[int, Any]) -> bytes:
        """PIN protocol one (CTAP 2.1, 6.5.6)."""
        if asked[2] == 2:
            return b"\x00" + cbor.encode({1: {**cose(self.ephemeral), 3: -25}})
        theirs = ec.EllipticCurvePublicNumbers(
            int.from_bytes(asked[3][-2]), int.from_bytes(asked[3][-3]), ec.SECP256R1()
        ).public_key()
        shared = hashlib.sha256(self.ephemeral.exchange(ec.ECDH(), theirs)).digest()
        cipher = Cipher(algorithms.AES(shared), modes.CBC(bytes(16)))
        given = cipher.decryptor().update(asked[6])
        if self.pin_tries == 0:
            return b"\x32"
        if not hmac.compare_digest(given, hashlib.sha256(self.pin.encode()).digest()[:16]):
            self.pin_tries -= 1
            return b"\x31" if self.pin_tries else b"\x32"
        return b"\x00" + cbor.encode({2: cipher.encryptor().update(self.token)})


@dataclass
class Usb:
    """A key on its cable: CTAPHID frames of 64 bytes (CTAP 2.1, 11.2.4), with knobs for what goes wrong there."""

    key: Authenticator
    is_mute: bool = False
    is_cut: bool = False
    wrong_sequence: bool = False
    is_busy_for_ever: bool = False
    asks: threading.Event = field(default_factory=threading.Event)  # set when it blinks for a touch

    def plug(self, furniture: ExitStack) -> CtapHidDevice:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        serving = threading.Thread(target=self._serve, args=(theirs,))
        serving.start()
        furniture.callback(serving.join)
        connection = Hidraw(ours.detach(), 64)
        descriptor = HidDescriptor("test", 0, 0, 64, 64, None, None)
        device = CtapHidDevice(descriptor, connection)
        furniture.callback(device.close)
        return device

    def _serve(self, wire: socket.socket) -> None:
        with wire:
            self._wire = wire
            while report := self._report():
                channel, command, size = struct.unpack_from(">IBH", report)
                data = report[7:]
                while len(data) < size:
                    data += self._report()[5:]
                if not self._react(channel, command & 0x7F, data[:size]):
                    return

    def _react(self, channel: int, command: int, data: bytes) -> bool:
        if command == 0x06:
            self._say(channel, 0x06, data + struct.pack(">IBBBBB", 7, 2, 1, 0, 0, 0x04))
        elif command == 0x10 and self.is_mute:
            return bool(self._report())  # until who asked gives up
        elif command == 0x10:
            if self.key.needs_touch(data) and not self._is_touched(channel):
                self._say(channel, 0x10, b"\x2d")
            else:
                return self._say(channel, 0x10, self.key.answer(data))
        return True

    def _is_touched(self, channel: int) -> bool:
        while not self.key.touched.wait(0.02):
            self._say(channel, 0x3B, b"\x02")
            self.asks.set()
            self._wire.settimeout(0.02)
            try:
                said = self._report()
            except TimeoutError:
                continue
            finally:
                self._wire.settimeout(None)
            is_cancelled = said[4:5] == b"\x91" and not self.is_busy_for_ever
            if is_cancelled or not said:
                return False
        return True

    def _say(self, channel: int, command: int, data: bytes) -> bool:
        frames = [struct.pack(">IBH", channel, 0x80 | command, len(data)) + data[:57]]
        rest = data[57:]
        for number, at in enumerate(range(0, len(rest), 59)):
            frames.append(struct.pack(">IB", channel, number + self.wrong_sequence) + rest[at : at + 59])
        for number, frame in enumerate(frames):
            if self.is_cut and number == 1 and command == 0x10 and data[1:2] != b"\xa5":  # not amid its greeting
                return False
            try:
                self._wire.sendall(frame.ljust(64, b"\x00"))
            except BrokenPipeError:
                return False
        return True

    def _report(self) -> bytes:
        """Without the number that hidraw takes away."""
        try:
            return self._wire.recv(65)[1:]
        except ConnectionResetError:
            return b""


@dataclass
class Nfc:
    """The same key behind APDUs (CTAP 2.1, 11.3), with answers in parts of 200 bytes."""

    key: Authenticator
    _asked: bytes = b""
    _rest: bytes = b""

    def transmit(self, command: bytes) -> bytes:
        match command[:2]:
            case b"\x00\xa4":
                return b"FIDO_2_0\x90\x00"
            case b"\x90\x10":
                self._asked += command[5:]
                return b"\x90\x00"
            case b"\x80\x10":
                data = command[5 : 5 + command[4]]
                asked, self._asked = self._asked + data, b""
                self._rest = self.key.answer(asked)
                return self._part()
            case b"\x00\xc0":
                return self._part()
        return b"\x6d\x00"

    def _part(self) -> bytes:
        part, self._rest = self._rest[:200], self._rest[200:]
        return part + (bytes([0x61, min(len(self._rest), 255)]) if self._rest else b"\x90\x00")


def plugged(*cables: Usb) -> Any:
    @contextmanager
    def plug() -> Iterator[Sequence[CtapHidDevice]]:
        with ExitStack() as furniture:
            yield [cable.plug(furniture) for cable in cables]

    return plug


def keys_of(*cables: Usb, touch_s: float = 30.0) -> FidoKeys:
    return FidoKeys(usb=plugged(*cables), touch_s=touch_s)


def enrol(key: Authenticator, pin: str = "") -> Credential:
    question = Question(DOMAIN)
    made = keys_of(Usb(key)).make(question, "hanako", pin, threading.Event())
    assert isinstance(made, Answer)
    credential = enrolled(Touch(question, made))
    assert credential
    return credential


def ask(
    kept: Credential, *cables: Usb, pin: str = "", must_verify: bool = False, touch_s: float = 30.0
) -> Touch | KeyFault:
    question = question_to(kept.write(), must_verify=must_verify)
    answer = keys_of(*cables, touch_s=touch_s).prove(question, pin, threading.Event())
    return answer if isinstance(answer, KeyFault) else Touch(question, answer)


def shown(kept: Credential, *cables: Usb, **rules: Any) -> bytes | KeyDoubt:
    touch = ask(kept, *cables, **rules)
    assert isinstance(touch, Touch)
    return proved(kept.write(), touch)
