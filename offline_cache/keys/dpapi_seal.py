"""The wrapping key kept by Windows for the account that the desk runs under (DPAPI: CryptProtectData, wincrypt.h).

For one account and not for the machine: with CRYPTPROTECT_LOCAL_MACHINE any program on the PC could open it. Tested
against a stand-in for crypt32 only; no Windows machine has run this yet.
"""

import ctypes
import sys
from pathlib import Path
from typing import Any, Final

from offline_cache.keys.seals import of_right_length, read_sealed, write_sealed
from terminal.problems import Problem, TerminalError

NO_QUESTIONS: Final = 0x1  # CRYPTPROTECT_UI_FORBIDDEN
_ENTROPY: Final = b"uketsuke/kek/1"  # keeps what another program of the account protected from passing for ours


class Blob(ctypes.Structure):
    """DATA_BLOB (dpapi.h): so many bytes, and where."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_ubyte)))


class Dpapi:
    """`crypt32` and `kernel32`; by default those of Windows. Raises `KEY_MISSING` anywhere else."""

    def __init__(self, crypt32: Any = None, kernel32: Any = None) -> None:
        self._crypt32 = crypt32 or _library("crypt32")
        self._kernel32 = kernel32 or _library("kernel32")

    def protect(self, plain: bytes) -> bytes:
        """What only this account opens again."""
        return self._call("CryptProtectData", plain)

    def unprotect(self, untrusted: bytes) -> bytes:
        """What this account protected."""
        return self._call("CryptUnprotectData", untrusted)

    def _call(self, name: str, data: bytes) -> bytes:
        """Both functions take: in, description, entropy, reserved, prompt, flags, out."""
        given, entropy, out = _blob(data), _blob(_ENTROPY), Blob()
        function = getattr(self._crypt32, name)
        arguments = (ctypes.byref(given), None, ctypes.byref(entropy), None, None, NO_QUESTIONS, ctypes.byref(out))
        done = function(*arguments)
        ctypes.memset(given.data, 0, given.size)
        if not done:
            raise TerminalError(Problem.KEY_MISSING, f"{name}: not this account's, or this Windows was set up anew")
        try:
            return ctypes.string_at(out.data, out.size)
        finally:
            ctypes.memset(out.data, 0, out.size)
            self._kernel32.LocalFree(ctypes.cast(out.data, ctypes.c_void_p))


class DpapiSeal:
    """`dpapi` is taken at the first use, so that a seal can be named on any system."""

    FILE = "uketsuke-kek.dpapi"
    kind = "dpapi"
    is_practice = False

    def __init__(self, folder: Path, dpapi: Dpapi | None = None) -> None:
        self._path = folder / self.FILE
        self._dpapi = dpapi

    def begin(self) -> bytes:
        """The same as `open`: `uketsuke keys init` made this key."""
        return self.open()

    def open(self) -> bytes:
        """The key."""
        return of_right_length(self._windows().unprotect(read_sealed(self._path)), self.FILE)

    def keep(self, kek: bytes) -> None:
        """Has Windows protect the key, and sees that it gives the same one back."""
        made = self._windows().protect(kek)
        if self._windows().unprotect(made) != kek:
            raise TerminalError(Problem.KEY_MISSING, "DPAPI gives another key back")
        write_sealed(self._path, made)

    def _windows(self) -> Dpapi:
        return self._dpapi or Dpapi()


def _blob(data: bytes) -> Blob:
    return Blob(len(data), (ctypes.c_ubyte * len(data)).from_buffer_copy(data))


def _library(name: str) -> Any:
    if sys.platform == "win32":
        return ctypes.WinDLL(name)
    raise TerminalError(Problem.KEY_MISSING, "dpapi: there is none but on Windows")
