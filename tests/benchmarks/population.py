"""A seeded population of invented people and the records that insurers hold of them: right ones, and planted mislinks.

Frequencies are rough public facts, written afresh: Japan's commonest family names (share of people, per ten thousand),
given names that follow the decade of birth, some 1 % twins, 3 in 4 people in families. How records differ from a chip
is set by the rates below; each is meant to be no kinder than what clinics report.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import Final

from terminal.coverage import Record
from terminal.people import Holder, IssuerTrust, Sex

FAMILY_NAMES: Final = """佐藤150 鈴木143 高橋112 田中106 伊藤85 渡辺84 山本83 中村83 小林81 加藤70 吉田66 山田65
佐々木54 山口51 松本50 井上49 木村46 林43 斎藤43 清水42 山崎38 森37 池田36 橋本36 阿部35
石川34 山下33 中島33 石井31 小川31 前田30 岡田30 長谷川30 藤田30 後藤29 近藤29 村上28
遠藤27 青木27 坂本27 斉藤26 福田26 太田26 西村26 藤井25 藤原24 金子24 岡本24 三浦23 中野23
中川23 原田22 松田22 竹内22 小野22 田村21 中山21 和田20 石田20 森田20 上田20 原19 内田19
柴田18 酒井18 宮崎18 横山17 高木17 安藤17 宮本16 大野16 小島16 工藤16 谷口15 今井15 高田15
増田15 丸山15 杉山14 村田14 大塚14 新井14 河野13 藤本13 武田13 上野13 杉本13 小松12 菊地12
菅原12 市川11 島田11 渡邉9 渡邊7 髙橋20 山﨑8 髙木3 濵田2 德永2 𠮷田6 𠮷川2 﨑山1 桒原1
栁田2 齊藤5 齋藤9 廣瀬2 富澤1 黒澤2 淸水1 小澤4 滝澤2 渕上1 舘野1 嶋田2 中嶋4 濱口1 邉見1
靏田1"""
BOYS: Final = {
    1930: "茂 勇 清 実 博 正 弘 進 昭 三郎 義雄 正男 武 利夫 一男 勝 和夫 幸雄 𠮷造 德次",
    1960: "誠 浩 修 隆 徹 健一 浩二 和彦 学 剛 大輔 直樹 哲也 英樹 達也 健太郎 裕之 德之 秀樹 明",
    1990: "翔太 拓也 大樹 健太 翔 大輝 陸 蓮 悠真 湊 陽翔 樹 蒼 優太 優斗 陽太 颯太 大和 結翔 瑛太",
}
GIRLS: Final = {
    1930: "和子 幸子 節子 文子 キヨ ハル よし子 美代子 照子 千代 静子 トシ子 久子 ミヨ 光子 静江 恵子 𠮷江 惠子 ヒサ",
    1960: "由美子 真由美 久美子 明美 直美 智子 陽子 裕子 恵 美穂 香織 愛 麻衣 美咲 彩 優子 純子 裕美 眞弓 祐子",
    1990: "美咲 さくら 陽菜 葵 凛 結衣 七海 優花 優奈 莉子 美羽 結菜 心春 咲良 杏 桜 愛莉 彩花 美桜 祐奈",
}
PLACES: Final = [
    "東京都架空区見本町",
    "大阪府架空市稽古町",
    "北海道架空市北一条西",
    "神奈川県見本市霞ヶ丘",
    "千葉県練習市大字上見本",
    "埼玉県例田市字中島",
    "福岡県試験市緑ケ丘",
    "愛知県架空市桜が丘",
    "京都府見本市三番町",
    "静岡県練習市梅ノ木",
    "宮城県架空郡見本村大字例田",
    "広島県仮名市瀬戸内町",
]

ADDRESS_REWRITTEN: Final = 0.55  # 1-2-3 for 一丁目２番３号 and the like; of all right records
BUILDING_LEFT_OUT: Final = 0.10
NAME_REWRITTEN: Final = 0.5  # of names with a character that has a plain form; a half of the rest becomes ●
MOVED: Final = 0.012  # the insurer has the address before
NO_ADDRESS: Final = 0.004
NO_SEX: Final = 0.01
NAME_BEFORE: Final = 0.003  # the family name before a marriage
DATE_SLIP: Final = 0.0005

_TODAY = date(2026, 11, 22)
_PLAIN = str.maketrans("邉邊髙﨑濵德𠮷桒栁齊齋廣澤淸渕舘嶋濱靏惠眞", "辺辺高崎浜徳吉桑柳斎斎広沢清淵館島浜鶴恵真")
_TO_FULL = str.maketrans("0123456789-", "０１２３４５６７８９－")
_KANJI = "〇一二三四五六七八九"


class Kind(StrEnum):
    """How a record came to be linked to a person."""

    RIGHT = auto()
    FAMILY = auto()
    TWIN = auto()
    NAMESAKE = auto()  # the same name and birth date, another person
    ONE_DIGIT_OFF = auto()  # the same name, one digit of the birth date another
    NEIGHBOUR = auto()  # of the same name and place, another age
    STRANGER = auto()


@dataclass(frozen=True)
class Pair:
    """Whom the chip names, and the record that was linked."""

    holder: Holder
    record: Record
    kind: Kind


@dataclass(frozen=True)
class _House:
    place: str
    numbers: tuple[int, int, int]
    building: str


def right_pairs(count: int, seed: int) -> Iterator[Pair]:
    """People in families, each with a right record as an insurer may hold it."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        for holder, house in _family(chance):
            made += 1
            yield Pair(holder, _right_record(chance, holder, house), Kind.RIGHT)


