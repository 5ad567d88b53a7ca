"""A kiosk's XmlMsg as the gateway takes it: what to ask, and what an answer must carry to be the answer to it. Pure."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element

from terminal.card_token import TokenKind
from terminal.coverage import Question
from terminal.eligibility.codes import CONSENT_ELEMENTS
from terminal.eligibility.result import code, read_date
from terminal.eligibility.untrusted_xml import only, parse, section, text, unreadable
from terminal.eligibility.xmlmsg import LIMIT_AMOUNT, SEARCH, read_search
from terminal.gateway.many import Fetch, Many, read_many
from terminal.insured import NumberQuestion
from terminal.people import Card, VerificationMethod, Verified


@dataclass(frozen=True)
class Asked:
    """One question of one kiosk. `identifier` is the kiosk's own; the one in `question` is unique at the service."""

    terminal: str
    identifier: str
    institution_code: str
    question: Question | NumberQuestion | Many | Fetch


def read_question(untrusted_body: bytes, terminal: str) -> Asked:
    """What a kiosk asks: with a card, by number, about many. Raises `SERVICE_UNREADABLE` for what is no whole one."""
    message = parse(untrusted_body)
    header, body = section(message, "MessageHeader"), section(message, "MessageBody")
    identifier = text(header, "ArbitraryFileIdentifier") or unreadable("ArbitraryFileIdentifier is missing")
    day = read_date(header, "QualificationConfirmationDate") or unreadable("QualificationConfirmationDate is missing")
    question = _question(body, identifier_upstream(terminal, identifier), day)
    return Asked(terminal, identifier, text(header, "MedicalInstitutionCode"), question)


def identifier_upstream(terminal: str, identifier: str) -> str:
    """What the service knows a question by: the same from any gateway, and no two kiosks' are the same."""
    return hashlib.sha256(f"{terminal}\0{identifier}".encode()).hexdigest()[:32]


def _question(body: Element, upstream: str, day: date) -> Question | NumberQuestion | Many | Fetch:
    card, many = only(body, "CardConfirmSearchInfo"), read_many(body, upstream, day)
    if card is not None:
        is_alone = many is None and only(body, SEARCH) is None
        return _of_card(card, upstream, day) if is_alone else unreadable("a card and a number in one question")
    if many is not None:
        return many
    return NumberQuestion(upstream, read_search(body), day, text(section(body, SEARCH), LIMIT_AMOUNT) == "1")


def _of_card(card: Element, upstream: str, day: date) -> Question:
    asked_at = _asked_at(text(card, "AskedAt"))
    certificate = _certificate(text(card, "UserCertificate"))
    # What carries the certificate is not said in a question, nor does any service ask for it.
    shown = Card("", TokenKind.PLASTIC, certificate, asked_at, None, None)
    verified = Verified(shown, None, code(VerificationMethod, card, "HolderVerification"))
    consents = frozenset(consent for consent, name in CONSENT_ELEMENTS.items() if text(card, name) == "1")
    return Question(upstream, verified, consents, day, asked_at)


def _asked_at(untrusted: str) -> datetime:
    try:
        moment = datetime.fromisoformat(untrusted)
    except ValueError:
        unreadable("AskedAt is not a moment")
    return moment if moment.tzinfo else unreadable("AskedAt has no time zone")


def _certificate(untrusted: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True) or unreadable("UserCertificate is missing")
    except (binascii.Error, ValueError):
        return unreadable("UserCertificate is not base64")
