"""Whether an answer may be about someone else than the person at the desk. Pure."""

from terminal.comparison.compare import compare, compare_records, is_same_person
from terminal.comparison.likeness import Comparison
from terminal.coverage import Coverage, Record
from terminal.insured import Insured, fold_number
from terminal.people import Holder


def doubt_about(holder: Holder | None, record: Record) -> Comparison | None:
    """What speaks against the record's being the holder's; None: nothing does, or a phone named no holder."""
    if holder is None:
        return None
    comparison = compare(holder, record)
    return None if is_same_person(comparison) else comparison


def doubt_about_paper(insured: Insured, record: Record, coverage: Coverage | None) -> Comparison | None:
    """The same for whoever came with a paper, of which only numbers and birth date are known; the receptionist's eyes
    compare the name. An answer about other numbers than were asked with is as doubtful as one about another day.
    """
    is_of_numbers = coverage is None or (
        coverage.insurer_number == insured.insurer_number
        and fold_number(coverage.subscriber_id) == fold_number(insured.number)
        and not (coverage.branch and insured.branch and coverage.branch != insured.branch)
    )
    if is_of_numbers and record.birth_date == insured.birth_date:
        return None
    return compare_records(Record(None, None, insured.birth_date, None, None), record)