def mislinks(count: int, seed: int) -> Iterator[Pair]:
    """`count` records of another person, of each kind in turns, each written as an insurer may hold it."""
    chance = random.Random(seed)
    kinds = [kind for kind in Kind if kind is not Kind.RIGHT]
    for place in range(count):
        kind = kinds[place % len(kinds)]
        members = _family(chance)
        holder, house = members[0]
        other, other_house = _other(chance, kind, holder, house)
        yield Pair(holder, _right_record(chance, other, other_house), kind)


def _other(chance: random.Random, kind: Kind, holder: Holder, house: _House) -> tuple[Holder, _House]:
    """Another person, whom a hurried clerk may take for the holder."""
    family, given = holder.name.split("　")
    elsewhere = _house(chance)
    match kind:
        case Kind.TWIN:
            return replace(holder, name=f"{family}　{_another_given_name(chance, holder, given)}"), house
        case Kind.FAMILY:
            born = holder.birth_date + timedelta(days=chance.choice((-1, 1)) * chance.randint(400, 12000))
            return replace(
                holder, name=f"{family}　{_another_given_name(chance, holder, given)}", birth_date=born
            ), house
        case Kind.NAMESAKE:
            return replace(holder, address=_on_chip(elsewhere)), elsewhere
        case Kind.ONE_DIGIT_OFF:
            near = chance.choice((house, elsewhere))
            return replace(holder, birth_date=_one_digit_off(chance, holder.birth_date), address=_on_chip(near)), near
        case Kind.NEIGHBOUR:
            near = replace(house, numbers=(*house.numbers[:2], house.numbers[2] + 1), building="")
            born = holder.birth_date + timedelta(days=chance.randint(300, 9000))
            return replace(holder, birth_date=born, address=_on_chip(near)), near
        case _:
            return chance.choice(_family(chance))


def _another_given_name(chance: random.Random, holder: Holder, given: str) -> str:
    plain = given.translate(_PLAIN)
    names = [name for name in _given_names(holder.sex, holder.birth_date) if name.translate(_PLAIN) != plain]
    like = [name for name in names if len(name) == len(given) and set(name) & set(given)]
    return chance.choice(like or names)


def _one_digit_off(chance: random.Random, born: date) -> date:
    while True:
        digits = list(f"{born:%Y%m%d}")
        digits[chance.randrange(2, 8)] = str(chance.randrange(10))
        try:
            other = date.fromisoformat("".join(digits))
        except ValueError:
            continue
        if other != born:
            return other


