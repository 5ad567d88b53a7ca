"""The card code (照合番号B): 14 digits that open the chip's photo and attributes, and never the 12-digit number. Pure.

It is the birth date as printed (2-digit era year, month, day), the 4-digit year in which the *card* expires, and the
4-digit security code on its front. A wrong one costs a try, so nothing here ever guesses a second one.
"""

from datetime import date

from terminal.era import era_year

DIGITS = 14
TRIES_FULL = 10  # of a card on which no wrong code was given since the last right one


def compose(birth_date: date, expiry_year: int, security_code: str) -> str:
    """The code of a card that shows the birth date in the Japanese era. Raises `ValueError` for what no card shows."""
    return compose_printed(f"{era_year(birth_date):02}{birth_date:%m%d}", expiry_year, security_code)


def compose_printed(birth_digits: str, expiry_year: int, security_code: str) -> str:
    """The code from the 6 birth digits as printed: a foreign resident's card shows the last two of a Western year."""
    code = f"{birth_digits}{expiry_year:04}{security_code}"
    if not (len(birth_digits) == 6 and len(security_code) == 4 and check(code)):
        raise ValueError("a card code is 6 birth digits, a 4-digit year and a 4-digit security code")
    return code


def check(code: str) -> bool:
    """Whether this has the form of a card code: 14 ASCII digits. The card alone knows whether it is the right one."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()
