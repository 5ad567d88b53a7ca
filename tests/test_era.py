"""A day belongs to its era by the day."""

from datetime import date

import pytest

from terminal.era import era_date, western_digits


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "令和8年11月22日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1872, 12, 31), "1872年12月31日"),
    ],
)
def test_a_day_is_said_in_its_era(day: date, said: str) -> None:
    assert era_date(day) == said


def test_a_birth_date_typed_in_parts_is_a_day_of_its_era_or_none() -> None:
    assert western_digits("平成", "4", "4", "12") == "19920412"
    assert western_digits("令和", "元", "５", "1") == "20190501"
    assert western_digits("", "1992", "4", "12") == "19920412"
    assert western_digits("昭和", "64", "2", "3") == "00000000"  # 平成元年 by then
    assert western_digits("平成", "", "4", "") == "4"
