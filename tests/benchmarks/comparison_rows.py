"""What comparing records comes to over a large population, and what it costs; parse and compare of one whole answer."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import chain, islice
from xml.etree.ElementTree import Element, SubElement, tostring

from population import Kind, mislinks, right_pairs
from row import Row

from terminal.comparison.compare import compare, verdict
from terminal.comparison.likeness import Verdict
from terminal.coverage import InForce
from terminal.eligibility.xmlmsg import decode_reply
from terminal.people import Holder, IssuerTrust, Sex

PEOPLE = 100_000
PLANTED = 9_223  # as many as were found in Japan
SEED = 1
BATCH = 1_000
PAIRS_A_SECOND = 20_000
ANSWERS = 2_000
P99_LIMIT_MS = 5.0


def rows() -> Iterable[Row]:
    pairs = chain(right_pairs(PEOPLE, SEED), mislinks(PLANTED, SEED))
    found: Counter[tuple[bool, Verdict]] = Counter()
    spent = []
    while batch := list(islice(pairs, BATCH)):
        began = time.process_time()
        for pair in batch:
            found[pair.kind is Kind.RIGHT, verdict(compare(pair.holder, pair.record))] += 1
        spent.append((time.process_time() - began) / len(batch))
    right = sum(count for (is_right, _), count in found.items() if is_right)
    planted = found.total() - right
    asked, blocked = (found[True, said] / right * 100 for said in (Verdict.DOUBTFUL, Verdict.DIFFERENT))
    of_right, of_planted = f"of {right} right records", f"of {planted} planted mislinks; the goal is none"
    yield Row("comparison: wrong record accepted", found[False, Verdict.SAME], 1, "", 0.0, of_planted)
    yield Row("comparison: right record blocked", blocked, 0.5, "%", 1.0, of_right)
    yield Row("comparison: right record asked about", asked, 3.0, "%", 1.0, of_right)
    each = f"{PAIRS_A_SECOND} a second; CPU time, median of batches of {BATCH}"
    yield Row("comparison of two records", statistics.median(spent) * 1e6, 1e6 / PAIRS_A_SECOND, "us", 1.0, each)
    yield Row(
        "comparison after parsing, p99",
        _answer_ms(0.99),
        P99_LIMIT_MS,
        "ms",
        1.0,
        f"the limit; of {ANSWERS} whole answers; CPU time",
    )


def _answer_ms(share: float) -> float:
    """CPU milliseconds from an answer's bytes to the verdict, at that share of all."""
    holder = Holder(
        "髙﨑　花子",
        "架空県霞ヶ丘市見本町一丁目２番３号",
        date(1992, 4, 12),
        Sex.FEMALE,
        None,
        date(2034, 4, 12),
        IssuerTrust.CHECKED,
    )
    body, spent = _answer(), []
    for _ in range(ANSWERS):
        began = time.process_time()
        reply = decode_reply(body, "q-1", "1319999999", date(2026, 11, 22))
        assert isinstance(reply, InForce)
        assert verdict(compare(holder, reply.record)) is Verdict.SAME
        spent.append((time.process_time() - began) * 1000)
    return sorted(spent)[int(share * ANSWERS)]


def _answer() -> bytes:
    message = Element("XmlMsg")
    header, body = SubElement(message, "MessageHeader"), SubElement(message, "MessageBody")
    result = Element("ResultOfQualificationConfirmation")
    for parent, values in (
        (
            header,
            {
                "QualificationConfirmationDate": "20261122",
                "MedicalInstitutionCode": "1319999999",
                "ArbitraryFileIdentifier": "q-1",
                "SegmentOfResult": "1",
                "CharacterCodeIdentifier": "1",
            },
        ),
        (body, {"ProcessingResultStatus": "1", "QualificationValidity": "1"}),
        (
            result,
            {
                "InsurerNumber": "  138057",
                "InsurerName": "架空区国民健康保険",
                "InsuredIdentificationNumber": "３４５６７８",
                "Name": "高崎　花子",
                "NameKana": "ﾀｶｻｷ ﾊﾅｺ",
                "Sex1": "2",
                "Birthdate": "19920412",
                "Address": "霞が丘市見本町１－２－３",
            },
        ),
    ):
        for name, value in values.items():
            SubElement(parent, name).text = value
    SubElement(body, "ResultList").append(result)
    written: str = tostring(message, encoding="unicode")
    return written.encode("cp932")
