"""What a slip says of each entry, in Japanese and English, for the person whom it is about. Pure.

Law: it says what the entry says, and nothing of what was read, shown or sent: a slip may be lost.
"""

from collections.abc import Iterator
from enum import StrEnum, auto
from typing import Final, Literal

from terminal.access_log.access import Action
from terminal.access_log.entry import Entry

Language = Literal["ja", "en"]


class Part(StrEnum):
    """What became of the data, in the order that the slip has."""

    READ = auto()
    SHOWN = auto()
    SENT = auto()
    KEPT = auto()
    ELSE = auto()


HEADINGS: Final[dict[Part, dict[str, str]]] = {
    Part.READ: {"ja": "読み取ったもの", "en": "Read", "no_ja": "なし", "no_en": "nothing"},
    Part.SHOWN: {"ja": "画面に表示したもの", "en": "Shown", "no_ja": "なし", "no_en": "nothing"},
    Part.SENT: {"ja": "送信したもの", "en": "Sent", "no_ja": "なし", "no_en": "nothing"},
    Part.KEPT: {"ja": "保存したもの", "en": "Kept", "no_ja": "この記録だけ", "no_en": "this record alone"},
    Part.ELSE: {"ja": "その他", "en": "Besides", "no_ja": "なし", "no_en": "nothing"},
}

_SAID: Final[dict[Action, tuple[Part, str, str]]] = {
    Action.CARD_IDENTIFIED: (
        Part.READ,
        "利用者証明用電子証明書と有効期限（暗証番号なし）",
        "the card's user certificate and its dates, without a code",
    ),
    Action.CARD_CODE_SENT: (Part.SENT, "照合番号をカードへ（端末の外へは出ません）", "the card code, to the card only"),
    Action.CARD_CODE_REFUSED: (Part.ELSE, "照合番号が違いました", "the card refused the card code"),
    Action.HOLDER_READ: (
        Part.READ,
        "カードの顔写真、氏名、住所、生年月日、性別",
        "photo, name, address, date of birth and sex on the card",
    ),
    Action.FACE_COMPARED: (
        Part.READ,
        "カメラの画像（顔写真と照合し、どちらも保存しません）",
        "the camera's picture, compared with the photo; neither is kept",
    ),
    Action.PIN_SENT: (Part.SENT, "暗証番号をカードへ（端末の外へは出ません）", "the PIN, to the card or phone only"),
    Action.PIN_REFUSED: (Part.ELSE, "暗証番号が違いました", "the PIN was refused"),
    Action.ELIGIBILITY_ASKED: (
        Part.SENT,
        "証明書と同意の内容を資格確認サービスへ",
        "certificate and consents, to the eligibility service",
    ),
    Action.ANSWER_SHOWN: (Part.SHOWN, "資格確認の結果を受付の画面に", "the answer about the insurance, at reception"),
    Action.CHECKIN_ENDED: (Part.ELSE, "結果なしで終了しました", "the check-in ended without an answer"),
    Action.SECURITY_EVENT: (Part.ELSE, "許可されない操作を拒否しました", "something not allowed was refused"),
}

_METHODS: Final[dict[str, dict[Language, str]]] = {
    "face": {"ja": "顔の照合", "en": "face"},
    "pin": {"ja": "暗証番号", "en": "PIN"},
    "visual": {"ja": "受付職員の目視", "en": "the receptionist's eye"},
}
_OUTCOMES: Final[dict[str, dict[Language, str]]] = {
    "confirmed": {"ja": "確認済み", "en": "confirmed"},
    "provisional": {"ja": "保存済みの結果による仮確認", "en": "provisional, from a stored answer"},
    "unconfirmed": {"ja": "確認できず", "en": "unconfirmed"},
    "withheld": {"ja": "表示を控えました", "en": "withheld"},
}


def said_of(entry: Entry, language: Language) -> Iterator[tuple[Part, str]]:
    """The sentences for an entry, each with the part that it belongs to."""
    if entry.action is Action.HOLDER_VERIFIED:
        method = _METHODS.get(entry.method, {}).get(language, entry.method)
        yield Part.ELSE, {"ja": f"本人確認: {method}", "en": f"identity verified by {method}"}[language]
        return
    part, *sentences = _SAID.get(entry.action, (Part.ELSE, entry.action.value, entry.action.value))
    sentence = sentences[0 if language == "ja" else 1]
    if entry.action is Action.ANSWER_SHOWN:
        outcome = _OUTCOMES.get(entry.outcome, {}).get(language, entry.outcome)
        sentence = {"ja": f"{sentence}（{outcome}）", "en": f"{sentence}: {outcome}"}[language]
    yield part, sentence
    if entry.action is Action.ANSWER_SHOWN and entry.outcome == "confirmed":
        yield (
            Part.KEPT,
            {
                "ja": "確認結果（暗号化し、回線断のときに使用。期限後に消去）",
                "en": "the answer, encrypted, for when the line is down; deleted when it is too old",
            }[language],
        )
    if entry.action is Action.CARD_CODE_SENT and dict(entry.details).get("keep") == "yes":
        yield (
            Part.KEPT,
            {"ja": "照合番号（ご希望により暗号化して）", "en": "the card code, encrypted, as you asked"}[language],
        )
