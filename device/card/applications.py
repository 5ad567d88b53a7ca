"""The card's applications that tell who its holder is, in domain words: what is printed, the four attributes as text.

What leaves here is parsed and, where the card has a signature for it, checked. The holder's keys are in `jpki`.
"""

from dataclasses import dataclass, field
from datetime import date

from device.card import signatures, tlv
from device.card.apdu import Channel
from device.card.profile import CV_CERTIFICATE, CardProfile, CommonProfile, SurfaceProfile, TextProfile
from device.card.session import Session
from device.card.signatures import CvCertificate
from device.card.suites import SUITES, PublicKey, Suite
from terminal.card_token import CodeRefused
from terminal.people import Sex
from terminal.problems import Problem, TerminalError

_JP2_MAGIC = bytes.fromhex("0000000C6A5020200D0A870A")  # ISO/IEC 15444-1, I.5.1


@dataclass(frozen=True)
class Attributes:
    """The four attributes as text, their signature checked."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)


@dataclass(frozen=True)
class Face:
    """What the surface says of the holder, its signature checked. `attributes` None: name and address are pictures."""

    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    portrait: bytes | None = field(repr=False)
    card_expires: date
    card_key: PublicKey = field(repr=False)
    attributes: Attributes | None = field(repr=False)


class SurfaceSession(Session):
    """券面確認AP, selected."""

    def __init__(self, channel: Channel, card: CardProfile) -> None:
        self.card, self._profile = card, card.surface
        super().__init__(channel, self._profile, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def code_tries(self) -> int | None:
        """Tries left of the card code."""
        return self.tries(self._profile.card_code)

    def require_known_layout(self) -> None:
        """Raises `CARD_LAYOUT_UNKNOWN`; before a try is spent."""
        profile = self._profile
        self.require_layout(profile.basic_file, profile.basic_tag, profile.layout_tag, profile.layouts)

    def give_code(self, code: str, tries_expected: int | None) -> CodeRefused | None:
        """Spends one try of the card code."""
        return self.give(self._profile.card_code, code, tries_expected)

    def municipality(self) -> CvCertificate:
        """The certificate of the key that signed the surface."""
        return _municipality(self, self._profile.cv_certificate_file, SUITES[self.card.suite])

    def face(self, municipality: CvCertificate) -> Face:
        """The surface, after the card code. Raises `CARD_SIGNATURE_WRONG` when it is not as it was signed."""
        profile = self._profile
        surface = self.read(profile.face_file, profile.face_tag)
        signatures.check_surface(surface, municipality, profile)
        portrait = surface.children().get(profile.portrait_tag)
        if portrait is not None and portrait.value and not portrait.value.startswith(_JP2_MAGIC):
            raise portrait.malformed()
        return Face(
            birth_date=_date(surface.child(profile.birth_date_tag)),
            sex=_sex(surface.child(profile.sex_tag)),
            portrait=portrait.value or None if portrait else None,
            card_expires=_date(surface.child(profile.card_expires_tag)),
            card_key=SUITES[self.card.suite].public_key(surface.child(profile.card_key_tag)),
            attributes=_attributes(surface, profile) if self.card.text is None else None,
        )

    def require_genuine(self, card_key: PublicKey) -> None:
        """Has the card sign a challenge: a copy of its data without its key raises `CARD_NOT_GENUINE`."""
        suite, challenge = SUITES[self.card.suite], signatures.new_challenge()
        signatures.check_challenge(suite, card_key, challenge, self.sign(suite.to_sign(challenge)))


class CommonSession(Session):
    """共通カードAP, selected."""

    def __init__(self, channel: Channel, profile: CommonProfile) -> None:
        self._profile = profile
        super().__init__(channel, profile, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def card_expires(self) -> date:
        """The card's expiry. The serial number that comes with it is dropped here."""
        profile = self._profile
        record = self.read_record(profile.expiry_file, profile.expiry_record)
        digits = tlv.find(record, profile.record_tag, self.source(profile.expiry_file))
        return _date(digits, slice(*profile.expiry_at))


class TextSession(Session):
    """券面入力補助AP, selected."""

    def __init__(self, channel: Channel, profile: TextProfile, suite: Suite) -> None:
        self._profile, self._suite = profile, suite
        super().__init__(channel, profile, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def code_tries(self) -> int | None:
        """Tries left of the card code; those of the surface are counted apart."""
        return self.tries(self._profile.card_code)

    def require_known_layout(self) -> None:
        """Raises `CARD_LAYOUT_UNKNOWN`; before a code is given."""
        profile = self._profile
        self.require_layout(profile.basic_file, profile.basic_tag, profile.layout_tag, profile.layouts)

    def give_proven_code(self, code: str) -> None:
        """Gives the card code that the surface has just accepted; the two are counted apart and have the same value."""
        if self.give_proven(self._profile.card_code, code) is not None:
            raise TerminalError(Problem.CARD_MALFORMED, "text input refuses the code of card surface")

    def municipality(self) -> CvCertificate:
        """The certificate of the key that signed the attributes."""
        return _municipality(self, self._profile.cv_certificate_file, self._suite)

    def attributes(self, municipality: CvCertificate) -> Attributes:
        """The attributes, after the card code. Raises `CARD_SIGNATURE_WRONG` when they are not as signed."""
        profile = self._profile
        attributes = self.read(profile.attributes_file, profile.attributes_tag)
        integrity = self.read(profile.integrity_file, profile.integrity_tag)
        signatures.check_attributes(attributes, integrity, municipality, profile)
        return _attributes(attributes, profile)


def _municipality(session: Session, file: int, suite: Suite) -> CvCertificate:
    return signatures.cv_certificate(session.read(file, CV_CERTIFICATE.tag), suite)


def _attributes(untrusted: tlv.Element, profile: SurfaceProfile | TextProfile) -> Attributes:
    return Attributes(
        name=_text(untrusted.child(profile.name_tag)),
        address=_text(untrusted.child(profile.address_tag)),
        birth_date=_date(untrusted.child(profile.birth_date_tag)),
        sex=_sex(untrusted.child(profile.sex_tag)),
    )


def _date(untrusted: tlv.Element, where: slice = slice(None)) -> date:
    """YYYYMMDD, the whole value or a part of it."""
    digits = untrusted.value[where]
    try:
        if len(digits) == 8 and digits.isdigit():
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        pass
    raise untrusted.malformed()


def _text(untrusted: tlv.Element) -> str:
    """UTF-8 as it is: substitute characters and all."""
    try:
        return untrusted.value.decode()
    except UnicodeDecodeError:
        raise untrusted.malformed() from None  # the error would hold the text


def _sex(untrusted: tlv.Element) -> Sex:
    try:
        return Sex(untrusted.value.decode("latin-1"))
    except ValueError:
        raise untrusted.malformed() from None
