"""Folds that take away how a text is written and keep what it says: width, spaces, kana. Pure.

Folded text is for comparing only; it is never stored, shown or sent.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from operator import ne
from string import ascii_letters, digits

from terminal.comparison.likeness import Rule

Fold = tuple[Rule, Callable[[str], str]]

_SAYING_NOTHING = re.compile("[・\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # middle dot, variation selectors

# Most names and addresses: once ASCII has one width and case, each is its own NFKC and there is nothing more to fold.
_ASCII = ascii_letters + digits + "-"
_FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in _ASCII)
_TO_PLAIN = str.maketrans(_ASCII + _FULL_WIDTH, _ASCII.lower() * 2)
_PLAIN = re.compile("[-0-9a-zぁ-ゖァ-ヺー●\u4e00-\u9fff]*")

_NOT_IDEOGRAPHS = re.compile("[^\u4e00-\u9fff]+")  # a unified ideograph is its own NFKC and composes with nothing

_SMALL = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
_LARGE = "あいうえおつやゆよわかけアイウエオツヤユヨワカケ"
_DASHES = "‐‑‒–—―−ｰ-"  # typed for the long-vowel mark
_TO_LARGE = str.maketrans(_SMALL + _DASHES, _LARGE + "ー" * len(_DASHES))

_TO_KATAKANA = {ord("ぁ") + place: chr(ord("ァ") + place) for place in range(ord("ゖ") - ord("ぁ") + 1)}

# One sound in today's Japanese (現代仮名遣い), which one clerk writes so and the next otherwise.
_VU = re.compile("ヴ([ァアィイェエォオ])|ヴ")
_VU_TO_B = {"ァ": "バ", "ア": "バ", "ィ": "ビ", "イ": "ビ", "ェ": "ベ", "エ": "ベ", "ォ": "ボ", "オ": "ボ"}
_ONE_SOUND = str.maketrans("ヂヅヲヰヱぢづをゐゑ", "ジズオイエじずおいえ")

_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピ",
    "ウ": "ウクスツヌフムユルグズブプ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロゴゾドボポ",
}
_LONG = re.compile(
    "|".join(
        f"(?<=[{_ROWS[row]}])[ー{marks}]"
        for row, marks in {"ア": "ア", "イ": "イ", "ウ": "ウ", "エ": "エイ", "オ": "オウ"}.items()
    )
)


def fold_width(text: str) -> str:
    """NFKC (UAX #15), case folded, without spaces, middle dots and variation selectors (UTS #37)."""
    plain = "".join(text.split())
    if _PLAIN.fullmatch(plain) or _PLAIN.fullmatch(plain := plain.translate(_TO_PLAIN)):
        return plain
    text = _NOT_IDEOGRAPHS.sub(_normalized, text)
    return _SAYING_NOTHING.sub("", "".join(text.casefold().split()))


def fold_kana_size(text: str) -> str:
    """Small kana as large ones, every dash as ー."""
    return text.translate(_TO_LARGE)


def fold_kana_script(text: str) -> str:
    """Hiragana as katakana."""
    return text.translate(_TO_KATAKANA)


def fold_kana_spelling(text: str) -> str:
    """ヂ as ジ, ヅ as ズ, ヲ as オ, ヴァ as バ: kana that stand for one sound."""
    if "ヴ" in text:
        text = _VU.sub(lambda match: _VU_TO_B.get(match[1] or "", "ブ"), text)
    return text.translate(_ONE_SOUND)


def fold_long_vowels(text: str) -> str:
    """Katakana with each long vowel as ー: ユウ and ユー are one, ユ is another."""
    return _LONG.sub("ー", text)


def fold_both(ours: str, theirs: str, folds: Iterable[Fold]) -> tuple[str, str, tuple[Rule, ...]]:
    """Both texts folded until they are the same, and the rules that brought them nearer."""
    rules: tuple[Rule, ...] = ()
    for rule, fold in folds:
        if ours == theirs:
            break
        left, right = fold(ours), fold(theirs)
        if (left, right) == (ours, theirs):
            continue
        if left == right or _places_apart(left, right) < _places_apart(ours, theirs):
            rules += (rule,)
        ours, theirs = left, right
    return ours, theirs, rules


def _normalized(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _places_apart(ours: str, theirs: str) -> int:
    places: int = sum(map(ne, ours, theirs))
    return places + abs(len(ours) - len(theirs))
