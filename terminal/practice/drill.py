"""The evidence of an outage drill: who checked in while the line was cut, how long it took, what it was labelled. Pure.

Law: a drill is passed when nothing was shown as confirmed while the line was cut, and whoever had been confirmed the
day before was served with a provisional answer in time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

CONFIRMED, PROVISIONAL, FAILED = "confirmed", "provisional", "failed"
MOST_SECONDS: Final = 15.0
SERVED_AT_LEAST: Final = 0.95


@dataclass(frozen=True)
class Turn:
    """One invented person: the outcome the day before, and that of the drill; `seconds` from the card to the label."""

    person: str
    before: str
    during: str
    reason: str
    seconds: float

    @property
    def is_labelled_right(self) -> bool:
        """Whether nobody could take it for a confirmed answer, and it is one if there was anything to fall back on."""
        return self.during == PROVISIONAL if self.before == CONFIRMED else self.during not in (CONFIRMED, FAILED)

    @property
    def is_served(self) -> bool:
        """Labelled right, and in time."""
        return self.is_labelled_right and self.seconds <= MOST_SECONDS


@dataclass(frozen=True)
class Drill:
    """A drill that was held. The times are aware; `entries` and `head` are the access log's afterwards."""

    began: datetime
    cut_at: datetime
    ended: datetime
    turns: Sequence[Turn]
    entries: int
    head: str

    @property
    def is_passed(self) -> bool:
        """As the law of this file says."""
        expected = [turn for turn in self.turns if turn.before == CONFIRMED]
        served = sum(turn.is_served for turn in expected)
        is_honest = all(turn.during != CONFIRMED for turn in self.turns)
        return bool(expected) and is_honest and served >= SERVED_AT_LEAST * len(expected)


def as_json(drill: Drill) -> dict[str, Any]:
    """The evidence for machines."""
    return {
        "drill": "outage",
        "is_passed": drill.is_passed,
        "began": drill.began.isoformat(timespec="seconds"),
        "line_cut_at": drill.cut_at.isoformat(timespec="seconds"),
        "ended": drill.ended.isoformat(timespec="seconds"),
        "most_seconds": MOST_SECONDS,
        "turns": [asdict(turn) | {"is_served": turn.is_served} for turn in drill.turns],
        "log": {"entries": drill.entries, "head": drill.head},
    }


def as_markdown(drill: Drill) -> Iterator[str]:
    """The evidence for people, in Japanese and English."""
    served = sum(turn.is_served for turn in drill.turns)
    yield "# 障害訓練の記録 / Record of an outage drill"
    yield ""
    yield f"- 結果 / result: **{'合格 / passed' if drill.is_passed else '不合格 / not passed'}**"
    yield f"- 回線断 / line cut: {drill.cut_at.isoformat(timespec='seconds')}"
    yield f"- 終了 / ended: {drill.ended.isoformat(timespec='seconds')}"
    yield f"- 正しい表示で{MOST_SECONDS:.0f}秒以内 / labelled right within it: {served} / {len(drill.turns)}"
    yield f"- アクセス記録 / access log: {drill.entries} `{drill.head}`"
    yield "- 架空の人物による訓練です。/ All people are invented."
    yield ""
    yield "| 人物 / person | 前日 / day before | 訓練 / drill | 理由 / reason | 秒 / s | 判定 / verdict |"
    yield "|---|---|---|---|---:|---|"
    for turn in drill.turns:
        verdict = "○" if turn.is_served else "×"
        yield f"| {turn.person} | {turn.before} | {turn.during} | {turn.reason} | {turn.seconds:.1f} | {verdict} |"
