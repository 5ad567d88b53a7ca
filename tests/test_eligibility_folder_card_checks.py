"""Results of the official reader are paired by the person that they name, never by when they came."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.card_token import TokenKind
from terminal.certificate import JST
from terminal.comparison.doubt import doubt_about
from terminal.coverage import InForce, Question, Reply, SeveralFound
from terminal.eligibility.folder_card_checks import MOST_AGE, CardCheckEligibility
from terminal.eligibility.folder_names import FACE
from terminal.eligibility.folder_waiting import LAST_LOOK_SECONDS
from terminal.people import Card, Holder, IssuerTrust, VerificationMethod, Verified
from terminal.practice.answers import Asked, write_answer, write_running
from terminal.practice.deck import Person, load_deck
from terminal.problems import Problem, TerminalError

NOW = datetime.now(UTC).replace(microsecond=0)  # files have the machine's times
TODAY = NOW.astimezone(JST).date()
INSTITUTION = "1319999999"
BUDGET = timedelta(seconds=LAST_LOOK_SECONDS + 0.5)
LONG = timedelta(seconds=60)
DECK = load_deck(TODAY)
ASKED = Asked("", INSTITUTION, f"{TODAY:%Y%m%d}", b"certificate")

_numbers = itertools.count()


def holder_of(person: Person) -> Holder:
    return Holder(
        person.name, person.address, person.birth_date, person.sex, None, person.card.expires, IssuerTrust.CHECKED
    )


def question_about(person: Person, insertion: str = "insertion-1") -> Question:
    card = Card(insertion, TokenKind.PLASTIC, b"certificate", NOW, 10, 3)
    verified = Verified(card, holder_of(person), VerificationMethod.FACE)
    return Question(f"{insertion}-q", verified, frozenset(), TODAY, NOW)


def is_about(person: Person, reply: Reply) -> bool:
    return isinstance(reply, InForce) and doubt_about(holder_of(person), reply.record) is None


def saying(person: Person, **elements: str) -> Person:
    """The same person, of whom the service says something else."""
    (record,) = person.records
    return replace(person, records=(replace(record, elements=record.elements | elements),))


CLEAR = [  # whom the service confirms, without doubt
    person
    for person in DECK.values()
    if len(person.records) == 1
    and person.records[0].validity == "1"
    and person.outcome == "confirmed"
    and person.card.token is TokenKind.PLASTIC
]
MIHON, OTHER = CLEAR[:2]


class Faces:
    """The folder `face`, as the official link software fills it."""

    def __init__(self, base: Path) -> None:
        self.root = base
        self.folder = base / "face"
        self.folder.mkdir(parents=True)

    def drop(self, body: bytes) -> Path:
        file = self.folder / f"{FACE}{next(_numbers)}_{NOW.astimezone(JST):%Y%m%d%H%M%S}.xml"
        file.write_bytes(body)
        return file

    def check(self, person: Person, asked: Asked = ASKED, at: datetime = NOW) -> Path:
        return self.drop(write_answer(asked, person, at.astimezone(JST)))

    def ask(self, person: Person, budget: timedelta = BUDGET) -> Reply:
        line = CardCheckEligibility(self.root, INSTITUTION, budget=budget)
        try:
            return line.ask(question_about(person))
        finally:
            line.close()


@pytest.fixture
def faces(tmp_path: Path) -> Faces:
    return Faces(tmp_path)


def problem_of(asking: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as caught:
        asking()
    return caught.value.problem


def test_the_holders_own_result_is_found_among_others(faces: Faces) -> None:
    for person in (OTHER, MIHON, CLEAR[2]):
        faces.check(person)
    assert is_about(MIHON, faces.ask(MIHON, LONG))


def test_the_next_result_is_not_taken_for_the_person_at_this_desk(faces: Faces) -> None:
    faces.check(OTHER)
    assert problem_of(lambda: faces.ask(MIHON)) is Problem.SERVICE_SILENT


def test_two_desks_on_one_folder_each_have_their_own_in_whatever_order(faces: Faces) -> None:
    replies: dict[str, Reply] = {}
    desks = [
        threading.Thread(target=lambda who=who: replies.update({who.id: faces.ask(who, LONG)}))
        for who in (MIHON, OTHER)
    ]
    for desk in desks:
        desk.start()
    faces.check(OTHER)
    faces.check(MIHON)
    for desk in desks:
        desk.join(60)
    assert is_about(MIHON, replies[MIHON.id])
    assert is_about(OTHER, replies[OTHER.id])


def test_a_namesake_at_another_address_is_withheld_by_the_check_in_and_not_confirmed(faces: Faces) -> None:
    faces.check(saying(MIHON, Address="別県別市別町９－９－９"))
    reply = faces.ask(MIHON)
    assert isinstance(reply, InForce)
    assert doubt_about(holder_of(MIHON), reply.record) is not None


def test_of_two_namesakes_none_is_chosen(faces: Faces) -> None:
    for address in ("別県別市別町９－９－９", "他県他市他町８－８－８"):
        faces.check(saying(MIHON, Address=address))
    assert problem_of(lambda: faces.ask(MIHON)) is Problem.SERVICE_SILENT


def test_the_holders_own_result_goes_before_a_namesakes(faces: Faces) -> None:
    faces.check(saying(MIHON, Address="別県別市別町９－９－９"))
    faces.check(MIHON)
    assert is_about(MIHON, faces.ask(MIHON, LONG))


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        (ASKED, NOW - MOST_AGE - timedelta(minutes=1)),
        (replace(ASKED, day=f"{TODAY - timedelta(days=1):%Y%m%d}"), NOW),
        (replace(ASKED, institution_code="1310000000"), NOW),
    ],
    ids=["too long ago", "another day", "another institution"],
)
def test_a_result_of_another_visit_is_not_taken(faces: Faces, asked: Asked, at: datetime) -> None:
    faces.check(MIHON, asked, at)
    assert problem_of(lambda: faces.ask(MIHON)) is Problem.SERVICE_SILENT


@pytest.mark.parametrize(
    "body",
    [
        write_answer(ASKED, None, NOW),  # nobody matches: of whom?
        write_running(ASKED, NOW),
        write_answer(ASKED, MIHON, NOW)[:-4],
        b"PK\x03\x04 encrypted",
        b"<XmlMsg></XmlMsg>",
        write_answer(ASKED, MIHON, NOW.astimezone(JST)).replace(
            b"<ReferenceClassification>1<", b"<ReferenceClassification>2<"
        ),
    ],
    ids=["names nobody", "still running", "half", "encrypted", "empty", "asked by number"],
)
def test_a_result_that_cannot_be_the_holders_is_passed_over(faces: Faces, body: bytes) -> None:
    faces.drop(body)
    assert problem_of(lambda: faces.ask(MIHON)) is Problem.SERVICE_SILENT


def test_a_half_written_result_is_waited_for(faces: Faces) -> None:
    whole = write_answer(ASKED, MIHON, NOW.astimezone(JST))
    file = faces.drop(whole[: len(whole) // 2])
    timer = threading.Timer(0.5, lambda: file.write_bytes(whole))
    timer.start()
    assert is_about(MIHON, faces.ask(MIHON, LONG))
    timer.join()


def test_what_the_service_said_last_counts(faces: Faces) -> None:
    faces.check(saying(MIHON, InsurerName="前の保険者"), at=NOW - timedelta(minutes=2))
    faces.check(saying(MIHON, InsurerName="今の保険者"))
    faces.check(saying(MIHON, InsurerName="もっと前の保険者"), at=NOW - timedelta(minutes=4))
    reply = faces.ask(MIHON, LONG)
    assert isinstance(reply, InForce)
    assert reply.coverage.insurer_name == "今の保険者"


def test_two_answers_of_one_moment_are_not_chosen_from(faces: Faces) -> None:
    faces.check(saying(MIHON, InsurerName="一つ目"))
    faces.check(saying(MIHON, InsurerName="二つ目"))
    assert faces.ask(MIHON, LONG) == SeveralFound()


def test_a_phone_names_no_holder_and_is_told_so_at_once(faces: Faces) -> None:
    faces.check(MIHON)
    line = CardCheckEligibility(faces.root, INSTITUTION, budget=LONG)
    asked = question_about(MIHON)
    asked = replace(asked, verified=replace(asked.verified, holder=None))
    assert problem_of(lambda: line.ask(asked)) is Problem.HOLDER_NOT_COMPARED


def test_files_that_others_read_are_left_as_they_are(faces: Faces) -> None:
    files = [faces.check(person) for person in (MIHON, OTHER)]
    before = [(file.stat().st_ino, file.stat().st_mtime_ns, file.read_bytes()) for file in files]
    faces.ask(MIHON, LONG)
    assert [(file.stat().st_ino, file.stat().st_mtime_ns, file.read_bytes()) for file in files] == before


def test_a_folder_that_is_away_is_an_outage(faces: Faces) -> None:
    faces.folder.rmdir()
    assert problem_of(lambda: faces.ask(MIHON, LONG)) is Problem.LINE_DOWN


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CLEAR[1:]), max_size=4), st.permutations(range(5)))
def test_whoever_else_was_checked_the_reply_is_about_the_holder(
    tmp_path: Path, others: list[Person], order: list[int]
) -> None:
    faces = Faces(tmp_path / str(next(_numbers)))
    for position in order:
        if position < len(others):
            faces.check(others[position])
        elif position == 4:
            faces.check(MIHON)
    assert is_about(MIHON, faces.ask(MIHON, LONG))
