"""Whether a holder is called as one of the staff is: the log says that it is so, and nothing of the name."""

from dataclasses import replace
from datetime import date

import pytest

from terminal.access_log.access import Access, Action
from terminal.events import CardRemoved, HolderRead
from terminal.people import Holder, IssuerTrust, Sex
from terminal.recording_in_full import with_surname
from terminal.staff.surname import is_called_as_one_of

STAFF = ("見本　花子", "架空 監子", "Mihon Anna")
HOLDER = Holder("見本　太郎", "", date(1980, 1, 1), Sex.MALE, None, date(2030, 1, 1), IssuerTrust.CHECKED)
READ = Access(Action.HOLDER_READ, "v", "hanako", b"p", details=(("photo", "present"),))


@pytest.mark.parametrize(
    ("name", "is_so"),
    [
        ("見本　太郎", True),
        ("見本 太郎", True),
        ("例示　実", False),
        ("ＭＩＨＯＮ　ANNE", True),
        ("見本太郎", False),
        ("", False),
    ],
)
def test_a_surname_is_compared_in_one_writing(name: str, is_so: bool) -> None:
    assert is_called_as_one_of(STAFF, name) is is_so


def test_the_entry_says_that_it_is_so_and_not_the_name() -> None:
    marked = with_surname(READ, HolderRead(HOLDER), lambda name: is_called_as_one_of(STAFF, name))
    assert marked.details == (("photo", "present"), ("same_surname", "yes"))
    assert with_surname(READ, HolderRead(replace(HOLDER, name="例示　実")), lambda _: False) == READ


def test_no_other_entry_says_it() -> None:
    shown = replace(READ, action=Action.ANSWER_SHOWN)
    assert with_surname(shown, HolderRead(HOLDER), lambda _: True) == shown
    assert with_surname(READ, CardRemoved(), lambda _: True) == READ
