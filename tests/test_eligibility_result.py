"""One result of an answer: numbers, dates, ratios and sex as services write them, and what is refused."""

from datetime import date
from xml.etree.ElementTree import Element, SubElement

import pytest
from qualification_result import RESULT

from terminal.coverage import Certificate, Relation
from terminal.eligibility.result import read_coverage, read_record
from terminal.eligibility.untrusted_xml import section as section_of
from terminal.people import Sex
from terminal.problems import Problem, TerminalError


def result(**changed: str) -> Element:
    element = Element("ResultOfQualificationConfirmation")
    for name, value in (RESULT | changed).items():
        SubElement(element, name).text = value
    return element


def test_a_record_and_a_coverage_are_read_by_name() -> None:
    record, coverage = read_record(result()), read_coverage(result())
    assert (record.name, record.birth_date, record.sex) == ("髙﨑　●子", date(1992, 4, 12), Sex.FEMALE)
    assert (coverage.insurer_number, coverage.branch, coverage.relation) == ("00138057", "01", Relation.DEPENDANT)
    assert (coverage.symbol, coverage.subscriber_id) == ("１２", "３４５６７８")
    assert (coverage.copay_percent, coverage.starts, coverage.ends) == (None, date(2024, 4, 1), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("InsurerNumber", ""),
        ("InsurerNumber", "123456789"),
        ("InsurerNumber", "12a"),
        ("InsuredIdentificationNumber", ""),
        ("InsuredBranchNumber", "001"),
        ("PersonalFamilyClassification", "3"),
        ("Birthdate", "19920231"),
        ("Birthdate", "1992-04-12"),
        ("QualificationDate", "20241301"),
        ("Sex1", "4"),
        ("InsuredPartialContributionRatio", "101"),
        ("InsuredPartialContributionRatio", "1割"),
    ],
)
def test_a_wrong_value_is_refused_by_its_elements_name_and_not_told(name: str, value: str) -> None:
    wrong = result(**{name: value})
    with pytest.raises(TerminalError) as raised:
        (read_record(wrong), read_coverage(wrong))
    assert raised.value.problem is Problem.SERVICE_UNREADABLE
    assert name in raised.value.detail
    assert not value or value not in raised.value.detail


@pytest.mark.parametrize("number", ["  138057", "00138057", "138057", "１３８０５７"])
def test_insurer_numbers_come_padded_with_spaces_or_zeros_or_not_at_all(number: str) -> None:
    assert read_coverage(result(InsurerNumber=number)).insurer_number == "00138057"


@pytest.mark.parametrize(("branch", "read"), [("", ""), ("1", "01"), ("01", "01")])
def test_a_branch_is_two_digits_or_empty(branch: str, read: str) -> None:
    assert read_coverage(result(InsuredBranchNumber=branch)).branch == read


def test_a_relation_is_absent_from_the_age_of_75() -> None:
    assert read_coverage(result(PersonalFamilyClassification="")).relation is None


def test_ratios_are_read_from_75_and_from_70_to_74() -> None:
    assert read_coverage(result(InsuredPartialContributionRatio="010")).copay_percent == 10
    from_70_to_74 = result()
    certificate = SubElement(from_70_to_74, "ElderlyRecipientCertificateInfo")
    SubElement(certificate, "ElderlyRecipientContributionRatio").text = "020"
    assert read_coverage(from_70_to_74).copay_percent == 20


def test_certificates_are_read_with_their_days_and_are_absent_where_there_are_none() -> None:
    assert (read_coverage(result()).elderly_certificate, read_coverage(result()).limit_certificate) == (None, None)
    certified = result()
    for section, prefix in (
        ("ElderlyRecipientCertificateInfo", "ElderlyRecipient"),
        ("LimitApplicationCertificateRelatedInfo", "LimitApplicationCertificate"),
    ):
        found = SubElement(certified, section)
        SubElement(found, f"{prefix}ValidStartDate").text = "20260801"
        SubElement(found, f"{prefix}ValidEndDate").text = "20270731"
    found = section_of(certified, "ElderlyRecipientCertificateInfo")
    SubElement(found, "ElderlyRecipientContributionRatio").text = "020"
    coverage = read_coverage(certified)
    assert coverage.elderly_certificate == Certificate(date(2026, 8, 1), date(2027, 7, 31), 20)
    assert coverage.limit_certificate == Certificate(date(2026, 8, 1), date(2027, 7, 31))
    SubElement(found, "ElderlyRecipientValidEndDate").text = "20270731"
    with pytest.raises(TerminalError):
        read_coverage(certified)


@pytest.mark.parametrize(
    ("dates", "ends"),
    [
        ({"InsuredCardExpirationDate": "99991231"}, None),
        ({"InsuredCardExpirationDate": "20270731"}, date(2027, 7, 31)),
        ({"DisqualificationDate": "20270401"}, date(2027, 3, 31)),
        ({"InsuredCardExpirationDate": "20270731", "DisqualificationDate": "20270401"}, date(2027, 3, 31)),
    ],
)
def test_the_last_day_is_the_earlier_of_expiry_and_the_day_before_the_loss(
    dates: dict[str, str], ends: date | None
) -> None:
    assert read_coverage(result(**dates)).ends == ends


@pytest.mark.parametrize(
    ("first", "second", "sex"), [("3", "", None), ("3", "1", Sex.MALE), ("", "", None), ("1", "", Sex.MALE)]
)
def test_a_sex_that_is_not_set_stays_unknown(first: str, second: str, sex: Sex | None) -> None:
    assert read_record(result(Sex1=first, Sex2=second)).sex is sex


def test_a_birth_date_that_the_register_knows_in_part_is_unknown() -> None:
    assert read_record(result(Birthdate="19920400")).birth_date is None
