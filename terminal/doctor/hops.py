"""The hops from the card to the service, what may be wrong at each, and which of them is to blame. Pure.

Law: what is wrong has one hop and one grade, by a table (`causes.toml`); the first broken hop of the way is to blame,
for what lies behind it cannot be judged through it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("ja", "en")


class Hop(StrEnum):
    """In the order in which each rests on those before it; from `CARD_CHECK` on they are this machine's own."""

    READER = auto()
    READER_SERVICE = auto()
    CLOCK = auto()
    LAN = auto()
    DNS = auto()
    TLS = auto()
    OWN_CERTIFICATE = auto()
    GATEWAY = auto()
    UPSTREAM = auto()
    CARD_CHECK = auto()
    CAMERA = auto()
    FACE = auto()
    STORE = auto()
    JOURNAL = auto()
    DISK = auto()


class Grade(StrEnum):
    """How well a hop is."""

    GREEN = auto()
    AMBER = auto()  # it works, and somebody should see to it today
    RED = auto()  # it does not work
    GREY = auto()  # nobody could look: a hop before it is broken


EXIT_CODES: Final = {Grade.GREEN: 0, Grade.RED: 1, Grade.AMBER: 3}  # 2 is for wrong arguments


class Cause(StrEnum):
    """What was found at a hop, be it that all is well. Its hop, grade and sentences stand in `causes.toml`."""

    READER_READY = auto()
    READER_ABSENT = auto()
    READER_BUSY = auto()
    READER_HUNG = auto()
    READER_PROCESS_ENDED = auto()
    READER_SERVICE_UP = auto()
    READER_SERVICE_DOWN = auto()

    CLOCK_RIGHT = auto()
    CLOCK_A_LITTLE_OFF = auto()
    CLOCK_WRONG = auto()
    CLOCK_UNKEPT = auto()
    TIME_SERVER_SILENT = auto()

    LAN_UP = auto()
    LAN_DOWN = auto()
    LAN_WITHOUT_ROUTE = auto()
    WAY_BLOCKED = auto()

    NAME_RESOLVED = auto()
    NAME_UNKNOWN = auto()
    NAME_SERVER_SILENT = auto()

    TLS_TRUSTED = auto()
    TLS_AUTHORITY_UNUSABLE = auto()
    TLS_UNTRUSTED = auto()
    TLS_ENDED = auto()
    TLS_NOT_YET = auto()
    TLS_NAME_WRONG = auto()
    TLS_NOT_SPOKEN = auto()

    CERTIFICATE_TAKEN = auto()
    CERTIFICATE_ENDS_SOON = auto()
    CERTIFICATE_UNUSABLE = auto()
    CERTIFICATE_ENDED = auto()
    CERTIFICATE_NOT_YET = auto()
    CERTIFICATE_REFUSED = auto()

    GATEWAY_READY = auto()
    GATEWAY_WITHOUT_HEALTH = auto()
    GATEWAY_CLOSED = auto()
    GATEWAY_SILENT = auto()
    GATEWAY_SLOW = auto()
    GATEWAY_HUNG_UP = auto()
    GATEWAY_REFUSES_DESK = auto()
    GATEWAY_ELSEWHERE = auto()
    GATEWAY_BUSY = auto()
    GATEWAY_FAILED = auto()
    GATEWAY_NOT_READY = auto()
    GATEWAY_GARBLED = auto()
    FOLDERS_REACHED = auto()
    FOLDERS_AWAY = auto()
    FOLDERS_FORBIDDEN = auto()
    FOLDERS_HUNG = auto()

    UPSTREAM_ANSWERS = auto()
    UPSTREAM_QUEUE = auto()
    UPSTREAM_DOWN = auto()
    UPSTREAM_SILENT = auto()
    UPSTREAM_REFUSES = auto()
    UPSTREAM_UNTRUSTED = auto()
    UPSTREAM_GARBLED = auto()

    CARD_CHECK_PASSED = auto()
    CARD_CHECK_FAILED = auto()
    CAMERA_READY = auto()
    CAMERA_ABSENT = auto()
    FACE_READY = auto()
    FACE_MODEL_WRONG = auto()
    STORE_READY = auto()
    STORE_ROLLED_BACK = auto()
    STORE_NOT_BEGUN = auto()
    STORE_CLOSED_TO_US = auto()
    STORE_KEY_MISSING = auto()
    STORE_LOCKED = auto()
    STORE_DAMAGED = auto()
    JOURNAL_INTACT = auto()
    JOURNAL_BROKEN = auto()
    DISK_ROOMY = auto()
    DISK_NEARLY_FULL = auto()
    DISK_FULL = auto()
    DISK_READ_ONLY = auto()

    CHECK_TOO_SLOW = auto()  # these two belong to whichever hop the check was at
    CHECK_FAILED = auto()


