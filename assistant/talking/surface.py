"""What a reply calls the things beside it: on the page there are tabs and tables, in a terminal there are commands.

say("bring a case", talk.surface)
"""

from typing import Literal

Surface = Literal["page", "terminal"]

_PAGE = {
    "bring a case": (
        "- 已有评测表：到“一企一策”页上传或填写，点“测算”，再回这里在“评测案例”里选它；\n"
        "- 还没有：在“一企一策”页下载空白评测表，填好再来；\n"
        "- 只想看看效果：在“评测案例”里选一家示例企业。"
    ),
    "make a report": (
        "出诊断报告和改造方案在“一企一策”页：导入或填写评测表，点“测算”看等级和差距，"
        "再点“生成报告（Word）”。附上评测案例后，这里也能问“我们现在几级”“先做哪几项最划算”。"
    ),
    "attach to plan": (
        "要按它排方案、看能升几级，得附评测案例：在“一企一策”页上传评测表，再在这里的“评测案例”里选它。"
    ),
    "mend the case": "案例有误请到“一企一策”页改。",
    "mend a fact": "数有变化请直接报真实的数，或在右边表里更正。",
}
_TERMINAL = {
    "bring a case": (
        "- 已有评测表：canmou chat --case 评测表.xlsx 接着谈；只看等级用 canmou score 评测表.xlsx；\n"
        "- 还没有：canmou template case -o 评测表.xlsx 得到空白评测表，填好再来；\n"
        "- 只想看看效果：用 examples/ 里的示例，如 canmou chat --case examples/jinan-machine-tool.yaml。"
    ),
    "make a report": (
        "出诊断报告：canmou report 评测表.xlsx --kind one-enterprise-diagnosis -o 报告.docx；"
        "先看等级和方案用 canmou score、canmou plan。用 canmou chat --case 评测表.xlsx 附上案例后，"
        "这里也能问“我们现在几级”“先做哪几项最划算”。"
    ),
    "attach to plan": ("要按它排方案、看能升几级，得附评测案例：用 canmou chat --case 评测表.xlsx 接着谈。"),
    "mend the case": "案例有误请改评测表。",
    "mend a fact": "数有变化请直接报真实的数。",
}


def say(what: str, surface: Surface) -> str:
    """Return the words for something that is done elsewhere on this surface."""
    return (_TERMINAL if surface == "terminal" else _PAGE)[what]
