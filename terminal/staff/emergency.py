"""The sealed emergency code: printed at set-up, put in an envelope, good for some hours from its first use.

Pure but for chance. For the day on which nobody can sign in. Opening it is on record before anything else is, and
someone looks at it after.
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

ID: Final = "emergency"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's Base32: nothing that is taken for something else
_READ_AS: Final = str.maketrans("OIL", "011")
LENGTH, GROUP = 20, 5  # 100 bits


@dataclass(frozen=True)
class Emergency:
    """One code. Unused, it waits in its envelope; opened, it holds until `ends`; over, it waits for a review."""

    number: int
    code: str = field(repr=False)  # an Argon2id hash
    made_at: datetime
    opened_at: datetime | None = None
    ends: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    reviewed_by: str = ""
    revision: int = 0

    @property
    def is_sealed(self) -> bool:
        """Whether it was not used yet."""
        return self.opened_at is None

    def opens(self, now: datetime) -> bool:
        """Whether the code is taken: never used, or not over yet, since a desk may be started again meanwhile."""
        if self.opened_at is None or self.ends is None:
            return True
        return self.opened_at <= now < self.ends and not self.reviewed_by

    @property
    def is_to_review(self) -> bool:
        """Whether it was used and nobody has looked at that since."""
        return self.opened_at is not None and not self.reviewed_by


def new_code() -> str:
    """A code in groups, as it is printed."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def plain_code(typed: str) -> str:
    """A code as typed, without what people add or mistake: spaces, dashes, small letters, O for 0, I and L for 1."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in text if character.isalnum()).translate(_READ_AS)
