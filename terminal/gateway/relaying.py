"""Many questions, or the fetching of their answers, passed on to a service under the gateway's own identifier.

Law: what comes back says to the kiosk all that the service said, and only the header's identifier, reception number and
character code are the gateway's; whose answers they are the kiosk checks, which alone knows whom it asked about.
"""

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.coverage import Refused
from terminal.eligibility.bookings import BulkService
from terminal.eligibility.bookings_messages import Envelope, encode_fetch, encode_many
from terminal.eligibility.codes import CharacterCode
from terminal.eligibility.untrusted_xml import only, parse, section, text
from terminal.eligibility.xmlmsg import refuse_another
from terminal.gateway.answer import write_answer
from terminal.gateway.many import Fetch, Many, Receptions
from terminal.gateway.question import Asked
from terminal.problems import Problem, TerminalError


def relay(asked: Asked, service: object, receptions: Receptions, now: datetime) -> bytes:
    """The answer, for the kiosk. Raises what the service's line does, `SERVICE_REFUSED` for a service that takes none.

    An answer that came and is none is a refusal to the kiosk: asked again, the service would say the same.
    """
    if not isinstance(service, BulkService):
        raise TerminalError(Problem.SERVICE_REFUSED, "this service does not take many questions at once")
    question = asked.question
    envelope = Envelope(question.identifier, asked.institution_code, question.day)
    if isinstance(question, Many):
        body = encode_many(envelope, question.searches)
    elif isinstance(question, Fetch) and (number := receptions.number(asked.terminal, question.reception)):
        body = encode_fetch(envelope, number)
    else:
        return write_answer(asked, Refused("RECEPTION", "not a reception number of this kiosk"), now)
    untrusted_answer = service.exchange(envelope.identifier, body)
    try:
        return _readdressed(untrusted_answer, asked, envelope, receptions)
    except TerminalError as error:
        return write_answer(asked, Refused(error.problem, error.detail), now)


def _readdressed(untrusted_answer: bytes, asked: Asked, envelope: Envelope, receptions: Receptions) -> bytes:
    message = parse(untrusted_answer)
    header = section(message, "MessageHeader")
    refuse_another(header, envelope.identifier, envelope.institution_code, envelope.day)
    _say(header, "ArbitraryFileIdentifier", asked.identifier)
    _say(header, "CharacterCodeIdentifier", CharacterCode.UTF_8)
    if number := text(header, "ReceptionNumber"):
        _say(header, "ReceptionNumber", receptions.given(asked.terminal, number))
    encoded: bytes = tostring(message, encoding="utf-8", xml_declaration=True)
    return encoded


def _say(header: Element, name: str, value: str) -> None:
    found = only(header, name)
    (SubElement(header, name) if found is None else found).text = value
