"""An application of the card, selected: its files are read, its secrets are asked for tries and given.

Lock-out rules: tries are asked for right before a code is given, a code is given once, the last try only for who was
shown that it is the last, and after a failed exchange nothing is repeated.
"""

from device.card import apdu, tlv
from device.card.apdu import Channel, StatusWord
from device.card.profile import CommonProfile, JpkiProfile, Secret, SurfaceProfile, TextProfile
from terminal.card_token import CodeRefused
from terminal.problems import Problem, TerminalError

_NO_APPLICATION = (
    StatusWord.ABSENT,
    StatusWord.UNSUPPORTED,
    StatusWord.UNKNOWN_INSTRUCTION,
    StatusWord.UNKNOWN_CLASS,
    StatusWord.WRONG_PARAMETERS,
)
_NO_SHORT_IDS = (
    StatusWord.WRONG_PARAMETERS,
    StatusWord.UNSUPPORTED,
    StatusWord.WRONG_OFFSET,
    StatusWord.WRONG_LENGTH,
    StatusWord.NO_CURRENT_FILE,
)


class Session:
    """What the applications have in common. Raises `absent` when the card does not have this one."""

    def __init__(
        self, channel: Channel, application: JpkiProfile | SurfaceProfile | TextProfile | CommonProfile, absent: Problem
    ) -> None:
        self._channel = channel
        self._name = application.name
        _, status = channel.send(apdu.select_application(application.aid))
        if status in _NO_APPLICATION:
            raise TerminalError(absent, f"{self._name} answers {status:04X}")
        self._require_ok(status, "its selection")

    def read_beginning(
        self,
        file: int,
        length: int = apdu.MOST_READ,
        absent: Problem = Problem.CARD_UNREADABLE,
        closed: Problem = Problem.CARD_UNREADABLE,
    ) -> bytes:
        """Up to `length` bytes from a file's start, which becomes the current one.

        Raises `absent` for no such file, `closed` for one that wants a code first.
        """
        data, status = self._channel.send(apdu.read_by_short_id(file, length))
        if status in _NO_SHORT_IDS:
            self._select(file, absent)
            data, status = self._channel.send(apdu.read_binary(0, length))
        if status == StatusWord.ABSENT:
            raise TerminalError(absent, self.source(file))
        if status == StatusWord.UNAUTHORISED:
            raise TerminalError(closed, f"{self.source(file)} wants a code first")
        self._require_ok(status, self.source(file))
        return data

    def read_rest(self, file: int, beginning: bytes, tag: int) -> tlv.Element:
        """The object with this tag, of which `beginning` has been read, in pieces as large as the card gives them."""
        content, size = beginning, tlv.size(beginning, tag, self.source(file))
        if size > apdu.MOST_OFFSET:
            raise tlv.malformed(self.source(file), len(beginning))
        while len(content) < size:
            piece, status = self._channel.read(len(content), size - len(content))
            if not piece or status not in (StatusWord.OK, StatusWord.END_OF_FILE):
                raise tlv.malformed(self.source(file), len(content))
            content += piece
        return tlv.find(content[:size], tag, self.source(file))

    def read(self, file: int, tag: int) -> tlv.Element:
        """The file's object with this tag."""
        return self.read_rest(file, self.read_beginning(file), tag)

    def read_record(self, file: int, number: int) -> bytes:
        """One record of a file."""
        self._select(file, Problem.CARD_UNREADABLE)
        record, status = self._channel.send(apdu.read_record(number))
        self._require_ok(status, self.source(file))
        return record

    def tries(self, secret: Secret) -> int | None:
        """The tries left, None where the card does not report them. Spends none."""
        _, status = self._channel.send(apdu.query_tries(secret.file))
        left = apdu.tries_left(status)
        return self._tries_of_selected(secret) if left is None else left

    def give(self, secret: Secret, code: str, tries_expected: int | None) -> CodeRefused | None:
        """Spends one try of the very number that a person was shown; None when the card accepts the code.

        The last try is spent for who was shown that it is the last, and never otherwise.

        A card that does not report its tries gets no code: `TRIES_UNKNOWN`. Real ones report them even after a code
        was accepted, so 9000 right after power-up says that something else has its hand on the card, and not how near
        the lock is. The identification asked before, on a connection of its own, so this answer is the second.
        """
        left = self._tries_of_selected(secret)
        if left != tries_expected and left not in (None, 0, 1):
            raise TerminalError(Problem.TRIES_CHANGED, f"{left} in place of {tries_expected}")
        return self._spend(secret, code, left, is_last_meant=tries_expected == 1)

    def give_proven(self, secret: Secret, code: str) -> CodeRefused | None:
        """Gives a code that the card has just accepted elsewhere, so that no try can be lost by it."""
        return self._spend(secret, code, self._tries_of_selected(secret), is_last_meant=False)

    def sign(self, data: bytes, *, key: int | None = None) -> bytes:
        """What the card signs with a key file, or with the application's own key."""
        if key is not None:
            self._select(key, Problem.CARD_UNREADABLE)
        signature, status = self._channel.send(apdu.sign(0x00 if key is None else 0x80, data))
        self._require_ok(status, "a signature")
        return signature

    def require_layout(self, file: int, tag: int, layout_tag: int, known: frozenset[bytes]) -> None:
        """Raises `CARD_LAYOUT_UNKNOWN` unless the card says that its files are laid out as we know them."""
        layout = tlv.first_child(self.read_beginning(file), tag, self.source(file))
        if layout.tag != layout_tag or layout.value not in known:
            raise TerminalError(Problem.CARD_LAYOUT_UNKNOWN, f"{self._name}, layout {layout.value[:8].hex()}")

    def source(self, file: int) -> str:
        """A file's name for IT."""
        return f"file {file:04X} of {self._name}"

    def _spend(self, secret: Secret, code: str, left: int | None, *, is_last_meant: bool) -> CodeRefused | None:
        if left is None:
            raise TerminalError(Problem.TRIES_UNKNOWN, self.source(secret.file))
        if left == 0:
            raise TerminalError(secret.locked)
        if left == 1 and not is_last_meant:
            raise TerminalError(secret.nearly_locked)
        if not (len(code) == secret.digits and code.isascii() and code.isdigit()):
            raise TerminalError(secret.wrong, "not of this code's form, not sent")
        _, status = self._channel.send(apdu.verify(code))
        if status in (StatusWord.BLOCKED, StatusWord.BLOCKED_TOO):
            raise TerminalError(secret.locked)
        if (left_now := apdu.tries_left(status)) is not None:
            return CodeRefused(left_now)
        self._require_ok(status, self.source(secret.file))
        return None

    def _tries_of_selected(self, secret: Secret) -> int | None:
        """The same, for a code to be given: the secret is selected, which is known to mean this one, and stays so."""
        self._select(secret.file, Problem.CARD_UNREADABLE)
        _, status = self._channel.send(apdu.query_tries())
        left = apdu.tries_left(status)
        if left is None:
            self._require_ok(status, self.source(secret.file))
        return left

    def _select(self, file: int, absent: Problem) -> None:
        _, status = self._channel.send(apdu.select_file(file))
        if status == StatusWord.ABSENT:
            raise TerminalError(absent, self.source(file))
        self._require_ok(status, self.source(file))

    def _require_ok(self, status: int, what: str) -> None:
        if status not in (StatusWord.OK, StatusWord.END_OF_FILE):
            raise TerminalError(Problem.CARD_UNREADABLE, f"{self._name}: {what} answers {status:04X}")
