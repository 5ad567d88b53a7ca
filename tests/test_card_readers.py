"""Which readers take a patient's card: pure rules."""

from hypothesis import given
from hypothesis import strategies as st

from device.card.readers import ANY, Readers

PATIENTS = "Circle CIR315 PICC 00 00"
DESK = "SONY FeliCa RC-S300/P (1234567) 01 00"
DOCTORS = "Gemalto PC Twin Reader 02 00"
NAMES = st.text(min_size=1)


@given(NAMES)
def test_with_no_role_given_every_reader_takes_a_patients_card(name: str) -> None:
    assert ANY.take(name)


def test_a_named_reader_takes_it_and_no_other() -> None:
    readers = Readers(patient=PATIENTS)
    assert [name for name in (PATIENTS, DESK, DOCTORS) if readers.take(name)] == [PATIENTS]


def test_the_receptionists_reader_takes_it_too() -> None:
    readers = Readers(patient=PATIENTS, desk=DESK)
    assert [name for name in (PATIENTS, DESK, DOCTORS) if readers.take(name)] == [PATIENTS, DESK]


@given(NAMES, NAMES)
def test_the_readers_for_staff_are_left_alone_whatever_else_is_said_of_them(patient: str, staff: str) -> None:
    assert not Readers(patient, staff, staff).take(staff)


def test_a_reader_plugged_in_elsewhere_keeps_its_role_though_its_number_changes() -> None:
    assert Readers(patient="SONY FeliCa RC-S300").take(DESK)
    assert not Readers(staff="SONY FeliCa RC-S300").take(DESK)
