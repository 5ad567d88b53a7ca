"""The card's three applications in domain words: certificate and PIN, what is printed, the four attributes as text.

What leaves here is parsed and, where the card has a signature for it, checked.
"""

from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from device.card import signatures, tlv
from device.card.apdu import Channel
from device.card.profile import COMMON, CV_CERTIFICATE, JPKI, SURFACE, TEXT
from device.card.session import Session
from device.card.signatures import CvCertificate
from terminal.people import CodeRefused, Sex, TokenKind
from terminal.problems import Problem, TerminalError

_X509_TAG = 0x30
_JP2_MAGIC = bytes.fromhex("0000000C6A5020200D0A870A")  # ISO/IEC 15444-1, I.5.1


class JpkiSession(Session):
    """公的個人認証AP, selected."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, JPKI, absent=Problem.CARD_NOT_MY_NUMBER)

    def token(self) -> TokenKind:
        """What carries the certificates. Raises `CARD_NOT_MY_NUMBER` for what is no such token."""
        label = self.read_beginning(JPKI.token_file, JPKI.label_size, absent=Problem.CARD_NOT_MY_NUMBER)
        kind = JPKI.labels.get(label[: JPKI.label_size].decode("ascii", "replace").strip(" \0"))
        if kind is None:
            raise TerminalError(Problem.CARD_NOT_MY_NUMBER, "another token label")
        return kind

    def certificate(self) -> bytes:
        """The user-authentication certificate, DER. Raises `CERTIFICATE_ABSENT`."""
        beginning = self.read_beginning(JPKI.certificate_file, absent=Problem.CERTIFICATE_ABSENT)
        if not beginning.strip(b"\x00\xff"):
            raise TerminalError(Problem.CERTIFICATE_ABSENT, "the file is empty")
        return self.read_rest(JPKI.certificate_file, beginning, _X509_TAG).raw

    def pin_tries(self) -> int | None:
        """Tries left of the PIN."""
        return self.tries(JPKI.pin)

    def give_pin(self, pin: str, tries_expected: int | None) -> CodeRefused | None:
        """Spends one try of the PIN."""
        return self.give(JPKI.pin, pin, tries_expected)

    def sign_challenge(self, challenge: bytes) -> bytes:
        """The challenge, signed with the holder's key; only after the PIN."""
        return self.sign(signatures.digest_info(challenge), key=JPKI.key_file)


@dataclass(frozen=True)
class Face:
    """What the surface says of the holder, its signature checked."""

    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    portrait: bytes | None = field(repr=False)
    card_expires: date
    card_key: RSAPublicKey = field(repr=False)


class SurfaceSession(Session):
    """券面確認AP, selected, of a layout that we know."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, SURFACE, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def code_tries(self) -> int | None:
        """Tries left of the card code."""
        return self.tries(SURFACE.card_code)

    def require_known_layout(self) -> None:
        """Raises `CARD_LAYOUT_UNKNOWN`; before a try is spent."""
        self.require_layout(SURFACE.basic_file, SURFACE.basic_tag, SURFACE.layout_tag, SURFACE.layouts)

    def give_code(self, code: str, tries_expected: int | None) -> CodeRefused | None:
        """Spends one try of the card code."""
        return self.give(SURFACE.card_code, code, tries_expected)

    def municipality(self) -> CvCertificate:
        """The certificate of the key that signed the surface."""
        return signatures.cv_certificate(self.read(SURFACE.cv_certificate_file, CV_CERTIFICATE.tag))

    def face(self, municipality: CvCertificate) -> Face:
        """The surface, after the card code. Raises `CARD_SIGNATURE_WRONG` when it is not as it was signed."""
        surface = self.read(SURFACE.face_file, SURFACE.face_tag)
        signatures.check_surface(surface, municipality.key)
        portrait = surface.children().get(SURFACE.portrait_tag)
        if portrait is not None and portrait.value and not portrait.value.startswith(_JP2_MAGIC):
            raise portrait.malformed()
        return Face(
            birth_date=_date(surface.child(SURFACE.birth_date_tag)),
            sex=_sex(surface.child(SURFACE.sex_tag)),
            portrait=portrait.value or None if portrait else None,
            card_expires=_date(surface.child(SURFACE.card_expires_tag)),
            card_key=signatures.public_key(surface.child(SURFACE.card_key_tag)),
        )

    def require_genuine(self, card_key: RSAPublicKey) -> None:
        """Has the card sign a challenge: a copy of its data without its key raises `CARD_NOT_GENUINE`."""
        challenge = signatures.new_challenge()
        signatures.check_challenge(card_key, challenge, self.sign(signatures.digest_info(challenge)))


class CommonSession(Session):
    """共通カードAP, selected."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, COMMON, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def card_expires(self) -> date:
        """The card's expiry. The serial number that comes with it is dropped here."""
        record = self.read_record(COMMON.expiry_file, COMMON.expiry_record)
        digits = tlv.find(record, COMMON.record_tag, self.source(COMMON.expiry_file))
        return _date(digits, slice(*COMMON.expiry_at))


@dataclass(frozen=True)
class Attributes:
    """The four attributes as text, their digest and its signature checked."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)


class TextSession(Session):
    """券面入力補助AP, selected, of a layout that we know."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, TEXT, absent=Problem.CARD_LAYOUT_UNKNOWN)

    def code_tries(self) -> int | None:
        """Tries left of the card code; those of the surface are counted apart."""
        return self.tries(TEXT.card_code)

    def require_known_layout(self) -> None:
        """Raises `CARD_LAYOUT_UNKNOWN`; before a code is given."""
        self.require_layout(TEXT.basic_file, TEXT.basic_tag, TEXT.layout_tag, TEXT.layouts)

    def give_proven_code(self, code: str) -> None:
        """Gives the card code that the surface has just accepted; the two are counted apart and have the same value."""
        if self.give_proven(TEXT.card_code, code) is not None:
            raise TerminalError(Problem.CARD_MALFORMED, "text input refuses the code of card surface")

    def municipality(self) -> CvCertificate:
        """The certificate of the key that signed the attributes."""
        return signatures.cv_certificate(self.read(TEXT.cv_certificate_file, CV_CERTIFICATE.tag))

    def attributes(self, municipality: CvCertificate) -> Attributes:
        """The attributes, after the card code. Raises `CARD_SIGNATURE_WRONG` when they are not as signed."""
        attributes = self.read(TEXT.attributes_file, TEXT.attributes_tag)
        signatures.check_attributes(attributes, self.read(TEXT.integrity_file, TEXT.integrity_tag), municipality.key)
        return Attributes(
            name=_text(attributes.child(TEXT.name_tag)),
            address=_text(attributes.child(TEXT.address_tag)),
            birth_date=_date(attributes.child(TEXT.birth_date_tag)),
            sex=_sex(attributes.child(TEXT.sex_tag)),
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
