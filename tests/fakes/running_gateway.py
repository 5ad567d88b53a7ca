"""A gateway as a process of its own: what it is told of its site, and a wait until it listens."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from kiosks import INSTITUTION, LIMIT, Site

CHECKOUT = (sys.executable, "-m", "terminal")


def site_section(site: Site) -> str:
    """The `[gateway]` of a configuration, on any free port; more of it may follow."""
    certificate, key = site.certify("gateway")
    return f"""
        [gateway]
        institution_code = "{INSTITUTION}"
        certificate = "{certificate}"
        key = "{key}"
        ca_file = "{site.ca_file}"
        host = "127.0.0.1"
        port = 0"""


def credentials_in(folder: Path) -> Path:
    """A new folder with the key that the gateway's store is opened by."""
    folder.mkdir()
    (folder / "uketsuke-kek").write_bytes(bytes(range(32)))
    return folder


def listening(
    program: Sequence[str], configuration: Path, credentials: Path, ends: ExitStack
) -> tuple["subprocess.Popen[str]", int]:
    """The process, and the port on which it takes questions. It is killed when `ends` ends."""
    process = subprocess.Popen(
        [*program, "gateway", "--config", configuration],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"CREDENTIALS_DIRECTORY": str(credentials)},
    )
    assert process.stdout is not None
    ends.callback(process.stdout.close)
    ends.callback(process.wait, LIMIT)
    ends.callback(process.kill)
    word, port = process.stdout.readline().split()
    assert word == "listening"
    return process, int(port)