def _family(chance: random.Random) -> list[tuple[Holder, _House]]:
    family, house = _family_name(chance), _house(chance)
    size = chance.choices((1, 2, 3, 4), (38, 28, 18, 16))[0]
    born = _TODAY - timedelta(days=chance.randint(7_000, 33_000))
    members = []
    for place in range(size):
        is_twin = place > 1 and chance.random() < 0.02
        if not is_twin and place:
            born = born + timedelta(days=chance.randint(-3000, 3000) if place == 1 else chance.randint(400, 2500))
        born = min(born, _TODAY)
        sex = chance.choice((Sex.MALE, Sex.FEMALE))
        given = chance.choice(_given_names(sex, born))
        holder = Holder(f"{family}　{given}", _on_chip(house), born, sex, None, date(2034, 1, 1), IssuerTrust.CHECKED)
        members.append((holder, house))
    return members


def _family_name(chance: random.Random) -> str:
    return chance.choices(_NAMES, _WEIGHTS)[0]


def _given_names(sex: Sex, born: date) -> list[str]:
    names = BOYS if sex is Sex.MALE else GIRLS
    return names[1930 if born.year < 1960 else 1960 if born.year < 1990 else 1990].split()


def _house(chance: random.Random) -> _House:
    numbers = (chance.randint(1, 9), chance.randint(1, 40), chance.randint(1, 30))
    building = f"見本荘{chance.randint(1, 9)}0{chance.randint(1, 9)}" if chance.random() < 0.4 else ""
    return _House(chance.choice(PLACES), numbers, building)


def _on_chip(house: _House) -> str:
    first, second, third = house.numbers
    return f"{house.place}{_KANJI[first]}丁目{second}番{third}号".translate(_TO_FULL) + house.building.translate(
        _TO_FULL
    )


def _right_record(chance: random.Random, holder: Holder, house: _House) -> Record:
    name = _as_insurer_writes(chance, holder.name)
    if holder.sex is Sex.FEMALE and chance.random() < NAME_BEFORE * 2:
        name = f"{_family_name(chance)}　{holder.name.split('　')[1]}"
    born = _one_digit_off(chance, holder.birth_date) if chance.random() < DATE_SLIP else holder.birth_date
    sex = None if chance.random() < NO_SEX else holder.sex
    return Record(name, None, born, sex, _insurers_address(chance, house))


def _as_insurer_writes(chance: random.Random, name: str) -> str:
    written = []
    for character in name:
        plain = character.translate(_PLAIN)
        if plain == character:
            written.append(character)
        elif chance.random() < NAME_REWRITTEN:
            written.append(plain)
        elif _is_unwritable(character):
            written.append(chance.choice((character, "●")))
        else:
            written.append(character)
    joined = "".join(written)
    return joined.replace("　", chance.choice(("　", "　", " ", "")))


def _is_unwritable(character: str) -> bool:
    return character in "邉髙﨑濵德𠮷桒栁淸靏"


def _insurers_address(chance: random.Random, house: _House) -> str | None:
    if chance.random() < NO_ADDRESS:
        return None
    if chance.random() < MOVED:
        house = _house(chance)
    if chance.random() < BUILDING_LEFT_OUT:
        house = replace(house, building="")
    if chance.random() >= ADDRESS_REWRITTEN:
        return _on_chip(house)
    place = house.place
    for old, new in (
        ("大字", ""),
        ("字中", "中"),
        ("ヶ", "が"),
        ("ケ", "ヶ"),
        ("が", "ヶ"),
        ("ノ", "の"),
        ("三番", "3番"),
        ("一条", "1条"),
    ):
        if old in place and chance.random() < 0.3:
            place = place.replace(old, new)
            break
    if chance.random() < 0.2:
        place = place[4:] if place.startswith("神奈川") else place[3:]
    numbers = "-".join(map(str, house.numbers))
    written = chance.choice((numbers, numbers.translate(_TO_FULL), "{}丁目{}番地{}".format(*house.numbers)))
    return place + written + house.building


_NAMES = [entry.rstrip("0123456789") for entry in FAMILY_NAMES.split()]
_WEIGHTS = [int(entry[len(name) :]) for entry, name in zip(FAMILY_NAMES.split(), _NAMES, strict=True)]
