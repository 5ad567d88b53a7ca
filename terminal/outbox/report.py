"""The report before claim day: which visits of a month turned out different, and what to do about each. Pure.

It names visits by day, time and their number in the access log, and fields by name: nothing of a person stands in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from terminal.certificate import JST
from terminal.outbox.difference import Difference, Finding
from terminal.outbox.queued import Stage, Standing

Language = Literal["ja", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("ja", "en")
CLAIM_DAY: Final = 10  # of the month after: until then the claims of a month are handed in

_TO_DO: Final[dict[Finding, dict[Language, str]]] = {
    Finding.PERSON_DIFFERS: {
        "ja": "別の人の資格かもしれません。使わずに、資格確認書の番号と生年月日を患者と確かめてください。",
        "en": "It may be someone else's. Do not use it: check numbers and birth date with the patient.",
    },
    Finding.NOW_KNOWN: {
        "ja": "資格は有効でした。オンラインの結果をレセコンに取り込んでください。",
        "en": "It was in force. Take the online answer over into the receipt computer.",
    },
    Finding.COVERAGE_DIFFERS: {
        "ja": "資格は有効ですが内容が異なります。請求前にレセコンを直し、差額があれば患者に連絡してください。",
        "en": "In force, and not as shown. Correct the receipt computer before the claim, and settle what was "
        "paid with the patient.",
    },
    Finding.UNREGISTERED: {
        "ja": "この医療機関は医療券の対象ではありません。福祉事務所に確認してください。",
        "en": "This clinic is on no ticket of medical aid. Ask the welfare office.",
    },
    Finding.ENDED: {
        "ja": "その日の資格は終了していました。新しい保険を患者に確認してください。",
        "en": "It had ended by that day. Ask the patient for the new insurance.",
    },
    Finding.ENDED_NEWER_EXISTS: {
        "ja": "その日の資格は終了し、新しい資格があります。患者に確認し、新しい資格で請求してください。",
        "en": "It had ended, and there is a newer one. Ask the patient, and claim with the newer.",
    },
    Finding.NOT_FOUND: {
        "ja": "該当する資格がありません。患者と保険者に確認してください。",
        "en": "No coverage was found. Ask the patient and the insurer.",
    },
    Finding.SEVERAL_FOUND: {
        "ja": "複数の資格が見つかりました。どれを使うか患者に確認してください。",
        "en": "Several were found. Ask the patient which one applies.",
    },
}
_FIELDS: Final[dict[str, str]] = {
    "insurer_number": "保険者番号",
    "insurer_name": "保険者名",
    "symbol": "記号",
    "subscriber_id": "番号",
    "branch": "枝番",
    "relation": "本人・家族",
    "copay_percent": "負担割合",
    "starts": "開始日",
    "ends": "終了日",
}


@dataclass(frozen=True)
class Report:
    """The checks of one month that were made offline, by what became of them."""

    month: date  # its first day
    claim_day: date
    answered: int
    changed: tuple[Standing, ...]
    waiting: tuple[Standing, ...]
    dead: tuple[Standing, ...]


def month_to_claim(today: date) -> date:
    """The first day of the month whose claims are next: until claim day the one before."""
    if today.day > CLAIM_DAY:
        return today.replace(day=1)
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def report_of(standings: Iterable[Standing], month: date) -> Report:
    """The report of the month with that first day; oldest visits first."""
    of_month = sorted(
        (each for each in standings if each.day.replace(day=1) == month), key=lambda each: (each.asked_at, each.visit)
    )
    answered = [each for each in of_month if each.stage is Stage.ANSWERED]
    return Report(
        month,
        date(month.year + month.month // 12, month.month % 12 + 1, CLAIM_DAY),
        len(answered),
        tuple(each for each in answered if each.difference and each.difference.is_change),
        tuple(each for each in of_month if each.stage is Stage.WAITING),
        tuple(each for each in of_month if each.stage is Stage.DEAD),
    )


def to_do(found: Difference | None, language: Language) -> str:
    """What to do about a visit that turned out different; empty where there is nothing."""
    if found is None or not found.is_change:
        return ""
    if not found.fields:
        return _TO_DO[found.finding][language]
    if language == "ja":
        return f"{_TO_DO[found.finding]['ja']}（異なる項目: {'・'.join(_FIELDS[name] for name in found.fields)}）"
    return f"{_TO_DO[found.finding]['en']} Differing: {', '.join(found.fields)}."


def lines(report: Report, language: Language) -> list[str]:
    """The report as it is printed."""
    changed, answered, claim = len(report.changed), report.answered, report.claim_day
    if language == "ja":
        text = [
            f"{report.month:%Y年%m月}のオフライン確認: {answered}件中{changed}件が異なりました"
            f"（請求期限 {claim:%m月%d日}）"
        ]
        waits, dies = "再確認待ち", "自動では確認できません。職員が確認してください"
    else:
        text = [f"{report.month:%Y-%m}, checked offline: {changed} of {answered} changed (claims until {claim})"]
        waits, dies = "still to be asked again", "cannot be asked again by itself: a person has to look at it"
    text += [f"{_visit(each)}  {to_do(each.difference, language)}" for each in report.changed]
    text += [f"{_visit(each)}  {waits} ({each.reason}, {each.attempts})" for each in report.waiting]
    text += [f"{_visit(each)}  {dies} ({each.reason}, {each.identifier})" for each in report.dead]
    return text


def _visit(standing: Standing) -> str:
    return f"{standing.asked_at.astimezone(JST):%Y-%m-%d %H:%M}  {standing.visit[:12]}"
