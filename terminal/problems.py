"""What can go wrong at the desk, as a closed set of codes. Their sentences are in `terminal/failure_book`. Pure."""

from enum import StrEnum, auto


class Problem(StrEnum):
    """A code that patient, receptionist and IT each get a sentence for. The value is what logs and `--json` show."""

    # the card
    CARD_ABSENT = auto()
    CARD_REMOVED = auto()
    CARD_SILENT = auto()
    CARD_UNREADABLE = auto()
    CARD_NOT_MY_NUMBER = auto()
    CARD_IS_LICENCE = auto()
    CARD_IS_FELICA = auto()
    CARD_IS_PHONE = auto()
    CARD_LAYOUT_UNKNOWN = auto()
    CARD_MALFORMED = auto()
    CARD_SIGNATURE_WRONG = auto()
    CARD_NOT_GENUINE = auto()
    CARD_EXPIRED = auto()
    CARD_CODE_WRONG = auto()
    CARD_CODE_CHANGED = auto()
    CARD_CODE_NEARLY_LOCKED = auto()
    CARD_CODE_LOCKED = auto()
    PIN_WRONG = auto()
    PIN_NEARLY_LOCKED = auto()
    PIN_LOCKED = auto()
    LAST_TRY_KEPT = auto()
    TRIES_CHANGED = auto()
    TRIES_UNKNOWN = auto()
    CERTIFICATE_ABSENT = auto()
    CERTIFICATE_WRONG = auto()
    CERTIFICATE_ENDS_SOON = auto()
    CERTIFICATE_IN_GRACE = auto()
    CERTIFICATE_EXPIRED = auto()
    APDU_FORBIDDEN = auto()

    # the reader
    READER_ABSENT = auto()
    READER_SERVICE_DOWN = auto()
    READER_BUSY = auto()
    READER_HUNG = auto()
    READER_PROCESS_ENDED = auto()

    # camera and face
    CAMERA_ABSENT = auto()
    FACE_NOT_FOUND = auto()
    FACE_DOUBTFUL = auto()
    FACE_DIFFERS = auto()
    FACE_DECLINED = auto()
    FACE_ENGINE_FAILED = auto()
    FACE_MODEL_WRONG = auto()
    PHOTO_ABSENT = auto()
    PHOTO_UNUSABLE = auto()
    OPERATOR_REFUSED = auto()

    # the eligibility service
    LINE_DOWN = auto()
    LINE_CERTIFICATE_UNUSABLE = auto()
    SERVICE_SILENT = auto()
    SERVICE_BUSY = auto()
    SERVICE_HUNG_UP = auto()
    SERVICE_UNTRUSTED = auto()
    SERVICE_UNREADABLE = auto()
    SERVICE_REFUSED = auto()
    SERVICE_STILL_RUNNING = auto()

    # what the service says of the coverage
    COVERAGE_ENDED = auto()
    COVERAGE_ENDED_NEWER_EXISTS = auto()
    COVERAGE_NOT_FOUND = auto()
    COVERAGE_SEVERAL = auto()
    COVERAGE_UNREGISTERED = auto()
    HOLDER_NOT_COMPARED = auto()
    PAPER_NOT_COMPARED = auto()
    RECORD_DIFFERS = auto()
    RECORD_SETTLED = auto()
    RECORD_HAS_UNKNOWN_CHARACTERS = auto()

    # what is on disk
    JOURNAL_FAILED = auto()
    SHIPPING_FAILED = auto()
    STORE_BUSY = auto()
    STORE_UNREADABLE = auto()
    STORE_ROLLED_BACK = auto()
    KEY_MISSING = auto()
    KEY_PASSPHRASE_WRONG = auto()
    BOOKINGS_UNREADABLE = auto()
    RECEIPT_FOLDER_AWAY = auto()
    PAPER_NOT_WRITTEN = auto()
    PRINTER_ABSENT = auto()

    # the check-in itself
    NOBODY_SIGNED_IN = auto()
    SIGN_IN_REFUSED = auto()
    STAFF_UNFIT = auto()
    CANCELLED = auto()
    WAITED_TOO_LONG = auto()
    SCREEN_ABSENT = auto()
    CONFIGURATION_WRONG = auto()
    BUNDLE_UNTRUSTED = auto()
    PROGRAM_ERROR = auto()


class TerminalError(Exception):
    """The one exception that a port raises. It carries a code and never a name, number, image or APDU."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem = problem
        self.detail = detail  # for IT: a file, an offset, a status word; never personal data
