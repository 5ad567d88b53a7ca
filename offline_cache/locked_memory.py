"""Memory that neither reaches the swap nor keeps what was freed: the whole process's, where the system allows it.

SQLCipher can do both for its own pages, with two system calls for each allocation: four fifths of a lookup's time. A
process that is locked as a whole, and whose C library overwrites what is freed, needs none of that.
"""

import ctypes
import os
import resource
import sys
from functools import cache

_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4  # mlockall(2), sys/mman.h
_OVERWRITES = "glibc.malloc.perturb="  # as the desk begins itself anew with (mallopt(3), M_PERTURB)


@cache
def is_locked_and_wiped() -> bool:
    """Locks this process's memory, now and to come; whether that is so, and freed memory is overwritten, too.

    Not tried under a limit: where locking is bounded, the allocation after the last allowed one fails.
    """
    if sys.platform != "linux" or _OVERWRITES not in os.environ.get("GLIBC_TUNABLES", ""):
        return False
    return _is_unbounded() and ctypes.CDLL(None).mlockall(_CURRENT | _FUTURE | _ON_FAULT) == 0


def _is_unbounded() -> bool:
    return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
