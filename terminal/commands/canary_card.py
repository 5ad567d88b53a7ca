"""The card that `uketsuke canary` plants: an invented person's, and every secret of it that must leave no trace."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from device.face.portrait import decode
from device.virtual.card_image import TEXT, CardImage, Code, File
from device.virtual.issuing import PORTRAITS, issue
from device.virtual.printing import digits_png
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.traces import Secret, bytes_secret, digits_secret
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.practice.reaction import card_code
from terminal.practice.registry import register

PERSON: Final = "p01"
FOUR_DIGITS: Final = frozenset({"PIN", "wrong PIN"})  # secrets so short that they may be found by chance
_NUMBER_FILE, _CODE_A = 0x0001, 0x0014  # of text input
_MARK: Final = 32  # bytes from the middle of a picture, which no other picture has
_PIXELS: Final = 24  # side by side
_ROUGH: Final = 4  # least step from one digit of a PIN to the next
_PIN_BEGINS: Final = "34578"  # as no year, file id or status word does: those stand in logs by right


@dataclass(frozen=True)
class Planted:
    """A card, its codes and wrong ones, and what of it must not be found."""

    image_file: Path
    code: str = field(repr=False)
    wrong_code: str = field(repr=False)
    pin: str = field(repr=False)
    wrong_pin: str = field(repr=False)
    number: tuple[Secret, ...]  # never anywhere
    photo: tuple[Secret, ...]  # nowhere after the session
    codes: tuple[Secret, ...]  # nowhere after the session

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All of them."""
        return self.number + self.photo + self.codes


def plant(image_file: Path, home: Path, is_unknown: Callable[[Sequence[Secret]], bool]) -> Planted:
    """Issues the card, with codes that nobody knows yet, and tells the practice service in `home` whose it is."""
    now = SystemClock().now()
    pin, wrong_pin = _two_pins(is_unknown)
    person = load_deck()[PERSON]
    person = replace(person, card=replace(person.card, pin=pin, security_code=_digits(4)))
    image = issue(person, Authority.load(home), now.astimezone(JST).date())
    image.save(image_file)
    register(home, image.certificate, PERSON)
    code = card_code(person)
    wrong_code = code[:-1] + str((int(code[-1]) + 1) % 10)
    number_file, number = _number(image)
    photo = (PORTRAITS / f"{person.portrait}.jp2").read_bytes()
    return Planted(
        image_file,
        code,
        wrong_code,
        pin,
        wrong_pin,
        number=(
            digits_secret("12-digit number", number),
            bytes_secret("picture of the number", _middle(digits_png(number))),
        ),
        photo=(
            bytes_secret("photo", _middle(photo)),
            bytes_secret("pixels of the photo", _pixels(photo)),
            bytes_secret("digest of the number", hashlib.sha256(number_file).digest()),  # comes with what is signed
        ),
        codes=(
            digits_secret("card code", code),
            digits_secret("wrong card code", wrong_code),
            digits_secret("PIN", pin),
            digits_secret("wrong PIN", wrong_pin),
        ),
    )


def _two_pins(is_unknown: Callable[[Sequence[Secret]], bool]) -> tuple[str, str]:
    """Two PINs whose digits do not happen to be there: four digits sometimes are, and the numbers of a smooth picture
    often are four digits in UTF-16, so that each digit is far from the next.
    """
    while True:
        pin, other = (secrets.choice(_PIN_BEGINS) + _digits(3) for _ in range(2))
        if pin == other or not (_is_rough(pin) and _is_rough(other)):
            continue
        if is_unknown([digits_secret("PIN", pin), digits_secret("PIN", other)]):
            return pin, other


def _is_rough(pin: str) -> bool:
    return all(abs(int(one) - int(next_one)) >= _ROUGH for one, next_one in pairwise(pin))


def _number(image: CardImage) -> tuple[bytes, str]:
    """The file of the 12-digit number, and the number."""
    file, code = image.applications[TEXT][_NUMBER_FILE], image.applications[TEXT][_CODE_A]
    if not (isinstance(file, File) and isinstance(code, Code)):
        raise TypeError("this is no card of ours")
    return file.content, code.value.decode()


def _pixels(photo: bytes) -> bytes:
    """Neighbouring pixels where the decoded photo varies most, blue, green, red."""
    rows = decode(photo)[:, :_PIXELS]
    return bytes(rows[np.argmax(rows.std(axis=(1, 2)))])


def _middle(picture: bytes) -> bytes:
    return picture[len(picture) // 2 :][:_MARK]


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))
