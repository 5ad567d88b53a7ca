"""An outage drill on the practice set: real check-ins with the line cut, and evidence that says what happened."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from terminal.commands import practice
from terminal.eligibility.declaration import form_rows
from terminal.eligibility.outage_paper import (
    UNCONFIRMED,
    OutageNote,
    call_script,
    declaration_from,
    note_rows,
    outage_note_of,
)
from terminal.people import Holder, IssuerTrust, Sex
from terminal.practice.drill import Drill, Turn, as_json, as_markdown

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
SERVED = Turn("p01", "confirmed", "provisional", "line_down", 2.0)
DRILL = Drill(NOW, NOW, NOW + timedelta(minutes=1), [SERVED], 9, "9:00")


def test_a_drill_with_everybody_served_is_passed() -> None:
    assert DRILL.is_passed
    assert as_json(DRILL)["is_passed"]
    assert any("p01" in line and "provisional" in line for line in as_markdown(DRILL))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SERVED, during="confirmed"),
        replace(SERVED, during="unconfirmed"),
        replace(SERVED, during="failed"),
        replace(SERVED, seconds=15.1),
    ],
)
def test_one_of_few_who_is_served_wrongly_fails_the_drill(wrong: Turn) -> None:
    assert not replace(DRILL, turns=[SERVED, wrong]).is_passed


def test_nothing_may_look_confirmed_be_it_one_of_a_thousand() -> None:
    assert not replace(
        DRILL, turns=[SERVED] * 999 + [replace(SERVED, before="unconfirmed", during="confirmed")]
    ).is_passed


def test_a_drill_of_nobody_is_not_passed() -> None:
    assert not replace(DRILL, turns=[]).is_passed


def test_a_drill_is_held_and_its_evidence_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert practice.run(["--drill", "--person", "p01", "--home", str(tmp_path)]) == 0
    evidence = json.loads(next(tmp_path.glob("drill-*.json")).read_text("utf-8"))
    assert [(turn["before"], turn["during"], turn["reason"]) for turn in evidence["turns"]] == [
        ("confirmed", "provisional", "line_down")
    ]
    assert evidence["is_passed"]
    assert next(tmp_path.glob("drill-*.md")).read_text("utf-8").strip() in capsys.readouterr().out


def test_the_paper_holds_what_the_card_says_and_says_that_nothing_is_confirmed() -> None:
    rows = {row.label: row.content for row in note_rows(outage_note_of(HOLDER, "見本内科", NOW))}
    assert rows["状態"] == UNCONFIRMED
    assert rows["受付日時"] == "令和8年11月21日 10:15"
    assert (rows["氏名"], rows["生年月日"]) == ("見本　花子", "平成4年4月12日")
    assert (rows["性別"], rows["住所"]) == ("女", "架空区")
    assert rows["連絡先電話番号"] == rows["保険者(本人の申告)"] == rows["復旧後の照会日と結果"] == ""


def test_without_a_card_all_is_for_the_pen() -> None:
    rows = {row.label: row.content for row in note_rows(OutageNote("見本内科", NOW))}
    assert not any(rows[label] for label in ("氏名", "生年月日", "性別", "住所"))
    assert rows["もとにしたもの"] == "本人の申告"


def test_the_declaration_is_filled_in_with_what_was_told() -> None:
    told = replace(outage_note_of(HOLDER, "見本内科", NOW), telephone="03-0000-0000", insurer="見本健康保険組合")
    rows = {row.label: row.content for row in form_rows(declaration_from(told))}
    assert (rows["氏名"], rows["連絡先電話番号"]) == ("見本　花子", "03-0000-0000")
    assert rows["保険者の名前"] == "見本健康保険組合"
    assert "☑ 女" in rows["性別"]


def test_a_note_shows_nobody_in_a_log_and_the_call_names_no_patient() -> None:
    note = outage_note_of(HOLDER, "見本内科", NOW)
    assert HOLDER.name not in repr(note)
    said = "".join(call_script(note, "1319999999", "0800-000-0000"))
    assert "1319999999" in said
    assert "0800-000-0000" in said
    assert HOLDER.name not in said
