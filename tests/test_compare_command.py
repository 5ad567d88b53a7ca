"""`uketsuke compare`: the verdict of two record files, and the files that it will not take."""

import json
from pathlib import Path

import pytest

from terminal.commands import compare

OURS = {"name": "髙﨑　花子", "birth_date": "1992-04-12", "sex": "female", "address": "架空市霞ヶ丘一丁目２番３号"}
THEIRS = {
    "name": "高崎 花子",
    "kana": "ﾀｶｻｷ ﾊﾅｺ",
    "birth_date": "1992-04-12",
    "sex": "2",
    "address": "架空市霞が丘1-2-3",
}


def files(tmp_path: Path, ours: object, theirs: object) -> list[str]:
    paths = (tmp_path / "a.json", tmp_path / "b.json")
    for path, record in zip(paths, (ours, theirs), strict=True):
        path.write_bytes(record if isinstance(record, bytes) else json.dumps(record).encode())
    return [str(path) for path in paths]


def test_a_verdict_comes_with_each_attributes_likeness_and_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare.run([*files(tmp_path, OURS, THEIRS), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "verdict": "same",
        "attributes": {
            "name": "equivalent",
            "kana": "missing",
            "birth_date": "equal",
            "sex": "equal",
            "address": "equivalent",
        },
        "rules": {
            "name": ["width", "variant_kanji"],
            "kana": ["not_given"],
            "birth_date": ["same_day"],
            "sex": ["same_sex"],
            "address": ["old_place_form", "house_number"],
        },
    }


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [({}, "same"), ({"address": None}, "doubtful"), ({"birth_date": "1961-08-30"}, "different")],
)
def test_a_person_reads_the_verdict_and_no_value(
    changed: dict[str, str | None], verdict: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare.run(files(tmp_path, OURS, THEIRS | changed)) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].split() == ["verdict", verdict]
    assert not any(str(value) in shown for value in OURS.values() if value != "female")


def test_two_empty_records_are_doubtful(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.run([*files(tmp_path, {}, {}), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "doubtful"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"nam": "x"}, "'nam'"),
        ({"name": 1}, "'name'"),
        ({"birth_date": "1992-02-30"}, "'birth_date'"),
        ({"sex": "f"}, "'sex'"),
        ([], "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"name": "a", "name": "b"}', "stands twice"),
        (b"[" * 60_000, "not JSON"),
        (b" " * 70_000, "longer than"),
    ],
)
def test_a_file_that_is_no_record_ends_in_2_with_a_sentence_that_names_it(
    record: object, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare.run(files(tmp_path, OURS, record)) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "b.json" in shown.err
    assert said in shown.err


def test_a_file_that_is_not_there_ends_in_2_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.run([str(tmp_path / "absent.json"), str(tmp_path / "absent.json")]) == 2
    assert "absent.json" in capsys.readouterr().err
