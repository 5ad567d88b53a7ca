"""A day's bookings through a real gateway in front of the official folders, killed and started again."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from bulk_gateway import COUNT, Upstream, ask, opened
from kiosks import INSTITUTION, LIMIT, Site

from terminal.eligibility.folder_names import reply_name
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.gateway.gateway import Gateway
from terminal.practice.answers import read_question as read_upstream
from terminal.problems import TerminalError


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def gateway(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    made = opened(tmp_path, upstream)
    yield made
    made.close(grace_seconds=0)


# --- the real processes, in front of the official folders -------------------------------------------------------------


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
                answer = self._upstream.exchange(read_upstream(body).identifier, body)
                (self.res / "part").write_bytes(answer)
                (self.res / "part").rename(self.res / reply_name(request.name))

    def close(self) -> None:
        self._ended.set()
        self._thread.join(LIMIT)


def start_gateway(folder: Path, site: Site, ends: ExitStack) -> tuple["subprocess.Popen[str]", str]:
    certificate, key = site.certify("gateway")
    configuration = folder / "gateway.toml"
    configuration.write_text(f"""
        [gateway]
        institution_code = "{INSTITUTION}"
        certificate = "{certificate}"
        key = "{key}"
        ca_file = "{site.ca_file}"
        host = "127.0.0.1"
        port = 0
        answer_seconds = {LIMIT}
        [store]
        folder = "{folder / "store"}"
        [eligibility]
        service = "folder"
        [eligibility.folder]
        folder = "{folder / "OQS"}"
        record = "{folder / "folder_jobs.db"}"
        card_checks = "req"
        budget_seconds = {LIMIT}
    """)
    process = subprocess.Popen(
        [sys.executable, "-m", "terminal", "gateway", "--config", configuration],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"CREDENTIALS_DIRECTORY": str(folder / "credentials")},
    )
    assert process.stdout is not None
    ends.callback(process.stdout.close)
    ends.callback(process.wait, LIMIT)
    ends.callback(process.kill)
    word, port = process.stdout.readline().split()
    assert word == "listening"
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
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "uketsuke-kek").write_bytes(bytes(range(32)))
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


def _fails(line: HttpsEligibility, folder: Path) -> None:
    with pytest.raises(TerminalError):
        ask(line, folder)
