"""What the process of the staff's reader and the desk say to each other, both ways in one place. Pure."""

from device.child import Answer as Reply
from device.child import Values
from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.ports import CardDoubt, LaidCard


def write_question(question: Question, person: str, pin: str) -> tuple[Values, list[bytes]]:
    """What a key is to be asked."""
    about = {"domain": question.domain, "must_verify": question.must_verify, "person": person}
    return about, [question.credential, question.challenge, pin.encode()]


def parse_question(values: Values, blobs: list[bytes]) -> tuple[Question, str]:
    """The question and the PIN; the person stays in the values."""
    credential, challenge, pin = blobs
    return Question(values["domain"], credential, values["must_verify"], challenge), pin.decode()


def write_answer(answer: Answer | KeyFault) -> Reply:
    """What the key answered, or why it did not."""
    return ({"fault": answer}, []) if isinstance(answer, KeyFault) else ({}, [answer.data, answer.signature])


def parse_answer(untrusted: Values, blobs: list[bytes]) -> Answer | KeyFault:
    """The same; `GARBLED` for anything else."""
    try:
        return KeyFault(untrusted["fault"]) if "fault" in untrusted else Answer(*blobs)
    except (TypeError, ValueError):
        return KeyFault.GARBLED


def write_laid(laid: LaidCard) -> Values:
    """What lies there now."""
    match laid:
        case CardDoubt():
            return {"news": "doubt", "doubt": laid}
        case bytes():
            return {"news": "card", "hash": laid.hex()}
        case None:
            return {"news": "none"}


def parse_laid(untrusted: Values) -> LaidCard:
    """The same; nothing for anything else."""
    try:
        match untrusted:
            case {"news": "doubt", "doubt": doubt}:
                return CardDoubt(doubt)
            case {"news": "card", "hash": str(hashed)}:
                return bytes.fromhex(hashed)
    except ValueError:
        return CardDoubt.UNREADABLE
    return None
