"""A day's bookings through a real gateway in front of the official folders, killed and started again."""

import os
import signal
import subprocess
import threading
from collections import Counter
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from bulk_gateway import COUNT, DAY, Upstream, ask
from kiosks import INSTITUTION, LIMIT, Site
from practice_line import question
from running_gateway import CHECKOUT, credentials_in, listening, site_section

from terminal.certificate import JST
from terminal.configuration.settings import CardChecks
from terminal.coverage import NotFound
from terminal.eligibility.folder_names import reply_name
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.insured import Insured, NumberQuestion
from terminal.practice.answers import read_question as read_upstream
from terminal.practice.answers import write_answer
from terminal.problems import Problem, TerminalError


class LinkSoftware:
    """The official link software's part: takes each request out of `req` once, and answers it into `res`."""

    def __init__(self, root: Path, upstream: Upstream) -> None:
        self.req, self.res = root / "req", root / "res"
        for folder in (self.req, self.res):
            folder.mkdir(parents=True)
        self.taken: Counter[str] = Counter()
        self.works = threading.Event()
        self._upstream = upstream
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.02):
            for request in list(self.req.glob("*.xml")) if self.works.is_set() else []:
                body = request.read_bytes()
                request.unlink()
                self.taken[request.name] += 1
                asked = read_upstream(body)
                answer = (
                    write_answer(asked, None, datetime.now(JST))
                    if asked.insured
                    else self._upstream.exchange(asked.identifier, body)
                )
                (self.res / "part").write_bytes(answer)
                (self.res / "part").rename(self.res / reply_name(request.name))

    def close(self) -> None:
        self._ended.set()
        self._thread.join(LIMIT)


def start_gateway(
    folder: Path, site: Site, ends: ExitStack, card_checks: CardChecks = CardChecks.REQ
) -> tuple["subprocess.Popen[str]", str]:
    configuration = folder / "gateway.toml"
    configuration.write_text(f"""{site_section(site)}
        answer_seconds = {LIMIT}
        [store]
        folder = "{folder / "store"}"
        [eligibility]
        service = "folder"
        [eligibility.folder]
        folder = "{folder / "OQS"}"
        record = "{folder / "folder_jobs.db"}"
        card_checks = "{card_checks}"
        budget_seconds = {LIMIT}
    """)
    process, port = listening(CHECKOUT, configuration, folder / "credentials", ends)
    return process, f"https://127.0.0.1:{port}/eligibility"


def line_to(url: str, site: Site) -> HttpsEligibility:
    certificate, key = site.certify("desk-1")
    return HttpsEligibility(
        url,
        INSTITUTION,
        LineCertificates(site.ca_file, certificate, key),
        budget=timedelta(seconds=LIMIT),
    )


def test_a_gateway_killed_before_the_folders_is_started_again_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    credentials_in(tmp_path / "credentials")
    upstream, site = Upstream(tmp_path / "upstream"), Site(tmp_path / "site")
    with ExitStack() as ends:
        software = LinkSoftware(tmp_path / "OQS", upstream)
        ends.callback(software.close)
        process, url = start_gateway(tmp_path, site, ends)
        first = line_to(url, site)
        ends.callback(first.close)
        asking = threading.Thread(target=_fails, args=(first, tmp_path))
        asking.start()
        while not list(software.req.glob("*.xml")):  # put into the folder, and nobody has answered
            assert asking.is_alive()
            asking.join(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(LIMIT)
        asking.join(LIMIT)
        software.works.set()
        _, url = start_gateway(tmp_path, site, ends)
        second = line_to(url, site)
        ends.callback(second.close)
        assert len(ask(second, tmp_path)) == COUNT
    assert set(upstream.times().values()) == {1}
    assert set(software.taken.values()) == {1}


def test_beside_an_official_reader_numbers_and_bookings_go_through_the_folders_all_the_same(tmp_path: Path) -> None:
    credentials_in(tmp_path / "credentials")
    upstream, site = Upstream(tmp_path / "upstream"), Site(tmp_path / "site")
    with ExitStack() as ends:
        software = LinkSoftware(tmp_path / "OQS", upstream)
        ends.callback(software.close)
        software.works.set()
        _, url = start_gateway(tmp_path, site, ends, CardChecks.FACE)
        line = line_to(url, site)
        ends.callback(line.close)
        insured = Insured("00990010", "12", "345678", "01", date(1992, 4, 12))
        assert line.ask_by_number(NumberQuestion("q-1", insured, DAY)) == NotFound()
        assert len(ask(line, tmp_path)) == COUNT
        with pytest.raises(TerminalError) as raised:  # a card's result names its holder, whom no gateway is told
            line.ask(question())
        assert raised.value.problem is Problem.SERVICE_REFUSED
    assert set(software.taken.values()) == {1}


def _fails(line: HttpsEligibility, folder: Path) -> None:
    with pytest.raises(TerminalError):
        ask(line, folder)
