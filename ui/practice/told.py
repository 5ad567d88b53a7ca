"""A moment of a practice in words: what was shown or done, and the sentence of the failure book beside it. No Qt."""

from terminal.failure_book.book import Audience, sentence
from terminal.practice.session import Kind, Moment
from terminal.problems import Problem
from ui.words.catalogue import Words, load

_AREA = "practice"


def told(moment: Moment, words: Words) -> str:
    """What happened, in a line. A type that has no words of its own yet is named."""
    known = load(_AREA, words.language)
    key = f"{moment.kind}.{moment.name}"
    return known.get(key, moment.name)


def line(moment: Moment, words: Words) -> str:
    """The same with its time and who did it."""
    return f"{moment.at:6.1f}  {words[f'by.{moment.kind}']}  {told(moment, words)}"


def advice(moment: Moment, words: Words) -> str:
    """What the failure book tells the receptionist at this moment; empty where there is no problem in it."""
    if moment.kind is not Kind.SHOWN:
        return ""
    problems = [Problem(word) for word in moment.words if word in Problem.__members__.values()]
    return "\n".join(sentence(problem, Audience.RECEPTIONIST, words.language) for problem in problems[:1])
