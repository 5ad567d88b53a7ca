"""The questions to a card, each over a connection of its own: who are you, what do you hold, is this the holder.

Every command passes the `Gate`. Nothing is retried after a lost connection, and of two secrets the second is touched
only after the first was accepted.
"""

from datetime import UTC, date, datetime

from device.card import signatures, user_certificate
from device.card.anchors import Anchors
from device.card.apdu import Channel, Transmit
from device.card.applications import CommonSession, JpkiSession, SurfaceSession, TextSession
from device.card.gate import GLANCE, Gate
from device.card.glance import Glance
from terminal.certificate import certificate_problem
from terminal.people import Card, CodeRefused, Holder, IssuerTrust, TokenKind
from terminal.problems import Problem, TerminalError

NEVER_VALID = datetime.min.replace(tzinfo=UTC)  # the end of a certificate that was not read


def identify(transmit: Transmit, insertion: str) -> Card:
    """Reads what a card shows without a code.

    A phone gives its certificate after a PIN only and has no surface: its `Card` has an empty certificate that was
    never valid, and no tries. Raises `CARD_NOT_MY_NUMBER`, `CERTIFICATE_ABSENT`, `CERTIFICATE_WRONG`.
    """
    return _identify(Channel(Gate(transmit)), insertion)


def glance(transmit: Transmit, insertion: str) -> Glance:
    """Reads a little more than `identify`, under an allow-list by which no code can be given."""
    channel = Channel(Gate(transmit, GLANCE))
    card = _identify(channel, insertion)
    if card.token is not TokenKind.PLASTIC:
        return Glance(card, card_expires=None, text_code_tries=None)
    text_code_tries = TextSession(channel).code_tries()
    try:
        expires = CommonSession(channel).card_expires()
    except TerminalError as error:
        if error.problem is not Problem.CARD_LAYOUT_UNKNOWN:
            raise
        expires = None  # not every card has this application
    return Glance(card, expires, text_code_tries)


def read_holder(
    transmit: Transmit, code: str, tries_expected: int | None, anchors: Anchors, today: date
) -> Holder | CodeRefused:
    """Opens the surface, then the text, with the card code, and reads the holder.

    Signatures, the card's own key and its date are checked, and that both applications are about one person.
    """
    channel = Channel(Gate(transmit))
    surface = SurfaceSession(channel)
    surface.require_known_layout()
    if refused := surface.give_code(code, tries_expected):
        return refused
    surface_issuer = surface.municipality()
    surface_trust = surface_issuer.trust(anchors.card_roots)
    face = surface.face(surface_issuer)
    if face.card_expires < today:
        raise TerminalError(Problem.CARD_EXPIRED)
    surface.require_genuine(face.card_key)

    text = TextSession(channel)
    text.require_known_layout()
    text.give_proven_code(code)
    text_issuer = text.municipality()
    text_trust = text_issuer.trust(anchors.card_roots)
    attributes = text.attributes(text_issuer)
    if (attributes.birth_date, attributes.sex) != (face.birth_date, face.sex):
        raise TerminalError(Problem.CARD_NOT_GENUINE, "surface and text are not about one person")
    is_checked = surface_trust is text_trust is IssuerTrust.CHECKED
    return Holder(
        name=attributes.name,
        address=attributes.address,
        birth_date=attributes.birth_date,
        sex=attributes.sex,
        portrait=face.portrait,
        card_expires=face.card_expires,
        issuer=IssuerTrust.CHECKED if is_checked else IssuerTrust.UNKNOWN,
    )


def verify_pin(transmit: Transmit, card: Card, pin: str, anchors: Anchors, now: datetime) -> CodeRefused | None:
    """Has the holder's key sign a challenge. The certificate is checked before a try of the PIN is spent."""
    jpki = JpkiSession(Channel(Gate(transmit)))
    der = jpki.certificate()
    if der != card.certificate:
        raise TerminalError(Problem.CARD_REMOVED, "another card lies there")
    certificate = user_certificate.parse(der)
    user_certificate.check_usable(certificate, anchors.authorities, now)
    if certificate_problem(card, now) is Problem.CERTIFICATE_EXPIRED:
        raise TerminalError(Problem.CERTIFICATE_EXPIRED)
    if refused := jpki.give_pin(pin, card.pin_tries):
        return refused
    challenge = signatures.new_challenge()
    signatures.check_challenge(user_certificate.key_of(certificate), challenge, jpki.sign_challenge(challenge))
    return None


def _identify(channel: Channel, insertion: str) -> Card:
    jpki = JpkiSession(channel)
    token = jpki.token()
    if token is not TokenKind.PLASTIC:
        return Card(insertion, token, b"", NEVER_VALID, card_code_tries=None, pin_tries=None)
    certificate = jpki.certificate()
    ends = user_certificate.ends(user_certificate.parse(certificate))
    pin_tries = jpki.pin_tries()
    code_tries = SurfaceSession(channel).code_tries()
    return Card(insertion, token, certificate, ends, card_code_tries=code_tries, pin_tries=pin_tries)
