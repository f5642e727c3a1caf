"""Misheard words (研发头入, 两千完, 发名专利) and the small words of dialects (冇得, 唔係, 俺, 我哋), in one shape for all readers.

Only what means nothing else is mended (从头入手 and 招收人员 stay), each by as many characters, so that every place
stays where it is.
"""

import re

_WORDS = {
    "研发头入": "研发投入", "研发投人": "研发投入", "研发废用": "研发费用", "研发费有": "研发费用", "盐发费": "研发费",
    "盐发投入": "研发投入", "营首": "营收", "营手": "营收", "赢收": "营收", "盈收": "营收", "营业收人": "营业收入", "销售收人": "销售收入", 
    "总收人": "总收入",    "消售额": "销售额", "主赢业务": "主营业务", "净利闰": "净利润",
    "负载率": "负债率", "负债律": "负债率", "复债率": "负债率",
    "站有率": "占有率", "展有率": "占有率", "发名专利": "发明专利", "发鸣专利": "发明专利", "发明专力": "发明专利", "发明转利": "发明专利",
    "实用新形": "实用新型", "实用心型": "实用新型", "软住": "软著", "软注": "软著", "软助": "软著", "软件著做权": "软件著作权",
    "高薪企业": "高新企业", "高薪技术": "高新技术", "专精特心": "专精特新", "专精特薪": "专精特新", "专经特新": "专精特新",
    "科技形": "科技型", "创新形": "创新型",
}  # fmt: skip
_WORD = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_DIALECT = {
    "冇得": "没有", "冇有": "没有", "冇": "没", "木有": "没有", "莫得": "没有", "么得": "没有", "唔系": "不是", "唔係": "不是",
    "仲未": "还没", "勿是": "不是", "我哋": "我们", "佢哋": "他们", "佢": "他", "阿拉": "我们", "俺": "我", "恁": "你",
    "嘅": "的", "喺": "在", "係": "是", "咗": "了",
}  # fmt: skip
_SPOKEN = re.compile("(?!阿拉[伯善木丁尔])(?:" + "|".join(sorted(_DIALECT, key=len, reverse=True)) + ")")
_GAP = re.compile(r"(?<=\d)(?P<gap> +)(?P<unit>(?:[万亿千百]+元?|元|[wW](?![A-Za-z])|%|人|名|个))")
_END = r"(?=$|[，,。；;、！!？?\s元块左上出多])"
_WAN = re.compile(rf"(?<=[\d一二三四五六七八九十百千两多来几])[完玩晚宛]{_END}")
_YI = re.compile(rf"(?<=[\d一二三四五六七八九十两个])[义益易]{_END}")


def mend(text: str) -> str:
    """Return a message with misheard words put right and 4300 万 as 4300万, as long as it was."""
    text = _GAP.sub(lambda match: match["unit"] + match["gap"], text)
    text = _WORD.sub(lambda match: _WORDS[match[0]], text)
    text = _SPOKEN.sub(lambda match: _DIALECT[match[0]], text)
    return _YI.sub("亿", _WAN.sub("万", text))
