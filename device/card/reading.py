"""The questions to a card, each over a connection of its own: who are you, what do you hold, is this the holder.

Every command passes the `Gate`. Nothing is retried after a lost connection, and of two secrets the second is touched
only after the first was accepted. `carries` is what the reader was seen to carry; None: short answers only.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar

from device.card import user_certificate
from device.card.anchors import Anchors
from device.card.apdu import Carries, Channel, Transmit
from device.card.applications import Attributes, CommonSession, SurfaceSession, TextSession
from device.card.gate import GLANCE, Gate
from device.card.glance import Glance
from device.card.jpki import JpkiSession
from device.card.profile import GENERATIONS, CardProfile, CommonProfile, TextProfile
from device.card.session import Session
from device.card.suites import SUITES, Suite
from terminal.card_token import CodeRefused, TokenKind
from terminal.certificate import certificate_problem
from terminal.people import Card, Holder, IssuerTrust
from terminal.problems import Problem, TerminalError

NEVER_VALID = datetime.min.replace(tzinfo=UTC)  # the end of a certificate that was not read

Opened = TypeVar("Opened", bound=Session)


def identify(transmit: Transmit, insertion: str, carries: Carries | None = None) -> Card:
    """Reads what a card shows without a code.

    A phone gives its certificate after a PIN only and has no surface: its `Card` has an empty certificate that was
    never valid, and at most the tries of its PIN. To an iPhone, which asks its holder by itself, nothing more is said.
    Raises `CARD_NOT_MY_NUMBER`, `CERTIFICATE_ABSENT`, `CERTIFICATE_WRONG`.
    """
    _, card = _identify(Channel(Gate(transmit), carries), insertion)
    return card


def glance(transmit: Transmit, insertion: str, carries: Carries | None = None) -> Glance:
    """Reads a little more than `identify`, under an allow-list by which no code can be given."""
    channel = Channel(Gate(transmit, GLANCE), carries)
    profile, card = _identify(channel, insertion)
    if card.token is not TokenKind.PLASTIC:
        return Glance(card, profile.generation, card_expires=None, text_code_tries=None)
    text_code_tries = (
        None if profile.text is None else TextSession(channel, profile.text, SUITES[profile.suite]).code_tries()
    )
    expires = None if profile.common is None else _card_expires(channel, profile.common)
    return Glance(card, profile.generation, expires, text_code_tries)


def read_holder(
    transmit: Transmit,
    code: str,
    tries_expected: int | None,
    anchors: Anchors,
    today: date,
    carries: Carries | None = None,
) -> Holder | CodeRefused:
    """Opens the surface, then the text if it is apart, with the card code, and reads the holder.

    Signatures, the card's own key and its date are checked, and that both applications are about one person.
    """
    channel = Channel(Gate(transmit), carries)
    surface = _first_opened(lambda profile: SurfaceSession(channel, profile), absent=Problem.CARD_LAYOUT_UNKNOWN)
    surface.require_known_layout()
    if refused := surface.give_code(code, tries_expected):
        return refused
    surface_issuer = surface.municipality()
    trusts = {surface_issuer.trust(anchors.card_roots)}
    face = surface.face(surface_issuer)
    if face.card_expires < today:
        raise TerminalError(Problem.CARD_EXPIRED)
    surface.require_genuine(face.card_key)

    attributes = face.attributes
    if surface.card.text is not None:
        attributes, text_trust = _read_text(channel, surface.card.text, SUITES[surface.card.suite], code, anchors)
        trusts.add(text_trust)
    if attributes is None or (attributes.birth_date, attributes.sex) != (face.birth_date, face.sex):
        raise TerminalError(Problem.CARD_NOT_GENUINE, "surface and text are not about one person")
    return Holder(
        name=attributes.name,
        address=attributes.address,
        birth_date=attributes.birth_date,
        sex=attributes.sex,
        portrait=face.portrait,
        card_expires=face.card_expires,
        issuer=IssuerTrust.CHECKED if trusts == {IssuerTrust.CHECKED} else IssuerTrust.UNKNOWN,
    )


def verify_pin(
    transmit: Transmit, card: Card, pin: str, anchors: Anchors, now: datetime, carries: Carries | None = None
) -> CodeRefused | None:
    """Has the holder's key sign a challenge. The certificate is checked before a try of the PIN is spent."""
    jpki = _open_jpki(Channel(Gate(transmit), carries))
    der = jpki.certificate()
    if der != card.certificate:
        raise TerminalError(Problem.CARD_REMOVED, "another card lies there")
    certificate = jpki.parse(der)
    user_certificate.check_usable(certificate, anchors.authorities, now)
    if certificate_problem(card, now) is Problem.CERTIFICATE_EXPIRED:
        raise TerminalError(Problem.CERTIFICATE_EXPIRED)
    if refused := jpki.give_pin(pin, card.pin_tries):
        return refused
    jpki.require_key_of(certificate)
    return None


