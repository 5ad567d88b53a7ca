"""The practice service's desk for many questions at once: it gives a reception number, and later the answers to it.

As the official service does, it is still at work when it is asked for the answers for the first time.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import SubElement

from terminal.eligibility.bookings_messages import UNIT, read_searches, write_searches
from terminal.eligibility.codes import ProcessingResultStatus, SegmentOfResult
from terminal.eligibility.untrusted_xml import parse, section
from terminal.practice.answers import (
    Asked,
    begin_message,
    to_bytes,
    validity_of,
    write_error,
    write_results,
    write_running,
)
from terminal.practice.deck import Person
from terminal.practice.numbers import person_by_number
from terminal.practice.private_file import write_private


class Receptions:
    """For one thread at a time. Questions stay in the practice home, so that a service started anew knows them."""

    def __init__(self, deck: Mapping[str, Person], home: Path) -> None:
        self._deck = deck
        self._folder = home / "receptions"
        self._asked_for: set[str] = set()

    def answer(self, asked: Asked, question: bytes, now: datetime) -> bytes:
        """A reception number for many questions; for a reception number the answers, or "still running"."""
        if asked.many:
            return self._receive(asked, question, now)
        file = self._folder / asked.reception
        if not asked.reception.isdecimal() or not file.exists():
            return write_error(asked, now)
        if asked.reception not in self._asked_for:
            self._asked_for.add(asked.reception)
            return write_running(asked, now)
        message = begin_message(asked, SegmentOfResult.NORMAL, now)
        body = SubElement(message, "MessageBody")
        for search in read_searches(section(parse(file.read_bytes()), "MessageBody")):
            unit = SubElement(body, UNIT)
            write_searches(unit, [search])
            person = person_by_number(self._deck, search.insured)
            records = person.records if person else ()
            SubElement(unit, "ProcessingResultStatus").text = ProcessingResultStatus.NORMAL
            SubElement(unit, "QualificationValidity").text = validity_of(records)
            write_results(unit, records)
        return to_bytes(message)

    def _receive(self, asked: Asked, question: bytes, now: datetime) -> bytes:
        number = str(int.from_bytes(sha256(asked.identifier.encode()).digest()[:6]))
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_private(self._folder / number, question)
        message = begin_message(asked, SegmentOfResult.NORMAL, now)
        SubElement(section(message, "MessageHeader"), "ReceptionNumber").text = number
        return to_bytes(message)
