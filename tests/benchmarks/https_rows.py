"""What the desk adds to a question over a bare httpx POST of the same bytes, on lines that are open already."""

import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles

import httpx
from row import Row

from terminal.card_token import TokenKind
from terminal.coverage import InForce, Question
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.eligibility.xmlmsg import encode_question
from terminal.people import Card, VerificationMethod, Verified
from terminal.practice.authority import Authority
from terminal.practice.registry import register
from terminal.practice.service import PracticeService

INSTITUTION = "1319999999"
CERTIFICATE = bytes(1500)  # as long as a real one
QUESTIONS, WARM_UP = 400, 20
HEADERS = {"Content-Type": "application/xml; charset=utf-8", "Accept-Encoding": "identity"}


def rows() -> Iterable[Row]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        Authority.make(datetime.now(UTC)).save(home)
        register(home, CERTIFICATE, "p01")
        service = stack.enter_context(closing(PracticeService(home, lambda module: [sys.executable, "-m", module])))
        service.start()
        tls = home / "tls"
        ours = stack.enter_context(closing(_desk(service.url, tls)))
        context = ssl.create_default_context(cafile=tls / "ca.crt")
        context.load_cert_chain(tls / "client.crt", tls / "client.key")
        bare = stack.enter_context(httpx.Client(verify=context, trust_env=False))

        desk_ms, bare_ms = [], []
        for number in range(0, 2 * QUESTIONS, 2):  # in turn, so that both meet the same load
            desk_ms.append(_ms(partial(_ask, ours, _question(number))))
            question = _question(number + 1)
            body, key = encode_question(question, INSTITUTION), {"Idempotency-Key": question.identifier}
            bare_ms.append(_ms(partial(_post, bare, service.url, body, HEADERS | key)))
        desk, alone = (quantiles(times[WARM_UP:], n=10) for times in (desk_ms, bare_ms))
        beside = f"bare httpx POST; fastest tenth of each, medians {desk[4]:.1f} and {alone[4]:.1f}"
        yield Row("a question over HTTPS", desk[0], alone[0], "ms", 1.05, beside)


def _ask(desk: HttpsEligibility, question: Question) -> None:
    assert isinstance(desk.ask(question), InForce)


def _post(bare: httpx.Client, url: str, body: bytes, headers: dict[str, str]) -> None:
    assert bare.post(url, content=body, headers=headers).status_code == 200


def _desk(url: str, tls: Path) -> HttpsEligibility:
    return HttpsEligibility(
        url,
        INSTITUTION,
        LineCertificates.in_folder(tls),
    )


def _question(number: int) -> Question:
    now = datetime.now(UTC)
    card = Card("bench", TokenKind.PLASTIC, CERTIFICATE, now, None, None)
    return Question(f"bench-{number}", Verified(card, None, VerificationMethod.PIN), frozenset(), now.date(), now)


def _ms(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
