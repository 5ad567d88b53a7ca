"""Which of the machine's card readers take patients' cards.

A clinic has others beside: for staff cards, or for the doctors' signature cards (HPKI), which a desk leaves alone.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Readers:
    """The readers' PC/SC names, or how these begin: PC/SC numbers them at the end, anew at each plugging in."""

    patient: str = ""  # empty: any that has no other role
    desk: str = ""  # on the receptionist's side of the counter, for who cannot reach the other
    staff: str = ""  # never asked for a patient's card

    def take(self, name: str) -> bool:
        """Whether a card in the reader of this name is a patient's."""
        if self.staff and name.startswith(self.staff):
            return False
        return name.startswith(self.patient) or bool(self.desk and name.startswith(self.desk))

    @property
    def of_staff(self) -> "Readers | None":
        """The staff's own reader, and no other; None where there is none. No reader is in both hands."""
        return Readers(patient=self.staff) if self.staff else None


ANY: Final = Readers()
