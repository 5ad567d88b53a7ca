"""The card generations that this program reads, each as one declarative profile: names, files, tags, secrets, layouts.

Sessions take everything that differs between generations from here, and which card lies there is told by which of the
applications it lets be selected. File ids double as short file ids (ISO 7816-4, 7.3.1.1): all of them are below 31.
What may be done with a file is not said here but in `gate`, which is a lock of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from terminal.card_token import Generation, TokenKind
from terminal.problems import Problem


class SuiteKind(StrEnum):
    """Which keys and signatures a card uses; `suites` does the arithmetic, so that a profile costs no cryptography."""

    RSA_2048 = "RSA-2048 with SHA-256"
    P_384 = "ECDSA P-384 with SHA-384"


@dataclass(frozen=True)
class Secret:
    """A code that the card counts the tries of: its reference file, its number of digits, and what is said about it."""

    file: int
    digits: int
    wrong: Problem
    locked: Problem
    nearly_locked: Problem


def _card_code(file: int) -> Secret:
    return Secret(
        file,
        digits=14,
        wrong=Problem.CARD_CODE_WRONG,
        locked=Problem.CARD_CODE_LOCKED,
        nearly_locked=Problem.CARD_CODE_NEARLY_LOCKED,
    )


@dataclass(frozen=True)
class JpkiProfile:
    """公的個人認証AP: the holder's certificates and keys. Tokens in phones have this application alone."""

    name: str = "JPKI"
    aid: bytes = bytes.fromhex("D392F000260100000001")
    token_file: int = 0x0006  # a PKCS#11 CK_TOKEN_INFO: the label comes first, padded with spaces
    label_size: int = 32
    labels: Mapping[str, TokenKind] = field(
        default_factory=lambda: MappingProxyType(
            {
                "JPKIAPICCTOKEN2": TokenKind.PLASTIC,
                "JPKIAPGPSETOKEN": TokenKind.ANDROID,
                "JPKIAPIOSTOKEN": TokenKind.IPHONE,
            }
        )
    )
    certificate_file: int = 0x000A  # X.509 DER, free on plastic cards
    key_file: int = 0x0017
    pin: Secret = Secret(
        0x0018, digits=4, wrong=Problem.PIN_WRONG, locked=Problem.PIN_LOCKED, nearly_locked=Problem.PIN_NEARLY_LOCKED
    )


@dataclass(frozen=True)
class SurfaceProfile:
    """券面確認AP: what is printed on the card, with the photo."""

    name: str = "card surface"
    aid: bytes = bytes.fromhex("D3921000310001010402")
    card_code: Secret = _card_code(0x0012)  # noqa: RUF009  # what it makes is frozen
    basic_file: int = 0x0003
    basic_tag: int = 0xFF30
    layout_tag: int = 0xDF31
    layouts: frozenset[bytes] = frozenset({bytes.fromhex("06030E01")})
    cv_certificate_file: int = 0x0004
    face_file: int = 0x0002
    face_tag: int = 0xFF20
    birth_date_tag: int = 0xDF22
    sex_tag: int = 0xDF23
    card_key_tag: int = 0xDF24
    name_tag: int = 0xDF25  # as pictures, where there is a text application; else as text
    address_tag: int = 0xDF26
    portrait_tag: int = 0xDF27
    signature_tag: int = 0xDF28
    card_expires_tag: int = 0xDF29
    signed: tuple[tuple[int, ...], ...] = ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))  # not the expiry


@dataclass(frozen=True)
class TextProfile:
    """券面入力補助AP: the four attributes as text."""

    name: str = "text input"
    aid: bytes = bytes.fromhex("D3921000310001010408")
    card_code: Secret = _card_code(0x0015)  # noqa: RUF009  # what it makes is frozen
    basic_file: int = 0x0005
    basic_tag: int = 0xFF40
    layout_tag: int = 0xDF41
    layouts: frozenset[bytes] = frozenset({bytes.fromhex("01030E01")})
    cv_certificate_file: int = 0x0004
    attributes_file: int = 0x0002
    attributes_tag: int = 0xFF20
    offsets_tag: int = 0xDF21
    name_tag: int = 0xDF22
    address_tag: int = 0xDF23
    birth_date_tag: int = 0xDF24
    sex_tag: int = 0xDF25
    integrity_file: int = 0x0003
    integrity_tag: int = 0xFF30
    number_digest_tag: int = 0xDF31  # the 12-digit number can be found from it: never kept
    attributes_digest_tag: int = 0xDF32
    signature_tag: int = 0xDF33


@dataclass(frozen=True)
class CommonProfile:
    """共通カードAP: free to read, with the card's expiry in a record beside its serial number."""

    name: str = "common"
    aid: bytes = bytes.fromhex("D3921000310001010100")
    expiry_file: int = 0x0001
    expiry_record: int = 1
    record_tag: int = 0x01  # ASCII digits: 15 of the card's serial number, 5 of the municipality, 8 of the expiry
    expiry_at: tuple[int, int] = (20, 28)


@dataclass(frozen=True)
class CvCertificateProfile:
    """The card-verifiable certificate of the municipality that issued the card."""

    tag: int = 0x7F21
    body_tag: int = 0x5F4E
    signature_tag: int = 0x5F37
    key_id_size: int = 16  # issuer's, then subject's, then the key


CV_CERTIFICATE = CvCertificateProfile()  # one shape for all


@dataclass(frozen=True)
class CardProfile:
    """A generation of cards. `text` None: the surface has name and address as text; `common` None: it has none."""

    generation: Generation
    suite: SuiteKind
    jpki: JpkiProfile
    surface: SurfaceProfile
    text: TextProfile | None
    common: CommonProfile | None


PRESENT = CardProfile(
    Generation.PRESENT, SuiteKind.RSA_2048, JpkiProfile(), SurfaceProfile(), TextProfile(), CommonProfile()
)

# Announced for fiscal 2028: two applications, two secrets that the holder sets (a clinic needs the PIN alone), keys on
# P-384, certificates of ten years, the sex in the chip and not in print. Names, ids, tags and layout are unpublished:
# those below are placeholders, made in the manner of the present card, each one line to change. No real card answers
# to them: names that begin with F are for whoever likes (ISO/IEC 7816-4, 8.2.1.2).
NEXT = CardProfile(
    Generation.NEXT,
    SuiteKind.P_384,
    jpki=JpkiProfile(
        name="next authentication",
        aid=b"\xf0UKETSUKE\x01",
        labels=MappingProxyType({"PLACEHOLDERTOKEN3": TokenKind.PLASTIC}),
    ),
    surface=SurfaceProfile(
        name="next card surface",
        aid=b"\xf0UKETSUKE\x02",
        layouts=frozenset({bytes.fromhex("09010001")}),
        signed=((0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF29),),
    ),
    text=None,
    common=None,
)

GENERATIONS = (PRESENT, NEXT)  # in the order in which a card is asked
