"""The report of an answer that may be about someone else: which attributes differ by which rules, and no value of any.

So it may be sent on: to an insurer it names the visit by the clinic's own number alone.
"""

from datetime import datetime

from terminal.certificate import JST
from terminal.states import Withheld
from ui.papers.listing import listing
from ui.papers.sheet import Document
from ui.receptionist.facts import shown
from ui.words.catalogue import Words


def mismatch_report(withheld: Withheld, clinic: str, now: datetime, words: Words) -> Document:
    """One sheet, in the language of the window."""
    said, visit = shown(withheld, words, now), withheld.verified.card.insertion[:12]
    made = words.format("mismatch.made", at=f"{now.astimezone(JST):%Y-%m-%d %H:%M}", visit=visit)
    compared = [f"{name}: {likeness}" for name, likeness in said.compared]
    return listing(words["mismatch.title"], [clinic, made, said.title, *compared, words["mismatch.next"]])
