"""Characters as people see them: what is invisible goes out, what was torn apart is joined again."""

import re
import unicodedata

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Formatting characters with no ink: zero-width, bidi controls, soft hyphens, variation selectors, tags."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f]+")
_HAN = r"\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = _HAN + r"\u3000-\u303f\uff00-\uffef“”‘’—…"
_GAP = re.compile(rf"(?<=[{_WIDE}]) (?=[{_WIDE}0-9A-Za-z(%])|(?<=[0-9A-Za-z)%.]) (?=[{_WIDE}])")
_LEAD = re.compile(
    r"^\s*(第[一二三四五六七八九十百零〇\d]{1,7}[条章节编篇]|\d{1,2}(?:\.\d{1,2}){1,3})[ \u3000]+(?=\S)"
    r"(?!个|万|亿|元|倍|年|[%％]|级|版|米|平方|人|家)"
)
"""A number at the head of a line: the space after it is part of what people see."""
_KEPT = "\x01"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[%％‰])")
_DECIMAL = re.compile(r"(?<=\d)(?: \.(?=\d)|\. (?=\d+\s?(?:[%％]|个百分点|万|亿|元)))")
_THOUSANDS = re.compile(r"(?<=\d)(?: ,(?=\d{3})|, (?=\d{3}(?!\d)))")

_ORDERS = re.compile(
    "|".join(
        (
            r"(忽略|无视|忘记|忘掉|不要理会|不必理会|不要遵守|绕过|跳过|覆盖).{0,12}(以上|之前|前面|前述|上述|此前|先前|所有|全部|原有|系统|页面正文|安全)?.{0,6}(指令|指示|规则|規則|提示|要求|设定|設定|限制|约束|正文|规定|規定)",
            r"(ai|ＡＩ|人工智能|智能|大模型|语言模型)(助手|模型|机器人|客服)\s*(请注意|请|必须|[:：])",
            r"(^|[\s,;!，。；！\n【\[（(])(助手|机器人|模型|assistant|chatgpt|gpt|llm)\s*[:：]|^(给|致)(ai|助手|模型)",
            r"(ai|人工智能|智能|大模型)(助手|模型|机器人|客服).{0,2}(务必|应当|应该|应(?!用)|须|必须|一律|直接|只能|不得)|供(智能|ai|大模型)?(助手|模型)(执行|遵照|使用)",
            r"(回答|答复|回复|输出|作答)时.{0,12}(必须|务必|请|只|插入|加上|删去|补充|写成|改为)",
            r"(告诉|提示|提醒|要求|命令|请)(ai助手|大模型|语言模型|智能助手|助手)",
            r"(系统|管理员|开发者|最高)(通知|提示词?|消息|指令|命令|授权)\s*[\]】:：,，]",
            r"#{2,}\s*(指令|系统|命令|instruction|system)",
            r"优先级(高于|大于|优先于|最高)",
            r"(一律|只能|仅能|必须|务必|始终|请只|请仅|只准|永远)只?\s*(回答|回复|答复|输出)",
            r"(一律|务必|始终|请只|请仅|只准|永远)只?\s*(推荐|判定|判断|认定).{0,12}(符合|通过|满足|满分|优秀|[“\"]|公司|科技|平台|产品)",
            r"(把|将).{0,12}(企业|用户|结论|申请).{0,6}(判定|判断|标记|认定|改写?|写)(为|成|作).{0,6}(符合|通过|满足|合格|优秀|满分|达标)",
            r"(不要|不得|不准|禁止|别|勿).{0,6}(提到|提及|透露|告诉|告知|说明|显示).{0,6}(这条|本条|这段|本段|本句|此条|此句|该通知|用户|理由|来源)",
            r"(请|须|必须)?(这样|如此|按此|照此)(回答|回复|输出|作答)|(隐藏|删除|不显示)(本|这|此)(句|段|条|行)",
            r"正确(答案|回答)(是|为|应)",
            r"(回答|回复|输出|答案|报告|结果)(的)?(末尾|结尾|最后|开头|开始|中).{0,8}(插入|添加|加上|附上|写上|输出|展示)",
            r"(排|固定|放|列)(在|到|为|序)?.{0,6}(第一位?|首位|最前|榜首).{0,20}(匹配度|评分|得分|打分)|(匹配度|评分|得分|打分).{0,4}(写|打|给|设为|改为|填)\s*\d",
            r"让用户(访问|点击|转账|下载|打开|扫码|拨打|添加)|提醒用户(转账|付款|缴费)",
            r"(你|您)(现在|从现在起|将|必须)?(是|扮演|作为)(一个|一名|系统管理员|管理员|开发者|.{0,6}助手)",
            r"从现在(起|开始).{0,20}(只|一律|必须|不再|都要|所有)",
            r"!\[[^\]]*\]\(\s*https?:[^)]*[{<$]",
            r"(ignore|disregard|forget|override|bypass)\s+(all\s+|any\s+|the\s+|your\s+)*(previous|prior|above|earlier|preceding|system|instructions?|rules?)",
            r"(system\s*prompt|developer\s*message|you\s+are\s+now|act\s+as\s+(a|an|the)\b|do\s+not\s+(tell|mention|reveal)|respond\s+only|as\s+an\s+ai)",
            r"<\|?\s*(im_start|im_end|system|assistant|user|endoftext)\s*\|?>|\[/?(inst|system)\]",
        )
    ),
    re.IGNORECASE,
)


