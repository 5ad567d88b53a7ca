"""A bundle carries what others signed over the log, and three verifiers check it."""

import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from log_bundles import Files, build_checker, bundled, verdicts, zipped

from offline_cache.store import read_store
from terminal.access_log.bundle_evidence import EvidenceWrong, Trusted, check_evidence
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.timestamp import stamp_request
from terminal.access_log.witness import WitnessQuestion
from terminal.commands.log import run
from terminal.commands.log_prove import signed_end
from terminal.commands.log_witness import open_desk

SIZE = 130


class Evidence:
    """A bundle with a cosignature and a stamp, the witness's key and the authority's root."""

    def __init__(self, home: Path) -> None:
        self.home = home
        store = home / "store"
        assert run(["simulate", "--entries", str(SIZE), "--out", str(store)]) == 0
        with closing(read_store(store, None)) as log:
            self.key = log.keys.log
            note, _ = signed_end(log)
        desk = open_desk(home / "witness", "witness.example", [self.key])
        self.witness = desk.key
        cosignature = desk.answer(WitnessQuestion(0, (), note).text().encode()).body.decode()
        (store / "witnessed").mkdir()
        (store / "witnessed" / f"{desk.key.id.hex()}.note").write_text(note + cosignature, "utf-8")
        (store / "stamps").mkdir()
        (store / "stamps" / f"{SIZE}.note").write_text(note, "utf-8")
        (store / "stamps" / f"{SIZE}.tsr").write_bytes(self._stamp(note))
        self.files = bundled(store, home / "log.zip")

    def _stamp(self, note: str) -> bytes:
        (self.home / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=it\n[it]\nserial=serial\ndefault_policy=1.2.3.4\nsigner_digest=sha256\n"
            "digests=sha256\n[ext]\nextendedKeyUsage=critical,timeStamping\n[req]\ndistinguished_name=dn\n[dn]\n"
        )
        (self.home / "serial").write_text("01")
        subject = ("-nodes", "-newkey", "rsa:2048", "-config", "ts.cnf", "-days", "9")
        self._openssl("req", "-x509", *subject, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Invented root")
        self._openssl("req", *subject[:5], "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Invented authority")
        self._openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-out", "tsa.pem", "-days", "9", "-extfile", "ts.cnf", "-extensions", "ext")  # fmt: skip
        (self.home / "q").write_bytes(stamp_request(note))
        self._openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "q", "-signer", "tsa.pem",
                      "-inkey", "tsa.key", "-out", "r")  # fmt: skip
        return (self.home / "r").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.home, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    return Evidence(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return build_checker(tmp_path_factory.mktemp("go"))


def codes(files: Files, witness: str, path: Path, checker: Path | None) -> set[int]:
    return {code for code, _ in verdicts(zipped(path, files), checker, witness=witness)}


def test_what_others_signed_is_accepted(evidence: Evidence, tmp_path: Path, checker: Path | None) -> None:
    assert {name.partition("/")[0] for name in evidence.files} >= {"witnessed", "stamps"}
    assert codes(evidence.files, evidence.witness.vkey(), tmp_path / "log.zip", checker) == {0}


def test_a_witness_that_did_not_sign_is_missed(evidence: Evidence, tmp_path: Path, checker: Path | None) -> None:
    other = open_desk(tmp_path / "other", "other.example", [evidence.key]).key
    assert codes(evidence.files, other.vkey(), tmp_path / "log.zip", checker) == {1}
    without = {name: content for name, content in evidence.files.items() if not name.startswith("witnessed/")}
    with pytest.raises(EvidenceWrong):
        check_evidence(without, evidence.key, Trusted([evidence.witness]))


def test_a_stamp_over_something_else_is_found(evidence: Evidence, tmp_path: Path, checker: Path | None) -> None:
    stamp = f"stamps/{SIZE}.tsr"
    files = evidence.files | {stamp: evidence.files[stamp][:40]}
    assert codes(files, evidence.witness.vkey(), tmp_path / "log.zip", checker) == {1}


def test_a_stamp_leads_to_the_root_that_is_trusted(evidence: Evidence) -> None:
    roots = (evidence.home / "ca.pem").read_bytes()
    key = LogKey.of_vkey(evidence.key.vkey())
    (cosigned, stamped) = check_evidence(evidence.files, key, Trusted([evidence.witness], roots))
    assert cosigned.startswith(f"cosigned: {SIZE} entries by witness.example at ")
    assert stamped.startswith(f"stamped: {SIZE} entries at ")


def test_an_authority_that_stamped_nothing_is_missed(evidence: Evidence, capsys: pytest.CaptureFixture[str]) -> None:
    without = {name: content for name, content in evidence.files.items() if not name.startswith("stamps/")}
    with pytest.raises(EvidenceWrong, match="no stamp is in it"):
        check_evidence(without, evidence.key, Trusted(stamp_roots=(evidence.home / "ca.pem").read_bytes()))
    check_evidence(without, evidence.key, Trusted())
    for bundle, file, code, said in (
        ("log.zip", "ts.cnf", 1, "there is no certificate (PEM) in it"),
        ("log.zip", "ca.pem", 0, ""),
        ("store", "ca.pem", 2, "--witness and --ca are for a bundle"),
    ):
        assert run(["verify", str(evidence.home / bundle), "--ca", str(evidence.home / file)]) == code
        assert said in capsys.readouterr().err
