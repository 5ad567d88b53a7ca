"""What speaks against the share that a confirmed answer gives, said before billing. Pure; it changes nothing."""

from terminal.certificate import JST
from terminal.eligibility.copay import CopayFacts, copay_warnings
from terminal.states import Confirmed
from ui.words.catalogue import Words


def copay_notes(confirmed: Confirmed, words: Words) -> tuple[str, ...]:
    """A sentence for each warning; none where nobody's birth date is known."""
    holder = confirmed.verified.holder
    born = holder.birth_date if holder else confirmed.record.birth_date
    if born is None:
        return ()
    facts = CopayFacts(confirmed.coverage, born, confirmed.as_of.astimezone(JST).date(), last_visit=confirmed.last)
    return tuple(words[f"copay_warning.{warning}"] for warning in copay_warnings(facts))
