"""The official folders beside an official card reader: cards by what it finds in `face`, numbers by `req` and `res`.

Law: nothing is put for a card, for the reader's own link software has asked already.
"""

from dataclasses import dataclass

from terminal.coverage import Question, Reply
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_card_checks import CardCheckEligibility
from terminal.insured import NumberQuestion


@dataclass(frozen=True)
class FoldersBesideReader:
    """Ports `EligibilityService`, `NumberService` and `BulkService`; each raises what the folders behind it do."""

    card_checks: CardCheckEligibility
    questions: FolderEligibility

    def ask(self, question: Question) -> Reply:
        """Waits for the holder's own result."""
        return self.card_checks.ask(question)

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """Asks without a card."""
        return self.questions.ask_by_number(question)

    def exchange(self, identifier: str, body: bytes) -> bytes:
        """Asks about many."""
        return self.questions.exchange(identifier, body)

    def close(self) -> None:
        """Ends every wait."""
        self.card_checks.close()
        self.questions.close()
