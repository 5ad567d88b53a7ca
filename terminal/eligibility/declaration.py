"""被保険者資格申立書: what a patient declares where nothing proves the coverage, as rows of a form. Pure.

The official form is not public, so this is the clinic's own sheet and says so. What is not known stays blank, to be
filled in by hand; nothing is filled in for the patient that the card or the patient did not say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from terminal.era import era_date
from terminal.people import Holder, Sex

TITLE = "被保険者資格申立書"
OWN_SHEET = "当院の様式(公的な様式ではありません)"
STATEMENT = (
    "私は、次のとおり医療保険の被保険者または被扶養者の資格があることを申し立てます。"
    "この申立てにより、かかった費用の一部負担金(1割から3割)を支払います。"
    "後日、資格が確かめられないときは、医療機関からの問い合わせに応じます。"
)
SIGNATURE = "署名"
UNKNOWN = "不明"
_BOX, _TICKED = "□", "☑"


class InsuranceKind(StrEnum):
    """Who insures, as patients know it."""

    EMPLOYEES = "社保"
    MUNICIPAL = "国保"
    LATE_ELDERLY = "後期高齢者"
    UNKNOWN = UNKNOWN


class Received(StrEnum):
    """When the last proof came."""

    WITHIN_A_MONTH = "1か月以内"
    EARLIER = "それより前"
    UNKNOWN = UNKNOWN


class Share(StrEnum):
    """What the patient pays, as they know it."""

    THREE_TENTHS = "3割"
    TWO_TENTHS = "2割"
    ONE_TENTH = "1割"
    UNKNOWN = UNKNOWN


@dataclass(frozen=True)
class Declaration:
    """One form. Address and telephone are what a claim without a number is made with (摘要欄)."""

    clinic: str
    day: date
    name: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    telephone: str = field(default="", repr=False)
    kind: InsuranceKind | None = None
    insurer: str = field(default="", repr=False)
    employer: str = field(default="", repr=False)
    received: Received | None = None
    share: Share | None = None


@dataclass(frozen=True)
class FormRow:
    """A label, and what stands beside it; empty: to be filled in by hand."""

    label: str
    content: str = field(repr=False)


def declaration_of(holder: Holder, clinic: str, day: date) -> Declaration:
    """The form with what the card says; the rest is the patient's to say."""
    return Declaration(clinic, day, holder.name, "", holder.birth_date, holder.sex, holder.address)


def form_rows(declaration: Declaration) -> Iterator[FormRow]:
    """The form's rows from top to bottom."""
    sexes = {Sex.MALE: "男", Sex.FEMALE: "女"}
    ticked_sex = sexes.get(declaration.sex) if declaration.sex else None
    yield FormRow("申立日", era_date(declaration.day))
    yield FormRow("フリガナ", declaration.kana)
    yield FormRow("氏名", declaration.name)
    yield FormRow("生年月日", era_date(declaration.birth_date) if declaration.birth_date else "")
    yield FormRow("性別", _choice(sexes.values(), ticked_sex))
    yield FormRow("住所", declaration.address)
    yield FormRow("連絡先電話番号", declaration.telephone)
    yield FormRow("保険の種類", _choice(InsuranceKind, declaration.kind))
    yield FormRow("保険者の名前", declaration.insurer)
    yield FormRow("勤め先の名前", declaration.employer)
    yield FormRow("資格確認書などが届いた時期", _choice(Received, declaration.received))
    yield FormRow("一部負担金の割合", _choice(Share, declaration.share))


def _choice(choices: Iterable[str], ticked: str | None) -> str:
    return "　".join(f"{_TICKED if word == ticked else _BOX} {word}" for word in choices)
