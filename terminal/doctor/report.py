"""The report of a round, to be read, printed, copied and sent on. Pure; it holds no host, no path and no person.

Whom to phone stands in the desk's own configuration and is shown on the machine; `--json`, and so the support bundle,
leaves it out.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from terminal.certificate import JST
from terminal.doctor.hops import Diagnosis, Finding, Grade, Hop, table

_HOPS: Final = {
    Hop.READER: ("カードリーダー", "reader"),
    Hop.READER_SERVICE: ("リーダーのサービス", "reader service"),
    Hop.CLOCK: ("時計", "clock"),
    Hop.LAN: ("ネットワーク", "network"),
    Hop.DNS: ("名前解決", "names (DNS)"),
    Hop.TLS: ("接続先の証明書", "TLS"),
    Hop.OWN_CERTIFICATE: ("端末の証明書", "our certificate"),
    Hop.GATEWAY: ("ゲートウェイ", "gateway"),
    Hop.UPSTREAM: ("資格確認サービス", "upstream"),
    Hop.CARD_CHECK: ("練習用カード", "practice card"),
    Hop.CAMERA: ("カメラ", "camera"),
    Hop.FACE: ("顔照合モデル", "face models"),
    Hop.STORE: ("保存先", "store"),
    Hop.JOURNAL: ("アクセス記録", "access log"),
    Hop.DISK: ("ディスク", "disk"),
}
_GRADES: Final = {
    Grade.GREEN: ("良", "ok"),
    Grade.AMBER: ("注意", "see to"),
    Grade.RED: ("異常", "broken"),
    Grade.GREY: ("未確認", "not seen"),
}
_MARKS: Final = {Grade.GREEN: "○", Grade.AMBER: "△", Grade.RED: "×", Grade.GREY: "－"}
_COLOURS: Final = {Grade.GREEN: 32, Grade.AMBER: 33, Grade.RED: 31, Grade.GREY: 90}  # ECMA-48, 8.3.117
_ALL_WELL: Final = {"ja": "すべて正常です。", "en": "All is well."}
_PHONE: Final = {"ja": "連絡先", "en": "Phone"}
_TITLE: Final = {"ja": "受付端末の点検", "en": "Check of the reception terminal"}


def as_lines(
    made: Diagnosis, at: datetime, language: str, contacts: Mapping[Hop, str], *, is_coloured: bool = False
) -> Iterator[str]:
    """What is wrong and whom to phone first, then a line for each hop. `at` is aware."""
    word = 0 if language == "ja" else 1
    yield f"{_TITLE[language]}  {at.astimezone(JST):%Y-%m-%d %H:%M}"
    blamed = made.to_blame
    yield f"{_mark(made.grade, is_coloured)} {_sentence(blamed, language) if blamed else _ALL_WELL[language]}"
    if blamed is not None and contacts.get(blamed.hop):
        yield f"  {_PHONE[language]}: {contacts[blamed.hop]}"
    yield ""
    said = {finding.hop: finding for finding in made.findings}
    for hop in (hop for hop in Hop if hop in said or hop in made.unseen):
        finding = said.get(hop)
        grade = finding.grade if finding else Grade.GREY
        line = f"{_mark(grade, is_coloured)} {_GRADES[grade][word]}  {hop_name(hop, language)}"
        yield f"{line}: {_sentence(finding, language)}" if finding else line


def as_json(made: Diagnosis, at: datetime) -> dict[str, Any]:
    """The same in codes."""
    blamed = made.to_blame
    return {
        "at": at.isoformat(timespec="seconds"),
        "grade": made.grade,
        "hop": blamed.hop if blamed else None,
        "cause": blamed.cause if blamed else None,
        "findings": [
            {"hop": each.hop, "grade": each.grade, "cause": each.cause, "detail": each.detail} for each in made.findings
        ],
        "unseen": list(made.unseen),
    }


def hop_name(hop: Hop, language: str) -> str:
    """What people call a hop."""
    return _HOPS[hop][0 if language == "ja" else 1]


def _sentence(finding: Finding, language: str) -> str:
    sentence = table()[finding.cause].sentences[language]
    return f"{sentence} ({finding.detail})" if finding.detail else sentence


def _mark(grade: Grade, is_coloured: bool) -> str:
    return f"\x1b[{_COLOURS[grade]}m{_MARKS[grade]}\x1b[0m" if is_coloured else _MARKS[grade]
