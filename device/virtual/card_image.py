"""What a practice card holds, as data: applications, and in each of them files, codes and private keys by their id.

A file, code or key shares one space of two-byte ids within its application, as on the card. Practice only: everything
in an image is invented, and it holds the codes and keys in plain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from device.card.profile import NEXT
from terminal.practice.private_file import write_private

JPKI: Final = bytes.fromhex("D392F000260100000001")  # 公的個人認証
TEXT: Final = bytes.fromhex("D3921000310001010408")  # 券面入力補助
SURFACE: Final = bytes.fromhex("D3921000310001010402")  # 券面確認
COMMON: Final = bytes.fromhex("D3921000310001010100")  # 共通カード
REGISTRY: Final = bytes.fromhex("D3921000310001010401")  # 住基
NEXT_AUTHENTICATION: Final = NEXT.jpki.aid  # placeholders, as published nowhere yet: the profile's own
NEXT_SURFACE: Final = NEXT.surface.aid

AUTHENTICATION_CERTIFICATE: Final = 0x000A  # in JPKI
_CERTIFICATES: Final = ((JPKI, AUTHENTICATION_CERTIFICATE), (NEXT_AUTHENTICATION, NEXT.jpki.certificate_file))

OpenedBy = tuple[int, ...] | None  # ids of codes, any one of which opens; None: free; empty: nothing opens it


@dataclass(frozen=True)
class File:
    """A transparent file."""

    content: bytes = field(repr=False)
    opened_by: OpenedBy = None


@dataclass(frozen=True)
class RecordFile:
    """A file of numbered records, the first of which is 1. Free to read."""

    records: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Code:
    """A PIN, password or 照合番号 that is compared inside the card; `tries` are left of `tries_full`, 0: locked."""

    value: bytes = field(repr=False)
    tries: int
    tries_full: int


@dataclass(frozen=True)
class PrivateKey:
    """A key (PKCS #8, DER) that never leaves the card."""

    pkcs8: bytes = field(repr=False)
    opened_by: OpenedBy = None


Entry = File | RecordFile | Code | PrivateKey
Application = Mapping[int, Entry]


@dataclass(frozen=True)
class CardImage:
    """A card's memory: answer to reset, and applications by their AID."""

    atr: bytes
    applications: Mapping[bytes, Application] = field(repr=False)

    @property
    def certificate(self) -> bytes:
        """The user-authentication certificate (X.509 DER) without the filler that follows it in its file."""
        aid, file_id = next(place for place in _CERTIFICATES if place[0] in self.applications)
        entry = self.applications[aid][file_id]
        if not isinstance(entry, File):
            raise TypeError("the certificate is no transparent file")
        return entry.content[: 4 + int.from_bytes(entry.content[2:4])]  # 30 82 LL LL

    def with_entry(self, aid: bytes, entry_id: int, entry: Entry | None) -> "CardImage":
        """The same card with one file, code or key replaced; None takes it away."""
        application = {**self.applications[aid]}
        application.pop(entry_id, None)
        if entry is not None:
            application[entry_id] = entry
        return replace(self, applications={**self.applications, aid: application})

    def save(self, path: Path) -> None:
        """Writes JSON that only its owner may read (0600), replacing the file whole."""
        document = {
            "atr": self.atr.hex(),
            "applications": {
                aid.hex(): {f"{entry_id:04x}": _to_json(entry) for entry_id, entry in application.items()}
                for aid, application in self.applications.items()
            },
        }
        write_private(path, json.dumps(document, indent=1).encode())

    @classmethod
    def load(cls, path: Path) -> "CardImage":
        """Reads what `save` wrote. Raises `OSError`, `ValueError`, `KeyError` or `TypeError`: the file is our own."""
        document = json.loads(path.read_bytes())
        return cls(
            bytes.fromhex(document["atr"]),
            {
                bytes.fromhex(aid): {int(entry_id, 16): _from_json(entry) for entry_id, entry in application.items()}
                for aid, application in document["applications"].items()
            },
        )


def _to_json(entry: Entry) -> dict[str, Any]:
    match entry:
        case File(content, opened_by):
            return {"kind": "file", "content": content.hex(), "opened_by": opened_by}
        case RecordFile(records):
            return {"kind": "records", "records": [record.hex() for record in records]}
        case Code(value, tries, tries_full):
            return {"kind": "code", "value": value.hex(), "tries": tries, "tries_full": tries_full}
        case PrivateKey(pkcs8, opened_by):
            return {"kind": "key", "pkcs8": pkcs8.hex(), "opened_by": opened_by}


def _from_json(entry: dict[str, Any]) -> Entry:
    def opened_by() -> OpenedBy:
        return None if entry["opened_by"] is None else tuple(entry["opened_by"])

    match entry["kind"]:
        case "file":
            return File(bytes.fromhex(entry["content"]), opened_by())
        case "records":
            return RecordFile(tuple(bytes.fromhex(record) for record in entry["records"]))
        case "code":
            return Code(bytes.fromhex(entry["value"]), entry["tries"], entry["tries_full"])
        case "key":
            return PrivateKey(bytes.fromhex(entry["pkcs8"]), opened_by())
        case kind:
            raise ValueError(f"no such kind of entry: {kind}")
