"""Which scenes a firm named itself when it told what hurts or what it wants.

    named(("主机厂要求追溯到批次；质检靠纸质单", ), standard)   # {"s07": "主机厂要求追溯到批次"}

Read clause by clause. A scene is named by its name or by one of its own words (追溯, 库存); a wide word (采购, 工艺) names it
only where the clause also tells of trouble or a wish and no scene's own word stands in it (备件临时采购 is about 设备).
A clause that says all is well, is not wanted, or was not seen names nothing. The words are data of the standard:
`Scene.said` and `Scene.said_with_trouble`.
"""

import re
from collections.abc import Iterable, Sequence

from knowledge.standard import Scene, Standard

_CLAUSE = re.compile(r"[，,；;。！!？?\n]+|但是?|不过")
_TROUBLE = re.compile(
    r"靠|纸质|手工|人工|手抄|补录|没有|缺|慢|晚|难|不清|不准|不了|频繁|乱|错|漏|只有|临时|急|催|痛点|问题|耗时|停|丢|积压|滞后|"
    r"想|要|希望|需要|须|重点|解决|改善|提升|优先|打通|实现|上一?套"
)
_FINE = re.compile(
    r"没(?:有)?(?:什么)?(?:大)?问题|(?:暂时?|先|还)?不(?:急|用|做|上|考虑|改|动|打算|想)|无需|不必|不需要|够用|满意|正常|挺好|很好|"
    r"已经?(?:上线|上了|做完|解决)|尚未看|还?没看|未看到|以后再"
)


def named(texts: Iterable[str], standard: Standard) -> dict[str, str]:
    """Return scene id -> the first clause that names it, in the order of the form; {} where none is named."""
    clauses = [part.strip() for text in texts for part in _CLAUSE.split(text) if part.strip()]
    found: dict[str, str] = {}
    for clause in clauses:
        for id in () if _FINE.search(clause) else _named_in(clause, standard.scenes):
            found.setdefault(id, clause)
    return {scene.id: found[scene.id] for scene in standard.scenes if scene.id in found}


def _named_in(clause: str, scenes: Sequence[Scene]) -> list[str]:
    """Return the scenes a clause names: by their own words, else by wide ones beside trouble or a wish."""
    own = [one.id for one in scenes if any(_says(clause, word) for word in (one.name, *one.said))]
    if own or not _TROUBLE.search(clause):
        return own
    return [one.id for one in scenes if any(_says(clause, word) for word in one.said_with_trouble)]


def _says(clause: str, word: str) -> bool:
    """Return whether a clause holds a word; Latin letters must stand alone, so that BI is not read in BIM."""
    if not word.isascii():
        return word in clause
    return bool(re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", clause, re.IGNORECASE))
