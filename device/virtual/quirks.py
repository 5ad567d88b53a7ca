"""How one practice card differs from the plain one: habits reported of single cards, and faults to practise with."""

from dataclasses import asdict, dataclass
from typing import Literal

from device.virtual.faults import PLACES, CardFile, Fault, faulty, filled, widened, with_wrong_offsets

_JUNK = bytes(2)


@dataclass(frozen=True)
class Quirks:
    """Everything off is the plain card. APDUs are counted from the moment the card is laid."""

    # habits: a reader bears them, and reads the same holder
    locked_status: Literal[0x6983, 0x6984] = 0x6984  # VERIFY on a locked code: both have been reported
    first_command_6f00: bool = False  # the first command after power-up fails once
    split_answers_at: int | None = None  # longer answers come in parts of that many bytes, by 61xx and GET RESPONSE
    right_length_by_6cxx: bool = False  # asked for more than there is, it gives nothing but how much there is
    junk_before_text_file: bool = False  # two bytes before the text application's attributes (a card of 2023)
    wide_lengths: bool = False  # lengths of a file's outer object take a byte more than they need (BER, not DER)
    wrong_offsets: bool = False  # the tables of where each object stands (DF21) are wrong; no signature covers them
    full_files: bool = False  # every file has the most bytes that READ BINARY reaches, filler behind its object
    select_keeps_codes: bool = False  # selecting an application does not forget the codes given before
    given_code_tells_no_tries: bool = False  # asked for the tries of a code that was given, it says 9000
    short_apdus_only: bool = False  # as some readers are
    delay_ms: int = 0  # before each answer
    signing_ms: int = 0  # before each signature; a real card takes up to 1,000

    # faults: a reader says what is wrong
    fault: Fault | None = None
    faulty_file: CardFile = CardFile.FACE
    tells_no_tries: bool = False  # asked for the tries of any code, it says 9000
    is_dead: bool = False  # the reader sees a card, and its chip says nothing
    remove_after_apdus: int | None = None  # the card is taken away after that many answers
    hang_after_apdus: int | None = None  # the card never answers again after that many answers

    def tells_tries(self, *, is_given: bool) -> bool:
        """Whether it tells the tries of a code, which may have been given since it got power."""
        return not (self.tells_no_tries or (is_given and self.given_code_tells_no_tries))

    def lacks(self, place: tuple[bytes, int]) -> bool:
        """Whether there is no such file: application and id."""
        return self.fault == Fault.ABSENT and place == PLACES[self.faulty_file]

    def written(self, content: bytes, place: tuple[bytes, int]) -> bytes:
        """A file's content as this card gives it."""
        if self.fault is not None and place == PLACES[self.faulty_file]:
            return faulty(content, self.fault)
        if self.wrong_offsets:
            content = with_wrong_offsets(content)
        if self.wide_lengths:
            content = widened(content)
        if self.junk_before_text_file and place == PLACES[CardFile.ATTRIBUTES]:
            content = _JUNK + content
        return filled(content) if self.full_files else content

    def changed(self) -> dict[str, int | str]:
        """What is not plain, as arguments of `Quirks`, fit for JSON."""
        plain = asdict(PLAIN)
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


PLAIN = Quirks()


class CardTakenError(ConnectionError):
    """The card was taken away in the middle of an exchange."""


class CardHungError(TimeoutError):
    """The card will not answer any more."""
