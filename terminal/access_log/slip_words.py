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
    Action.HELPER_NOTED: (Part.ELSE, "付き添いの方を記録しました", "who was with you was noted"),
    Action.EMERGENCY_ACCESS: (
        Part.ELSE,
        "お返事をうかがえないため、緊急として受け付けました（別の職員が後で見直します）",
        "checked in as an emergency, for you could not be asked; another person looks at it afterwards",
    ),
    Action.ELIGIBILITY_ASKED: (
        Part.SENT,
        "証明書と同意の内容を資格確認サービスへ",
        "certificate and consents, to the eligibility service",
    ),
    Action.ANSWER_SHOWN: (Part.SHOWN, "資格確認の結果を受付の画面に", "the answer about the insurance, at reception"),
    Action.DOUBT_SETTLED: (
        Part.ELSE,
        "記録があなたのものであることを別の資料で確認しました",
        "a second source showed that the record is yours",
    ),
    Action.WAY_SHOWN: (Part.ELSE, "ほかの確認方法をご案内しました", "another way to prove the insurance was explained"),
    Action.PROOF_SEEN: (
        Part.READ,
        "お持ちの証明書類（受付職員が目視）",
        "the proof that you brought, by the receptionist's eye",
    ),
    Action.OUTAGE_NOTE_PRINTED: (
        Part.KEPT,
        "回線の障害が終わった後に確認するための控え（印刷）",
        "a printed note, for looking the insurance up after the outage",
    ),
    Action.DECLARATION_PRINTED: (
        Part.KEPT,
        "被保険者資格申立書（印刷）",
        "a printed declaration of your insurance, with what is known of you",
    ),
    Action.FULL_PRICE_CHARGED: (
        Part.ELSE,
        "資格を確認できず、全額のお支払いとなりました",
        "the full price was charged, as no insurance could be confirmed",
    ),
    Action.RESULT_SENT: (
        Part.SENT,
        "資格確認の結果を院内のレセプトコンピュータへ",
        "the answer about the insurance, to the clinic's receipt computer",
    ),
    Action.LOG_OPENED: (Part.ELSE, "アクセス記録を点検しました", "the access log was looked at"),
    Action.PATIENT_UNSEALED: (
        Part.SHOWN,
        "あなたについてのアクセス記録（点検のため）",
        "the access log's entries about you, to an auditor",
    ),
    Action.EPOCH_BEGUN: (Part.ELSE, "アクセス記録のファイルを取り替えました", "the access log's file was replaced"),
    Action.ENTRIES_REVIEWED: (Part.ELSE, "アクセス記録の点検を終えました", "entries of the access log were reviewed"),
    Action.LOG_EXPORTED: (Part.SENT, "アクセス記録の写し", "a copy of the access log"),
    Action.ENTRIES_DELETED: (
        Part.ELSE,
        "保存期間を過ぎた記録を消去しました",
        "entries that had been kept long enough were deleted",
    ),
    Action.HOLD_PLACED: (Part.ELSE, "記録の消去を止めました", "entries were kept from being deleted"),
    Action.HOLD_RELEASED: (Part.ELSE, "記録の消去の停止を解きました", "entries may be deleted again when it is time"),
    Action.SIGNED_IN: (Part.ELSE, "職員がサインインしました", "a member of staff signed in"),
    Action.SIGNED_OUT: (Part.ELSE, "職員がサインアウトしました", "a member of staff signed out"),
    Action.STAFF_CHANGED: (Part.ELSE, "職員の登録を変更しました", "what staff may do was changed"),
    Action.EMERGENCY_OPENED: (Part.ELSE, "緊急用コードを使用しました", "the emergency code was used"),
    Action.EMERGENCY_REVIEWED: (
        Part.ELSE,
        "緊急用コードの使用を点検しました",
        "what was done under the emergency code was reviewed",
    ),
    Action.CHECKIN_ENDED: (Part.ELSE, "結果なしで終了しました", "the check-in ended without an answer"),
    Action.SECURITY_EVENT: (Part.ELSE, "許可されない操作を拒否しました", "something not allowed was refused"),
}

_METHODS: Final[dict[str, dict[Language, str]]] = {
    "face": {"ja": "顔の照合", "en": "face"},
    "pin": {"ja": "暗証番号", "en": "PIN"},
    "visual": {"ja": "受付職員の目視", "en": "the receptionist's eye"},
    "paper": {"ja": "資格確認書と受付職員の目視", "en": "a certificate and the receptionist's eye"},
    "guardian": {"ja": "保護者の方の書類", "en": "a guardian's document"},
    "proxy": {"ja": "代わりに来た方の身分証", "en": "the document of whoever came for you"},
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
    part, *sentences = _SAID[entry.action]
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
