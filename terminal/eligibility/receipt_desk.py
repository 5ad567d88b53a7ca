"""The port `ReceiptOutput` of one desk: its clinic's folder for the receipt computer."""

from terminal.configuration.settings import Receipt
from terminal.eligibility.receipt_output import Untaken, respelled, result_of, untaken_in
from terminal.eligibility.receipt_output_folder import ReceiptFolder
from terminal.handing_over import Spelling
from terminal.states import Confirmed


class DeskReceipt:
    """Close it at the end. Raises `STORE_UNREADABLE` when the record of what was handed over cannot be opened."""

    def __init__(self, settings: Receipt, institution_code: str) -> None:
        self._charset = settings.charset
        self._institution_code = institution_code
        self._folder = ReceiptFolder(settings)

    def look(self, confirmed: Confirmed, spelling: Spelling) -> tuple[tuple[str, str], ...]:
        """Fields, each with a character that cannot be written; none: it can be handed over as it is."""
        result = respelled(result_of(confirmed, self._institution_code), dict(spelling))
        return _listed(untaken_in(result, self._charset))

    def hand_over(self, confirmed: Confirmed, spelling: Spelling) -> tuple[tuple[str, str], ...]:
        """Hands it over, once; else nothing is written, and this is why. Raises `RECEIPT_FOLDER_AWAY`."""
        return _listed(self._folder.hand_over(result_of(confirmed, self._institution_code), dict(spelling)))

    def close(self) -> None:
        """Closes the record."""
        self._folder.close()


def _listed(untaken: tuple[Untaken, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((each.field_name, each.character) for each in untaken)
