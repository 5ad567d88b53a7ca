"""Variant kanji: characters that registers write differently for one and the same name. Pure.

For comparing only, never for storing or showing: a match through this table is "equivalent", not "equal". Unicode's
NFKC folds some of them (塚) and leaves most alone (髙, 﨑, 德, 邉), hence a table of our own. 斉 and 斎 are two
characters by origin; registers mix them up so often that they stand in one group.
"""

_GROUPS = """
    高髙 崎﨑嵜 徳德 辺邉邊 斎齋斉齊 吉𠮷 浜濱濵 沢澤 桜櫻 広廣 国國 真眞 恵惠 島嶋嶌 関關 柳栁 橋槗 館舘 曽曾 竜龍
    滝瀧 富冨 桑桒 黒黑 静靜 弥彌 寿壽 栄榮 豊豐 与與 実實 宝寶 学學 芦蘆 薮藪 桧檜 梅楳 峰峯 船舩 増增 瀬瀨 鉄鐵 万萬
    円圓 園薗 塩鹽 奥奧 応應 伝傳 児兒 剣劍 勲勳 参參 壱壹 将將 尭堯 岳嶽 巌巖 彦彥 悦悅 恒恆 教敎 暁曉 条條 来來 柏栢
    楽樂 槙槇 横橫 歩步 毎每 渋澁 清淸 済濟 瑶瑤 稲稻 穂穗 経經 緑綠 縄繩 荘莊 蔵藏 薫薰 衛衞 遥遙 郷鄕 野埜 青靑 頼賴
    顕顯 鴎鷗 黄黃 亀龜
"""

_TO_FIRST = {ord(variant): group[0] for group in _GROUPS.split() for variant in group[1:]}


def fold_variants(text: str) -> str:
    """The text with each variant replaced by the first of its group."""
    return text.translate(_TO_FIRST)
