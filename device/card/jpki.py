"""公的個人認証AP: what carries the holder's certificate, and the holder's key behind the PIN.

A phone has this application alone, and keeps its certificate closed until the PIN was given.
"""

from cryptography import x509

from device.card import signatures, user_certificate
from device.card.apdu import Channel
from device.card.profile import CardProfile
from device.card.session import Session
from device.card.suites import SUITES
from terminal.card_token import CodeRefused, TokenKind
from terminal.problems import Problem, TerminalError

_X509_TAG = 0x30


class JpkiSession(Session):
    """The application, selected."""

    def __init__(self, channel: Channel, card: CardProfile) -> None:
        self.card, self._profile = card, card.jpki
        super().__init__(channel, self._profile, absent=Problem.CARD_NOT_MY_NUMBER)

    def token(self) -> TokenKind:
        """What carries the certificates. Raises `CARD_NOT_MY_NUMBER` for what is no such token."""
        profile = self._profile
        label = self.read_beginning(profile.token_file, profile.label_size, absent=Problem.CARD_NOT_MY_NUMBER)
        kind = profile.labels.get(label[: profile.label_size].decode("ascii", "replace").strip(" \0"))
        if kind is None:
            raise TerminalError(Problem.CARD_NOT_MY_NUMBER, "another token label")
        return kind

    def certificate(self) -> bytes:
        """The user-authentication certificate, DER. Raises `CERTIFICATE_ABSENT`, `CARD_LAYOUT_UNKNOWN` if closed."""
        file = self._profile.certificate_file
        beginning = self.read_beginning(file, absent=Problem.CERTIFICATE_ABSENT, closed=Problem.CARD_LAYOUT_UNKNOWN)
        if not beginning.strip(b"\x00\xff"):
            raise TerminalError(Problem.CERTIFICATE_ABSENT, "the file is empty")
        return self.read_rest(file, beginning, _X509_TAG).raw

    def parse(self, untrusted_der: bytes) -> x509.Certificate:
        """A certificate of this generation's kind. Raises `CERTIFICATE_WRONG`."""
        return user_certificate.parse(untrusted_der, SUITES[self.card.suite])

    def pin_tries(self) -> int | None:
        """Tries left of the PIN."""
        return self.tries(self._profile.pin)

    def give_pin(self, pin: str, tries_expected: int | None) -> CodeRefused | None:
        """Spends one try of the PIN."""
        return self.give(self._profile.pin, pin, tries_expected)

    def require_key_of(self, certificate: x509.Certificate) -> None:
        """Has the holder's key sign a challenge, after the PIN. Raises `CARD_NOT_GENUINE` if it is another's key."""
        suite, challenge = SUITES[self.card.suite], signatures.new_challenge()
        signature = self.sign(suite.to_sign(challenge), key=self._profile.key_file)
        signatures.check_challenge(suite, user_certificate.key_of(certificate), challenge, signature)