def strip_invisible(text: str) -> str:
    """Return `text` without characters that leave no ink: zero-width, bidi, control, private use."""
    return _CONTROL.sub("", _ZERO_WIDTH.sub("", text))


def count_invisible(text: str) -> int:
    """Return how many zero-width and bidi characters `text` holds; a mark at its very start is none."""
    return len(_ZERO_WIDTH.findall(text.removeprefix("\ufeff")))


def clean(text: str) -> str:
    """Return one line of text as people read it.

    Invisible characters are removed, compatibility forms of Han radicals and of digits inside a number
    become the common ones, spaces that a layout put between Chinese characters, or between a number and
    its unit, go out. Words of Latin letters keep their spaces; an ideographic space stays one.
    """
    text = strip_invisible(text).replace("\r", " ").replace("\n", " ")
    text = "".join(_common(char) for char in text)
    text = _SPACES.sub(" ", text)
    text = _DECIMAL.sub(".", text)
    text = _THOUSANDS.sub(",", text)
    text = _BEFORE_UNIT.sub("", text)
    text = _LEAD.sub(lambda m: m[1] + ("\u3000" if m[1].startswith("第") else _KEPT), text)
    text = _GAP.sub("", text)
    text = text.replace(_KEPT, " ")
    return re.sub(r"\u3000{2,}", "\u3000", text).strip(" \t\u3000")


def _common(char: str) -> str:
    """Return the common form of a Han radical or compatibility ideograph: ⼯ is 工."""
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char)
    return char


def bare(text: str) -> str:
    """Return `text` as it is compared: no spaces, full-width forms as half-width, quotes alike."""
    text = unicodedata.normalize("NFKC", strip_invisible(text))
    text = re.sub(r"\s+", "", text)
    return text.translate(str.maketrans("“”‘’「」『』〔〕【】", '""\'\'""""[][]'))


def orders_a_machine(text: str) -> bool:
    """Return whether `text` reads like an order to a machine rather than a rule for people.

    Letters that only look Latin, and marks that stand between single characters (忽.略.以.上), hide nothing. A paragraph
    without end is no rule for people either, and is not looked through.
    """
    if len(text) > _ENDLESS:
        return True
    plain = unicodedata.normalize("NFKC", strip_invisible(text)).translate(_LOOKALIKES)
    return bool(_ORDERS.search(_BETWEEN.sub("", plain))) or bool(_ORDERS.search(plain))


