"""Check digits of the numbers that a person may mistype. Pure.

They find a slip of the finger; they do not prove that a number was ever issued. So they stop what is typed here before
it is sent, and never refuse what someone else's message says.
"""

from itertools import cycle

PREFECTURES = range(1, 48)
FEE_TABLES = "12346"  # 1 medical, 3 dental, 4 pharmacy, 6 home nursing; 2 is known to FHIR's JP Core


def check_digit(digits: str) -> str:
    """The digit that goes after `digits`: weights 2, 1, 2, 1 … from the right, digit sums, up to the next ten."""
    total = sum(
        sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(reversed(digits), cycle((2, 1)), strict=False)
    )
    return str(-total % 10)


def is_insurer_number(number: str) -> bool:
    """Whether 8 digits (6 for municipal insurance), perhaps with spaces before them, end in their check digit."""
    digits = number.lstrip(" ")
    return _is_digits(digits) and len(digits) in (6, 8) and check_digit(digits[:-1]) == digits[-1]


def is_institution_code(code: str) -> bool:
    """Whether 10 digits are prefecture (2), fee table (1) and institution (7), ending in their check digit."""
    return (
        _is_digits(code)
        and len(code) == 10
        and int(code[:2]) in PREFECTURES
        and code[2] in FEE_TABLES
        and check_digit(code[:-1]) == code[-1]
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
