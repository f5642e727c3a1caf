"""Names of the data that a page tells of its document: 发文字号：…, 成文日期：…, in the many words sites have for them."""

import re
from itertools import pairwise
from typing import Literal

Field = Literal["number", "issuer", "origin", "issued", "published", "from", "to", "validity", "other"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES: dict[Field, tuple[str, ...]] = {
    "number": _words("文号 发文字号 发文文号 公文字号 公文文号 文件文号 文件字号 文件编号 文件号 发布文号"),
    "issuer": _words(
        "发布机构 发布机关 发文机关 发文机构 发文单位 发布单位 发布部门 发文部门 印发机关 印发单位 颁布机构 颁布机关 "
        "制定机关 制定单位 制发机关 制发单位 公开责任部门 责任部门 公开主体 公开机构"
    ),
    "origin": _words("信息来源 来源 文章来源 稿件来源"),
    "issued": _words(
        "成文日期 成文时间 发文日期 发文时间 印发日期 印发时间 生成日期 制定日期 签发日期 颁布日期"
    ),
    "published": _words("发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 发表时间 发表日期"),
    "from": _words("实施日期 施行日期 生效日期 执行日期 实施时间 施行时间 生效时间 执行时间"),
    "to": _words("失效日期 废止日期 失效时间 废止时间 有效期至 有效期 有效期限"),
    "validity": _words(
        "有效性 时效性 时效 时效状态 效力状态 效力 文件状态 公文时效 文件时效 是否有效 有效状态 文件有效性"
    ),
    "other": _words(
        "统一编号 统一登记号 登记号 规范性文件登记号 索引号 信息索引号 主题分类 信息分类 信息类别 组配分类 公文种类 "
        "体裁分类 公开方式 公开范围 公开类别 公开属性 名称 信息名称 文件名称 标题 公文标题 文件标题 主题词 关键词 "
        "内容概述 内容概览 语种 载体类型"
    ),
}

_FIELD: dict[str, Field] = {name: field for field, names in NAMES.items() for name in names}
GAP = r"[\s\u3000\u00a0]*"
ANY = "|".join(GAP.join(name) for name in sorted(_FIELD, key=len, reverse=True))
"""A pattern for any of the names, however their characters are spaced out."""
LINE = re.compile(rf"^{GAP}(?:{ANY}){GAP}[：:]")
"""A line that begins with a name: 文　　号：…."""


_NEXT = re.compile(rf"(?:{ANY}){GAP}[：:]|浏览|阅读次数|访问|字体|(?<!发文)字号|作者|责任编辑|【|打印|分享")


def lines(text: str) -> list[str]:
    """Return a line that tells several fields one after the other as one line for each; those without a value go out."""
    starts = [found.start() for found in _NEXT.finditer(text)]
    parts = [text[a:b].strip(" \u3000|") for a, b in pairwise([*starts, len(text)])]
    return [part for part in parts if LINE.match(part) and not re.fullmatch(r".*[：:]\s*[-—]*", part)]


def field_of(text: str) -> Field | None:
    """Return which field a text is the name of, with its colon or without; None where it is none."""
    return _FIELD.get(re.sub(r"[\s\u3000\u00a0：:【】\[\]]", "", text))


def told(line: str) -> tuple[Field | None, str]:
    """Return the field that a line tells, and its value: `发文字号：某发〔2025〕2号`."""
    name, mark, value = line.replace(":", "：", 1).partition("：")
    return (field_of(name), value.strip(" \u3000")) if mark else (None, "")