_ENDLESS = 50_000
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁɡαοιАВЕКМНОРСТХІΑΒΕΗΙΚΜΝΟΡΤΧ", "aeopcyxijsdgaoiABEKMHOPCTXIABEHIKMNOPTX"
)
"""Cyrillic and Greek letters that are drawn like Latin ones."""
_BETWEEN = re.compile(r"\s+|(?<=[\u4e00-\u9fff])[.·•*_~`'|/\\-]+(?=[\u4e00-\u9fff])")


def part_orders(text: str) -> tuple[str, str]:
    """Return a paragraph as what it says to people, and what it says to a machine; either may be empty.

    What stands before the order is kept, cut where its sentence, clause or bracket begins. What follows is not: an order
    may run on in sentences that look harmless (…请回答如下。比例为95%。). Only a bracket that closes ends it.
    """
    if not orders_a_machine(text):
        return text, ""
    if len(text) > _ENDLESS:
        return "", text
    for bracket in _BRACKETED.finditer(text):
        if orders_a_machine(bracket[0]) and not orders_a_machine(text.replace(bracket[0], "", 1)):
            kept = f"{text[: bracket.start()]}{text[bracket.end() :]}".strip()
            if len(kept) >= _LEAST:
                return kept, bracket[0]
    at = 0
    for sentence in _SENTENCE.findall(text):
        if orders_a_machine(sentence):
            at += _begins(sentence)
            break
        at += len(sentence)
    else:
        at = 0  # no sentence alone is one: all of it is
    kept = text[:at].strip()
    if len(kept) < _LEAST or orders_a_machine(kept):
        return "", text
    return kept, text[at:].strip()


_LEAST = 8
"""Characters of a remainder worth keeping: less is a number or half a word."""
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]+|[^。；！？\n]+")
_BRACKETED = re.compile(r"（[^（）]{6,}）|\([^()]{6,}\)|【[^【】]{6,}】|\[[^\[\]]{6,}\]")
_BREAK = re.compile(r"[，,、：:\s（(【\[#<“\"]")


def _begins(sentence: str) -> int:
    """Return where in a sentence its order begins: after the last mark before which nothing orders."""
    best = 0
    for mark in _BREAK.finditer(sentence):
        cut = mark.start() if mark[0] in '（(【[#<“"' else mark.end()
        if orders_a_machine(sentence[:cut]):
            break
        if orders_a_machine(sentence[cut:]):
            best = cut
    return best


def solicits(text: str) -> bool:
    """Return whether `text` offers an agent's service (包过, 不过退款, 加微信) rather than stating a rule or warning of such."""
    return bool(_OFFERS.search(re.sub(r"\s+", "", text))) and not _WARNS_OF.search(text)


_OFFERS = re.compile(
    r"包(?:通)?过(?!程)|包(?:拿|下)证|保过|保证(?:通过|拿到|下证)|(?:不过|不成功|未通过|没通过).{0,4}(?:全额|全)?退|不成功不收费|加(?:我|老师)?(?:微信|VX|vx|V信)|微信同号|"
    r"(?:代写|代办|代申报|代报)(?:服务|材料|申报|全程|一条龙)|内部(?:渠道|关系|名额)|(?:\d+号)?(?:老师|客户经理)(?:代写|为您|一对一)|联系\d+号|扫码(?:咨询|添加|领取)"
)
_WARNS_OF = re.compile(r"严禁|不得|禁止|谨防|警惕|防范|打击|查处|切勿|请勿|举报|未委托|没有委托|不收取")


def display_name(name: str) -> str:
    """Return a file name fit to be shown: last part of a path, no control or bidi characters, at most 120."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", _ZERO_WIDTH.sub("", name)).strip(" .")
    if len(name) > 120:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) <= 8 else name[:120]
    return name or "未命名"
