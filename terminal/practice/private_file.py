"""Files that only their owner may read, replaced whole. For the practice set alone: real secrets are kept elsewhere."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Puts a file with mode 0600 in place at once: whoever reads meets the old content or the new, never half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
