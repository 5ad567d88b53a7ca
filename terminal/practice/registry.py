"""Which certificate belongs to whom of the deck: `registry.json` in the practice home, read anew at each question.

The key is the SHA-256 of the certificate (DER) in hex, the value a person's id. Practice only: invented people.
"""

import hashlib
import json
from pathlib import Path

from terminal.practice.private_file import write_private

FILE_NAME = "registry.json"


def register(home: Path, certificate: bytes, person_id: str) -> None:
    """Adds a certificate."""
    file = home / FILE_NAME
    ids = _read(file) | {_key(certificate): person_id}
    write_private(file, json.dumps(ids, indent=1, sort_keys=True).encode())


def person_id_of(home: Path, certificate: bytes) -> str | None:
    """The id, None for a certificate that nobody registered."""
    return _read(home / FILE_NAME).get(_key(certificate))


def _key(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    return {str(key): str(person_id) for key, person_id in json.loads(file.read_text(encoding="utf-8")).items()}
