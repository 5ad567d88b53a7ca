"""The wrapping key as an encrypted credential of systemd: by the TPM2 of the machine, by its host key, or by both.

A unit gets it opened (`LoadCredentialEncrypted=uketsuke-kek:…/uketsuke-kek.cred`, systemd.exec(5)); outside of one,
root opens it with `systemd-creds decrypt` (systemd-creds(1), systemd 250 or newer). The key goes over pipes only.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from offline_cache.keys.seals import of_right_length, read_sealed, write_sealed
from terminal.problems import Problem, TerminalError

LIMIT_S = 60
_ID_BYTES = 16
_KEPT_BY: Final = {  # how a credential begins (systemd, src/shared/creds-util.h)
    "5a1c6a86df9d4096b1d5a65e0862f19a": "the machine's host key",
    "0c7cc07b117645919c4b0bea08bc20fe": "TPM2",
    "93a894094874449090caf2fc93cab553": "TPM2 and the machine's host key",
}


class CredentialSeal:
    """`directory` is the unit's `$CREDENTIALS_DIRECTORY`, None outside of one; `sealed` the encrypted credential.

    `tpm_device` names one TPM2 as systemd does; else systemd takes one where there is one, with the host key.
    """

    FILE = "uketsuke-kek"
    SEALED = "uketsuke-kek.cred"
    kind = "credential"
    is_practice = False

    def __init__(self, directory: Path | None, sealed: Path | None = None, tpm_device: str | None = None) -> None:
        self._directory = directory
        self._sealed = sealed
        self._tpm_device = tpm_device

    def begin(self) -> bytes:
        """The same as `open`: this key was made when the machine was set up."""
        return self.open()

    def open(self) -> bytes:
        """The key that systemd handed out, or else opens now."""
        if self._directory is not None:
            try:
                return of_right_length((self._directory / self.FILE).read_bytes(), self.FILE)
            except OSError as error:
                raise TerminalError(Problem.KEY_MISSING, f"credential {self.FILE}") from error
        if self._sealed is None:
            raise TerminalError(Problem.KEY_MISSING, f"no credential {self.FILE}")
        untrusted = read_sealed(self._sealed)
        kept_by(untrusted)
        return of_right_length(_systemd_creds(["decrypt", *self._device()], untrusted), self.FILE)

    def keep(self, kek: bytes) -> None:
        """Has systemd encrypt the key, and sees that it gives the same one back."""
        if self._sealed is None:
            raise TerminalError(Problem.KEY_MISSING, f"no place for {self.SEALED}")
        with_key = "auto" if self._tpm_device is None else "tpm2"
        options = [f"--with-key={with_key}", *self._device()]
        if with_key == "tpm2":
            options.append("--tpm2-pcrs=7")  # who may boot; the others change with each firmware update
        made = _systemd_creds(["encrypt", *options], kek)
        kept_by(made)
        if _systemd_creds(["decrypt", *self._device()], made) != kek:
            raise TerminalError(Problem.KEY_MISSING, "systemd-creds gives another key back")
        write_sealed(self._sealed, made)

    def _device(self) -> list[str]:
        return [] if self._tpm_device is None else [f"--tpm2-device={self._tpm_device}"]


def kept_by(untrusted: bytes) -> str:
    """What keeps an encrypted credential, in words. Raises `KEY_MISSING` for what nothing keeps.

    systemd knows a credential "for machines without TPM2", under a key of zeros: that one is as good as plain.
    """
    try:
        begins = base64.b64decode(untrusted, validate=False)[:_ID_BYTES].hex()
    except ValueError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{CredentialSeal.SEALED}: damaged") from error
    if begins not in _KEPT_BY:
        raise TerminalError(Problem.KEY_MISSING, f"{CredentialSeal.SEALED}: under no key of this machine, or damaged")
    return _KEPT_BY[begins]


def _systemd_creds(arguments: Sequence[str], data: bytes) -> bytes:
    verb, *options = arguments
    command = ["systemd-creds", verb, *options, f"--name={CredentialSeal.FILE}", "-", "-"]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=LIMIT_S, env=_without_our_libraries()
        )
    except FileNotFoundError as error:
        raise TerminalError(Problem.KEY_MISSING, "systemd-creds is not there (systemd 250 or newer)") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        name = type(error).__name__
        raise TerminalError(Problem.KEY_MISSING, f"systemd-creds {verb}: {name}") from None  # it may hold the key
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise TerminalError(Problem.KEY_MISSING, f"systemd-creds {verb}: {said[-1][:200]}")
    return done.stdout


def _without_our_libraries() -> dict[str, str]:
    """The one-folder build points the loader at its own OpenSSL, which systemd's program must not get (PyInstaller)."""
    environment = dict(os.environ)
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        environment.pop("LD_LIBRARY_PATH", None)
    return environment
