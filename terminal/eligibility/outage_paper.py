"""The paper of an outage: what is written down while nobody can be asked, for looking the patient up later. Pure.

Law: name, birth date, sex, address and telephone, and the insurer as told; from the card where it was read, else blank
for the pen. It proves nothing and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from terminal.certificate import JST
from terminal.eligibility.declaration import Declaration, FormRow
from terminal.era import era_date
from terminal.people import Holder, Sex

TITLE = "障害時の控え"
UNCONFIRMED = "未確認：資格はまだ確かめていません。復旧後に照会してください。"

_SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}


@dataclass(frozen=True)
class OutageNote:
    """One patient of an outage. `at` is aware; what was not told is empty."""

    clinic: str
    at: datetime
    name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    telephone: str = field(default="", repr=False)
    insurer: str = field(default="", repr=False)
    is_from_card: bool = False


def outage_note_of(holder: Holder, clinic: str, at: datetime) -> OutageNote:
    """The note with what the card says; telephone and insurer are the patient's to tell."""
    return OutageNote(clinic, at, holder.name, holder.birth_date, holder.sex, holder.address, is_from_card=True)


def note_rows(note: OutageNote) -> Iterator[FormRow]:
    """The paper's rows from top to bottom; an empty one is to be filled in by hand."""
    here = note.at.astimezone(JST)
    yield FormRow("状態", UNCONFIRMED)
    yield FormRow("受付日時", f"{era_date(here.date())} {here:%H:%M}")
    yield FormRow("氏名", note.name)
    yield FormRow("生年月日", era_date(note.birth_date) if note.birth_date else "")
    yield FormRow("性別", _SEXES.get(note.sex, "") if note.sex else "")
    yield FormRow("住所", note.address)
    yield FormRow("連絡先電話番号", note.telephone)
    yield FormRow("保険者(本人の申告)", note.insurer)
    yield FormRow("もとにしたもの", "マイナンバーカードの券面事項" if note.is_from_card else "本人の申告")
    yield FormRow("復旧後の照会日と結果", "")


def declaration_from(note: OutageNote) -> Declaration:
    """被保険者資格申立書 with what the note holds; the rest stays blank."""
    return Declaration(
        note.clinic,
        note.at.astimezone(JST).date(),
        name=note.name,
        birth_date=note.birth_date,
        sex=note.sex,
        address=note.address,
        telephone=note.telephone,
        insurer=note.insurer,
    )


def call_script(note: OutageNote, institution_code: str, call_centre: str) -> tuple[str, ...]:
    """What to say on the phone, line by line, to have the emergency function opened. No patient is named in it."""
    return (
        f"電話先: {call_centre or '(設定ファイルの [support] upstream に電話番号を書いてください)'}",
        f"医療機関コード {institution_code}、{note.clinic} です。",
        "オンライン資格確認が使えないため、緊急時医療情報・資格確認機能の利用を申請します。",
        "担当者の名前を伝え、登録した電話番号への折り返しを待ちます。",
        "使い終わったら、利用の報告をします。",
    )
