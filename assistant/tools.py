"""Desk methods as tools of an agent: JSON to the model, the record itself to the program. None has a side effect.

A tool takes no facts, budget or assessment: they come from the conversation and its case, so a model cannot make a firm
larger, richer or better than it is. What a tool returns is bounded; without a case it says what is missing and where to
bring it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answering.weighing import weigh
from assistant.corpus import ConflictItem, list_conflicts, list_timeline
from assistant.desk import Desk
from assistant.schema import Answer
from assistant.talking.briefs import (
    brief,
    brief_conflict,
    brief_days,
    brief_gaps,
    brief_match,
    brief_plan,
    brief_score,
    brief_subsidy,
)
from assistant.talking.casework import case_for, place_of, standard_of, the_case
from assistant.talking.clerk import next_question
from assistant.talking.notices import clash_reply, schemes_near, spending
from assistant.talking.talk import Order, Talk
from knowledge.case import CaseFile
from knowledge.errors import ConsultError, InputError
from knowledge.record import Record
from knowledge.region import NATION

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_LONG = 1200
"""Characters of one passage that a model gets to see."""
MOST = 8000
"""Characters of one tool's whole result."""


@dataclass
class Counter:
    """What the tools of one turn may read, and the records they returned."""

    desk: Desk
    talk: Talk
    order: Order = field(default_factory=Order)
    """What the person's message named: level, sum, scenes."""
    records: list[Record] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What the model was shown: the only thing its words may rest on."""

    # ---------------------------------------------------------------- documents

    def search_policy(self, text: str) -> Any:
        """查政策条款。text 是关键词或问题。返回最相关的几段，含文件 id、条款位置、现行与否、原文或要点。"""
        region = self.desk.region_of(self.talk.enterprise)
        hits = self.desk.search(text, region=None if region == NATION else region, k=5)
        return [
            {
                "source_id": hit.passage.source_id,
                "locator": hit.passage.locator,
                "title": hit.passage.title,
                "status": self._status(hit.passage.source_id),
                "text": hit.passage.text[:_LONG],
            }
            for hit in hits
        ]

    def read_clause(self, source_id: str, locator: str) -> Any:
        """读一条条款的全文。source_id 和 locator 取自查政策条款的结果。"""
        policy, clause = self.desk.clause(source_id, locator)
        self.records.append(clause)
        return {
            "title": policy.title,
            "doc_number": policy.doc_number,
            "locator": clause.locator,
            "status": self._status(source_id),
            "text": clause.text[:_LONG],
        }

    def answer_question(self, question: str) -> Any:
        """按已收录的文件回答一个政策问题，带引文；依据不足时说明缺什么。"""
        from assistant.answer import answer

        region = self.desk.region_of(self.talk.enterprise)
        given: Answer = answer(question, desk=self.desk, region=None if region == NATION else region)
        self.records.append(given)
        return {
            "answer": given.answer[:_LONG],
            "refused": given.refused,
            "reason": given.reason,
            "warnings": [one.text for one in given.warnings],
            "quotes": [f"《{c.title}》{c.locator}：{c.quote}"[:_LONG] for c in given.citations[:4]],
        }

    def timeline(self) -> Any:
        """列出今后的时间点：当地与全国的截止、到期、施行。"""
        where = place_of(self.talk, self.desk)
        items = list_timeline(self.desk.kb, after=self.desk.today(), region=where or NATION)
        self.records += items[:20]
        return {"地区": where or "全国（企业所在地未告知）", **brief_days(items)}

    def conflicts(self, topic: str) -> Any:
        """同一条件在几份文件里的不同写法。topic 是条件、地区，或两份文件的文号、名称。"""
        found = clash_reply(topic, self.talk, self.desk)
        items = [one for one in found[1] if isinstance(one, ConflictItem)] if found else []
        said = found[0].splitlines()[0] if found else ""
        if not items:
            known = [one.condition for one in list_conflicts(self.desk.kb, on=self.desk.today())]
            return {"没有对照": "口径对照里没有这一条", "有对照的条件": known, "结论": said}
        self.records += items
        return {"结论": said, "对照": [brief_conflict(one) for one in items[:2]]}

    # ---------------------------------------------------------------- titles

    def check_eligibility(self, program_id: str) -> Any:
        """按企业主说过的事实核对一个项目。program_id 取自项目列表。结论由规则给出。"""
        found = weigh(self.desk, program_id, self.talk).found
        self.records.append(found)
        return brief(found, self.desk)

    def ask_next(self, program_id: str) -> Any:
        """查一个项目接下来最该向企业主弄清的一个事实。program_id 取自项目列表。"""
        weighed = weigh(self.desk, program_id, self.talk)
        self.records.append(weighed.found)
        question = next_question(weighed.found, self.talk, weighed.unsettled)
        return {
            "program": weighed.found.title,
            "verdict": weighed.found.verdict.label,
            "ask": question.text if question else "企业主能答的都问完了",
        }

    def list_programs(self) -> Any:
        """列出能核对的项目的 id、名称和申报时间。"""
        found = self.desk.programs(self.desk.region_of(self.talk.enterprise))
        return [{"program_id": one.program, "title": one.title, "window": one.window} for one in found[:20]]

    # ---------------------------------------------------------------- the case

    def score(self) -> Any:
        """测算所附案例的等级、总分、各维度与各场景，以及距上一级差多少。"""
        card = self.desk.score(the_case(self.talk))
        self.records.append(card)
        return {"案例": self._case_name(), **brief_score(card, standard_of(self.talk, self.desk))}

    def gaps(self, target_level: int | None = None) -> Any:
        """列出所附案例距目标等级的缺口。target_level 为 1 至 4，不给就用案例的目标。"""
        case = self._wanted(target_level)
        card = self.desk.score(case)
        self.records.append(card)
        target = case.needs.target_level or 1
        return {"案例": self._case_name(), **brief_gaps(self.desk.gaps(case, target=target), target)}

    def plan(self, target_level: int | None = None) -> Any:
        """求所附案例到目标等级最省的做法。target_level 为 1 至 4，不给就用案例的目标；预算取企业主说的或案例里的。"""
        case = self._wanted(target_level)
        made = self.desk.plan(case)
        self.records.append(made)
        budget = case.needs.budget
        return {
            "案例": self._case_name(),
            "预算": "没写" if budget is None else f"{budget:f} 万元",
            **brief_plan(made, standard_of(self.talk, self.desk)),
        }

    def match(self, scene: str | None = None) -> Any:
        """为所附案例的缺口找产品。scene 是场景名，如 设备管理；不给就看全部缺口。"""
        case, standard = self._wanted(None), standard_of(self.talk, self.desk)
        named = {one.name: one.id for one in standard.scenes} | {one.id: one.id for one in standard.scenes}
        if scene is not None and scene not in named:
            raise InputError(
                "场景", f"没有“{scene}”", f"可用：{'、'.join(one.name for one in standard.scenes)}"
            )
        found = self.desk.match(case, scene=named[scene] if scene is not None else None)
        self.records.append(found)
        return {"案例": self._case_name(), "场景": scene or "全部缺口", **brief_match(found, standard)}

    def subsidy(self, scheme_id: str | None = None) -> Any:
        """按条款算补助。scheme_id 不给就看企业所在地的各项；投入取企业主说的数，没说就用最省方案的合计。"""
        where = place_of(self.talk, self.desk)
        if where is None:
            return {
                "缺": "企业所在地未告知，各地规定不同，算不了补助",
                "去哪补": "请企业主说出城市，或附上评测案例",
            }
        spend, basis = spending(self.talk, self.order, self.desk)
        ids = [scheme_id] if scheme_id is not None else [one.id for one in schemes_near(self.desk, where)]
        case = self._wanted(None) if self.talk.case else CaseFile(enterprise=self.talk.enterprise)
        made = [self.desk.subsidy(case, one, spend or Decimal(0), level=self.order.target) for one in ids[:8]]
        if spend is None:
            made = [one for one in made if one.refused]
        self.records += made
        return {
            "地区": where,
            "投入": "未告知，算不了金额" if spend is None else f"{spend:f} 万元（{basis}）",
            "各项": [brief_subsidy(one, self.desk) for one in made],
        }

    # ---------------------------------------------------------------- how they are called

    def _wanted(self, target: int | None) -> CaseFile:
        order = self.order if target is None else self.order.model_copy(update={"target": _level(target)})
        return case_for(self.talk, order, self.desk)

    def _case_name(self) -> str:
        return self.talk.case.name if self.talk.case else ""

    def _status(self, source_id: str) -> str:
        policy = self.desk.kb.policies.get(source_id)
        return policy.status_on(self.desk.today()).label if policy else ""

    def offered(self) -> tuple[Callable[..., Any], ...]:
        """Return the tools a model may call."""
        return (
            self.search_policy,
            self.read_clause,
            self.answer_question,
            self.timeline,
            self.conflicts,
            self.check_eligibility,
            self.ask_next,
            self.list_programs,
            self.score,
            self.gaps,
            self.plan,
            self.match,
            self.subsidy,
        )

    def call(self, name: str, args: dict[str, Any]) -> str:
        """Run a tool and return what the model gets to see: JSON, or one sentence on what went wrong."""
        tools = {tool.__name__: tool for tool in self.offered()}
        if name not in tools:
            return f"没有 {name!r} 这个工具，可用：{'、'.join(tools)}"
        return self._run(tools[name], args)

    def _run(self, tool: Callable[..., Any], args: dict[str, Any]) -> str:
        try:
            shown = json.dumps(tool(**args), ensure_ascii=False, default=str)
        except ConsultError as error:
            return error.hint
        except TypeError:
            return f"{tool.__name__} 的参数不对，请按说明重写"
        if len(shown) > MOST:  # cut behind a whole entry: half a number would be another number
            shown = f"{shown[: shown.rfind('}', 0, MOST) + 1]}……（太长，后面的没有列出）"
        self.texts.append(shown)
        return shown


def _level(target: object) -> int:
    if isinstance(target, bool) or not isinstance(target, int) or not 1 <= target <= 4:
        raise InputError("目标等级", f"没有 {target!r} 这一级", "请填 1 至 4")
    return target


def as_tools(counter: Counter) -> "Sequence[BaseTool]":
    """Return the tools of a turn for langchain."""
    return [as_tool(counter, tool) for tool in counter.offered()]


def as_tool(counter: Counter, tool: Callable[..., Any]) -> "BaseTool":
    """Return one method as a langchain tool: arguments by its signature, words by its docstring, errors as a sentence."""
    from functools import wraps

    from langchain_core.tools import StructuredTool

    @wraps(tool)
    def run(**kwargs: Any) -> str:
        return counter._run(tool, kwargs)

    return StructuredTool.from_function(
        func=run, name=tool.__name__, description=tool.__doc__ or "", infer_schema=True
    )


__all__ = ["MOST", "Counter", "as_tool", "as_tools", "brief"]
