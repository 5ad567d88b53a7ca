"""Writes `red.md` in both languages: what each finding of the doctor means, from the doctor's own table."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
sys.path.insert(1, str(ROOT))

from terminal.doctor.hops import LANGUAGES, Grade, Hop, table  # noqa: E402  (a script beside the packages)
from terminal.doctor.report import hop_name  # noqa: E402

HEADS: Final = {
    "en": (
        "# When something is red or amber\n",
        "`uketsuke doctor` names the first broken hop: begin there, for what lies behind it cannot be judged.",
        "Red: it does not work. Amber: it works, and somebody should see to it today.\n",
    ),
    "ja": (
        "# 赤や黄になったとき\n",
        "`uketsuke doctor` は最初に壊れている所を名指しします。その先は判断できないので、そこから始めます。",
        "赤は動いていません。黄は動いていますが、今日のうちに見てください。\n",
    ),
}
GRADES: Final = {"en": {Grade.RED: "red", Grade.AMBER: "amber"}, "ja": {Grade.RED: "赤", Grade.AMBER: "黄"}}
COLUMNS: Final = {"en": "| | code | what it is, and what to do |", "ja": "| | コード | 何か、どうするか |"}
ANYWHERE: Final = {"en": "At any hop", "ja": "どこででも"}


def page(language: str) -> str:
    """The page in one language, in the order of the way."""
    lines = [*HEADS[language]]
    for hop in (*Hop, None):
        rows = [
            f"| {GRADES[language][ruling.grade]} | `{cause}` | {ruling.sentences[language]} |"
            for cause, ruling in table().items()
            if ruling.hop is hop and ruling.grade in GRADES[language]
        ]
        if rows:
            title = hop_name(hop, language) if hop else ANYWHERE[language]
            lines += [f"## {title}\n", COLUMNS[language], "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def main() -> None:
    """Writes both."""
    for language in LANGUAGES:
        (Path(__file__).parent / language / "red.md").write_text(page(language), "utf-8")


if __name__ == "__main__":
    main()
