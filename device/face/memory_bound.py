"""A bound on the memory that a library may take for hostile bytes: what wants more gets none, and fails as it can.

Linux: the limit is on the address space (setrlimit(2), RLIMIT_AS), and for as long as it holds on all threads.
"""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_bounding = threading.RLock()  # two threads would each put back what the other had set


@contextmanager
def at_most(more_bytes: int) -> Iterator[None]:
    """Within it, the process grows by no more than `more_bytes`: allocations fail, in Python with `MemoryError`."""
    with _bounding:
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = _address_space() + more_bytes
        tightest = min(limit for limit in (bound, soft, hard) if limit != resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_AS, (tightest, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """Of this process, in bytes (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
