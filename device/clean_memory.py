"""What this program frees is overwritten: by glibc (mallopt(3), `M_PERTURB`), from where Python takes its memory.

Python cannot wipe a `str`; this wipes every copy when it is freed. Linux with glibc only.
"""

import ctypes
import os
import sys
from typing import Final

CLEAN_MEMORY: Final = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",  # what is in the cache is not overwritten
}
_DOMAINS: Final = (1, 2)  # PYMEM_DOMAIN_MEM and PYMEM_DOMAIN_OBJ (CPython, Include/cpython/pymem.h)
_RAW: Final = 0


class _Allocator(ctypes.Structure):
    """`PyMemAllocatorEx` (the Python/C API, "Customize Memory Allocators")."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("context", "malloc", "calloc", "realloc", "free")]


def keep_memory_clean() -> None:
    """Has this program begin anew, in its own place, with memory that is overwritten when it is freed; Linux only."""
    if sys.platform == "linux" and not CLEAN_MEMORY.items() <= os.environ.items():
        again = [sys.executable, *sys.orig_argv[1:]]
        os.execve(again[0], again, {**os.environ, **CLEAN_MEMORY})  # noqa: S606  # there is no shell to miss


def take_memory_from_glibc() -> None:
    """From now on Python takes new memory from glibc, where `PYTHONMALLOC` is not heeded: in a frozen program.

    What it has already, it gives back to where it came from: Python's own `free` knows its blocks from glibc's.
    """
    if sys.platform != "linux" or not CLEAN_MEMORY.items() <= os.environ.items():
        return
    raw, ours = _Allocator(), _Allocator()
    ctypes.pythonapi.PyMem_GetAllocator(_RAW, ctypes.byref(raw))
    for domain in _DOMAINS:
        ctypes.pythonapi.PyMem_GetAllocator(domain, ctypes.byref(ours))
        ours.malloc, ours.calloc = raw.malloc, raw.calloc
        ctypes.pythonapi.PyMem_SetAllocator(domain, ctypes.byref(ours))
