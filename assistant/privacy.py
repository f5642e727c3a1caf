"""Hide names and identifiers before text leaves for a model, and put them back into the reply."""

import re
from collections.abc import Iterable, Iterator

from assistant.numbers import fold

_NOT_BEFORE = r"(?<![0-9A-Za-z._%+-])"
_CODE = "0-9A-HJ-NPQRTUWXY"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Python's \b counts Chinese characters as word characters, so 邮箱zhang@qq.com would slip through.
    ("邮箱", re.compile(_NOT_BEFORE + r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (
        "证件号",
        re.compile(
            r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
        ),
    ),
    ("信用代码", re.compile(rf"(?<![0-9A-Za-z])[1-9AN][{_CODE}]\d{{6}}[{_CODE}]{{10}}(?![0-9A-Za-z])", re.I)),
    ("账号", re.compile(r"(?<![0-9A-Za-z.])\d(?:[ -]?\d){15,18}(?![0-9A-Za-z]|\.\d)")),
    (
        "账号",
        re.compile(
            r"(?:(?<=账号)|(?<=账户)|(?<=卡号))(?:[是为:：]\s?|\s)?(?P<only>\d(?:[ -]?\d){8,24})(?![0-9A-Za-z])"
        ),
    ),
    ("电话", re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")),
    ("电话", re.compile(r"(?<![0-9A-Za-z])(?:\(?0\d{2,3}\)?[ -]?)\d{7,8}(?:-\d{1,5})?(?![0-9A-Za-z])")),
    ("证件号", re.compile(r"(?<![0-9A-Za-z])[1-9]\d{14}(?![0-9A-Za-z])")),
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常"
    "乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘"
    "厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容"
    "向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠丰巢关蒯相查后荆红游竺权逯盖益桓公闫肖代覃岳帅"
)
_PERSON = re.compile(
    rf"(?:联系人|法定代表人|法人代表|法人|负责人|经办人|填报人|申报人|实际控制人|董事长|总经理|姓名|我叫|本人|签名|签字人)(?:是|为|叫|[:：])?\s*(?P<only>[{_SURNAMES}][\u4e00-\u9fa5]{{1,2}})(?=[，。、；：,.;:\s（(电手联]|\d{{6}}|$)"
)
_TAILS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团", "公司", "厂")
_PLACE = re.compile(
    r"^[\u4e00-\u9fa5]{2,3}(?:省|市|区|县)|^(?:北京|上海|天津|重庆|济南|青岛|深圳|广州|杭州|苏州|南京|武汉|成都|宁波|厦门)"
)

_REMARK = re.compile(r"\s*[（(][^（）()]*[）)]$")
_COMMON = re.compile(
    r"数字|智能|信息|科技|中小|企业|工业|电子|机械|精密|自动|高新|新材|国家|制造|技术|服务|网络|软件|云|专精|转型|设备"
)
"""What a name may begin with that texts are full of: its short form is not hidden, or the text would be riddled."""


class Mask:
    """Hides what must not leave and restores it. One mask serves one conversation."""

    def __init__(
        self, *, enterprises: Iterable[str] = (), people: Iterable[str] = (), active: bool = True
    ) -> None:
        """Set up a mask.

        Args:
            enterprises: Names from the profile; their short forms are hidden too.
            people: Personal names from the profile.
            active: False lets everything through, e.g. for a model on this machine.
        """
        self.active = active
        self._shown: dict[str, str] = {}
        """Placeholder -> what it stands for."""
        self._hidden: dict[str, str] = {}
        self._names = [(name, "企业") for full in enterprises for name in _forms(full)]
        self._names += [(name.strip(), "人员") for name in people if len(name.strip()) > 1]
        self._names.sort(key=lambda pair: -len(pair[0]))

    def hide(self, text: str) -> str:
        """Return `text` with names, credit codes, phones, ids, accounts and addresses replaced by 〔企业1〕 …"""
        if not self.active:
            return text
        for name, kind in self._names:
            text = text.replace(name, self._placeholder(kind, name)) if name in text else text
        for kind, shape in (*_SHAPES, ("人员", _PERSON)):
            text = self._replace(shape, kind, text)
        return text

    def restore(self, text: str) -> str:
        """Return `text` with placeholders replaced by what they stand for."""
        for placeholder, original in self._shown.items():
            text = text.replace(placeholder, original)
        return text

    def restore_stream(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield the pieces restored; a placeholder cut between two pieces is held back until it is whole."""
        held = ""
        for piece in pieces:
            held += piece
            cut = held.rfind("〔")
            safe, held = (
                (held, "")
                if cut < 0 or "〕" in held[cut:] or len(held) - cut > 12
                else (held[:cut], held[cut:])
            )
            if safe:
                yield self.restore(safe)
        if held:
            yield self.restore(held)

    @property
    def hidden(self) -> int:
        """How many different things were hidden."""
        return len(self._shown)

    def _replace(self, shape: re.Pattern[str], kind: str, text: str) -> str:
        out, at = [], 0
        for match in shape.finditer(fold(text)):
            start, end = match.span("only") if "only" in shape.groupindex else match.span()
            out += [text[at:start], self._placeholder(kind, text[start:end])]
            at = end
        return "".join([*out, text[at:]])

    def _placeholder(self, kind: str, original: str) -> str:
        known = self._hidden.get(original)
        if known is None:
            count = sum(1 for placeholder in self._shown if placeholder.startswith(f"〔{kind}"))
            known = f"〔{kind}{count + 1}〕"
            self._hidden[original] = known
            self._shown[known] = original
        return known


def _forms(name: str) -> list[str]:
    """Return an enterprise's full name and the short forms people use, longest first."""
    full = name.strip()
    if len(full) < 2:
        return []
    forms = [full]
    full = _REMARK.sub("", full)
    forms.append(full)
    core = full
    for tail in _TAILS:
        core = core.removesuffix(tail)
    bare = _PLACE.sub("", core)
    forms += [form for form in (core, bare) if len(form) >= 4]
    if len(bare) > 4 and not _COMMON.match(bare):
        forms.append(bare[:4])  # 岱工精密 of 济南岱工精密机床有限公司
    return list(dict.fromkeys(forms))