@dataclass(frozen=True)
class Ruling:
    """What the table says of a cause. `hop` is None for those that belong to any."""

    hop: Hop | None
    grade: Grade
    sentences: Mapping[str, str]  # by language


@dataclass(frozen=True)
class Finding:
    """What was found. `detail` is a number, a date or a code for IT; never a host, a path or a person."""

    hop: Hop
    cause: Cause
    detail: str = ""

    @property
    def grade(self) -> Grade:
        """How bad it is."""
        return table()[self.cause].grade


@dataclass(frozen=True)
class Diagnosis:
    """What a round found, in the order of the way. `unseen` are the hops that nobody could look at."""

    findings: tuple[Finding, ...]
    unseen: tuple[Hop, ...]

    @property
    def grade(self) -> Grade:
        """Red if anything is red, else amber if anything is."""
        grades = {finding.grade for finding in self.findings}
        return next((grade for grade in (Grade.RED, Grade.AMBER) if grade in grades), Grade.GREEN)

    @property
    def to_blame(self) -> Finding | None:
        """The first finding of the whole's grade; None when all is well."""
        if self.grade is Grade.GREEN:
            return None
        return next(finding for finding in self.findings if finding.grade is self.grade)


def found(cause: Cause, detail: str = "") -> Finding:
    """A finding at the hop that the table gives its cause."""
    hop = table()[cause].hop
    if hop is None:
        raise ValueError(f"{cause} belongs to no hop of its own")
    return Finding(hop, cause, detail)


def diagnosis(findings: Iterable[Finding], expected: Iterable[Hop]) -> Diagnosis:
    """The findings in the order of the way, one for each hop: the worst, of equals the first."""
    severity = (Grade.RED, Grade.AMBER, Grade.GREEN)
    worst: dict[Hop, Finding] = {}
    for finding in findings:
        known = worst.get(finding.hop)
        if known is None or severity.index(finding.grade) < severity.index(known.grade):
            worst[finding.hop] = finding
    hops, asked = tuple(Hop), set(expected)
    return Diagnosis(
        tuple(worst[hop] for hop in hops if hop in worst),
        tuple(hop for hop in hops if hop in asked and hop not in worst),
    )


@cache
def table() -> Mapping[Cause, Ruling]:
    """The table of this program."""
    return read_table((files("terminal.doctor") / "causes.toml").read_text("utf-8"))


def read_table(toml: str) -> Mapping[Cause, Ruling]:
    """Reads a table. Raises `ValueError` unless it rules each cause, wholly, and nothing else."""
    rulings = {Cause(name): _ruling(name, row) for name, row in tomllib.loads(toml).items()}
    if missing := set(Cause) - set(rulings):
        raise ValueError(f"no ruling for {', '.join(sorted(missing))}")
    return rulings


def _ruling(name: str, row: Mapping[str, str]) -> Ruling:
    if set(row) - {"hop"} != {"grade", *LANGUAGES} or not all(row.values()):
        raise ValueError(f"{name}: a grade and a sentence in each language, and no more")
    return Ruling(
        Hop(row["hop"]) if "hop" in row else None, Grade(row["grade"]), {each: row[each] for each in LANGUAGES}
    )
