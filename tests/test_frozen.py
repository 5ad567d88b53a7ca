"""The program as PyInstaller freezes it: each verb is whole, a card is checked in, and a gateway answers.

What a checkout can import and a frozen program lacks shows only here. `./run test-package` tries the Debian package.
"""

import importlib.util
import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest
from kiosks import Site
from make_package import build_folder
from running_gateway import credentials_in, listening, site_section

from terminal.__main__ import VERBS

ROOT = Path(__file__).parent.parent
WITHIN_S = 120
pytestmark = pytest.mark.timeout(900)  # the building, on a busy machine


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Built once; some 400 MB, gone with the last of these tests."""
    if not (importlib.util.find_spec("PyInstaller") and shutil.which("objdump")):
        pytest.skip("PyInstaller or binutils is not installed")
    built = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # there may be no commit to take it from
        folder = build_folder(built / "dist")
    yield folder / "uketsuke"
    shutil.rmtree(built)


def run(program: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=WITHIN_S, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_lacks_a_module(program: Path, verb: str) -> None:
    helped = run(program, verb, "--help")
    assert helped.returncode == 0, helped.stderr
    assert helped.stderr == ""


def test_a_person_is_checked_in_and_the_log_is_intact(program: Path, tmp_path: Path) -> None:
    said = run(program, "practice", "--headless", "--person", "p01", "--json", "--home", str(tmp_path))
    assert json.loads(said.stdout)["outcome"] == "confirmed", said.stderr
    assert run(program, "log", "verify", str(tmp_path)).stdout.startswith("intact")


def test_a_gateway_listens_and_says_that_it_is_well(program: Path, tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    for name in ("req", "res", "face"):
        (tmp_path / "link" / name).mkdir(parents=True)
    file = tmp_path / "gateway.toml"
    file.write_text(f"""{site_section(site)}
        [store]
        folder = "{tmp_path / "store"}"
        [eligibility]
        service = "folder"
        [eligibility.folder]
        folder = "{tmp_path / "link"}"
        record = "{tmp_path / "jobs.db"}"
    """)
    with ExitStack() as ends:
        process, port = listening([str(program)], file, credentials_in(tmp_path / "credentials"), ends)
        context: ssl.SSLContext = site.client("desk-1")
        with urlopen(f"https://127.0.0.1:{port}/health", context=context, timeout=WITHIN_S) as answer:
            assert json.load(answer)["unanswered"] == 0
        process.terminate()
        assert process.wait(WITHIN_S) == 0


def test_the_desk_with_its_windows_opens(program: Path, tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [program, "practice", "--home", tmp_path], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr
    with process, process.stderr:
        try:
            ends = time.monotonic() + WITHIN_S
            while not (tmp_path / "journal.db").exists():
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < ends
                time.sleep(0.05)
        finally:
            process.kill()
