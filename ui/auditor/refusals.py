"""Why somebody was not let in, or something not done, in words. Pure."""

import math

from terminal.failure_book.book import title
from terminal.problems import Problem
from terminal.staff.key_words import KeyFault
from terminal.staff.signing_in import Refusal, Refused
from ui.words.catalogue import Words


def refused(why: Refused | KeyFault | Problem | str, words: Words) -> str:
    """The sentence; a text is a key of the words."""
    match why:
        case Problem():
            return title(why, words.language)
        case KeyFault():
            return Words("signin", words.language)[f"key.{why}"]
        case Refused(Refusal.WAIT, wait):
            return words.format("refused.wait", seconds=math.ceil(wait.total_seconds()))
        case Refused((Refusal.KEY | Refusal.KEY_COPIED) as reason):
            return Words("signin", words.language)[f"refused.{reason}"]
        case Refused(reason):
            return words[f"refused.{reason}"]
        case _:
            return words[why]
