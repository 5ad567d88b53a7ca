"""What is known to be wrong with a package, asked of a copy of the records or of the database."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from vulnerabilities import DatabaseAwayError, ask, look_up

RECORD = {
    "id": "TEST-1",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Some_Thing"},
            "versions": ["0.9"],
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.2"}, {"fixed": "1.10"}]}],
        }
    ],
}


@pytest.mark.parametrize(
    ("version", "is_known"),
    [("0.9", True), ("1.1", False), ("1.2", True), ("1.9.9", True), ("1.10", False), ("odd!", True)],
)
def test_a_copy_of_the_records_is_asked_by_version(version: str, is_known: bool, tmp_path: Path) -> None:
    (tmp_path / "TEST-1.json").write_text(json.dumps(RECORD))
    assert list(look_up({"some-thing": version}, tmp_path)) == ([("some-thing", "TEST-1")] if is_known else [])


def test_an_empty_copy_is_no_clean_bill(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAwayError):
        list(look_up({"httpx": "0.28.1"}, tmp_path))


class Osv(BaseHTTPRequestHandler):
    """Answers as osv.dev does (its API, v1/querybatch)."""

    answer: bytes

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        pass


def asked(answer: bytes, purls: list[str]) -> list[tuple[str, str]]:
    with HTTPServer(("127.0.0.1", 0), type("Answering", (Osv,), {"answer": answer})) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            return list(ask(purls, f"http://127.0.0.1:{server.server_port}/v1/querybatch"))
        finally:
            server.shutdown()
            thread.join()


def test_the_database_is_asked_and_its_answer_read() -> None:
    answer = json.dumps({"results": [{}, {"vulns": [{"id": "TEST-1"}, {"id": "TEST-2"}]}]}).encode()
    told = asked(answer, ["pkg:pypi/a@1", "pkg:pypi/b@1"])
    assert told == [("pkg:pypi/b@1", "TEST-1"), ("pkg:pypi/b@1", "TEST-2")]


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"results": []}', b"[]"])
def test_an_answer_that_is_none_is_no_clean_bill(answer: bytes) -> None:
    with pytest.raises(DatabaseAwayError):
        asked(answer, ["pkg:pypi/a@1"])


def test_nobody_there_is_no_clean_bill() -> None:
    with pytest.raises(DatabaseAwayError):
        list(ask(["pkg:pypi/a@1"], "http://127.0.0.1:1/v1/querybatch"))