def open_phone(
    transmit: Transmit, card: Card, pin: str, anchors: Anchors, now: datetime, carries: Carries | None = None
) -> Card | CodeRefused:
    """Opens an Android phone with its PIN, and has its holder's key sign a challenge.

    Gives the card with its certificate, checked, and its end; the tries are those before. The certificate is closed
    until then, so a try is spent on one that may turn out not to be believed. Raises `CARD_IS_PHONE` for an iPhone,
    `CARD_REMOVED` for another token than the one shown, `CERTIFICATE_EXPIRED` without the grace that cards have.
    """
    if card.token is not TokenKind.ANDROID:
        raise TerminalError(Problem.CARD_IS_PHONE, f"no PIN is given to {card.token}")
    jpki = _open_jpki(Channel(Gate(transmit), carries))
    if jpki.token() is not card.token:
        raise TerminalError(Problem.CARD_REMOVED, "another card lies there")
    if refused := jpki.give_pin(pin, card.pin_tries):
        return refused
    der = jpki.certificate()
    certificate = jpki.parse(der)
    user_certificate.check_usable(certificate, anchors.authorities, now)
    opened = replace(card, certificate=der, certificate_ends=user_certificate.ends(certificate))
    if certificate_problem(opened, now) is Problem.CERTIFICATE_EXPIRED:
        raise TerminalError(Problem.CERTIFICATE_EXPIRED)
    jpki.require_key_of(certificate)
    return opened


def _identify(channel: Channel, insertion: str) -> tuple[CardProfile, Card]:
    jpki = _open_jpki(channel)
    token = jpki.token()
    if token is not TokenKind.PLASTIC:
        pin_tries = jpki.pin_tries() if token is TokenKind.ANDROID else None
        return jpki.card, Card(insertion, token, b"", NEVER_VALID, card_code_tries=None, pin_tries=pin_tries)
    certificate = jpki.certificate()
    ends = user_certificate.ends(jpki.parse(certificate))
    pin_tries = jpki.pin_tries()
    code_tries = SurfaceSession(channel, jpki.card).code_tries()
    return jpki.card, Card(insertion, token, certificate, ends, card_code_tries=code_tries, pin_tries=pin_tries)


def _open_jpki(channel: Channel) -> JpkiSession:
    return _first_opened(lambda profile: JpkiSession(channel, profile), absent=Problem.CARD_NOT_MY_NUMBER)


def _first_opened(open_session: Callable[[CardProfile], Opened], absent: Problem) -> Opened:
    """The session of the first generation whose application this card lets be selected. Raises `absent`."""
    refusals = []
    for profile in GENERATIONS:
        try:
            return open_session(profile)
        except TerminalError as error:
            if error.problem is not absent:
                raise
            refusals.append(error)
    raise refusals[0]


def _card_expires(channel: Channel, profile: CommonProfile) -> date | None:
    try:
        return CommonSession(channel, profile).card_expires()
    except TerminalError as error:
        if error.problem is not Problem.CARD_LAYOUT_UNKNOWN:
            raise
        return None  # not every card has this application


def _read_text(
    channel: Channel, profile: TextProfile, suite: Suite, code: str, anchors: Anchors
) -> tuple[Attributes, IssuerTrust]:
    """The attributes of the application apart, with the card code that the surface has just accepted."""
    text = TextSession(channel, profile, suite)
    text.require_known_layout()
    text.give_proven_code(code)
    issuer = text.municipality()
    trust = issuer.trust(anchors.card_roots)
    return text.attributes(issuer), trust
