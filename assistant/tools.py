"""Desk methods as tools of an agent: JSON to the model, the record itself to the program. None has a side effect.

A tool takes no facts of the enterprise: they come from the conversation, so a model cannot make a firm larger than told.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.clerk import place
from assistant.desk import Desk
from assistant.schema import Answer, Eligibility
from assistant.talk import Talk
from assistant.weighing import weigh
from knowledge.errors import ConsultError
from knowledge.record import Record
from knowledge.region import NATION

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_LONG = 1200
"""Characters of one passage that a model gets to see."""


@dataclass
class Counter:
    """What the tools of one turn may read, and the records they returned."""

    desk: Desk
    talk: Talk
    records: list[Record] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What the model was shown: the only thing its words may rest on."""

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

    def check_eligibility(self, program_id: str) -> Any:
        """按企业主说过的事实核对一个项目。program_id 取自项目列表。结论由规则给出。"""
        found = weigh(self.desk, program_id, self.talk).found
        self.records.append(found)
        return brief(found, self.desk)

    def list_programs(self) -> Any:
        """列出能核对的项目的 id、名称和申报时间。"""
        found = self.desk.programs(self.desk.region_of(self.talk.enterprise))
        return [{"program_id": one.program, "title": one.title, "window": one.window} for one in found]

    def answer_question(self, question: str) -> Any:
        """按已收录的文件回答一个政策问题，带引文；依据不足时说明缺什么。"""
        from assistant.answer import answer

        region = self.desk.region_of(self.talk.enterprise)
        given: Answer = answer(question, desk=self.desk, region=None if region == NATION else region)
        self.records.append(given)
        return {
            "answer": given.answer,
            "refused": given.refused,
            "reason": given.reason,
            "warnings": [one.text for one in given.warnings],
            "quotes": [f"《{c.title}》{c.locator}：{c.quote}" for c in given.citations],
        }

    def _status(self, source_id: str) -> str:
        policy = self.desk.kb.policies.get(source_id)
        return policy.status.label if policy else ""

    def offered(self) -> tuple[Callable[..., Any], ...]:
        """Return the tools a model may call."""
        return (
            self.search_policy,
            self.read_clause,
            self.check_eligibility,
            self.list_programs,
            self.answer_question,
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
        self.texts.append(shown)
        return shown


def brief(found: Eligibility, desk: Desk) -> dict[str, Any]:
    """Return a check as a model sees it: the verdict, what was told of each condition, and its clause."""
    return {
        "program": found.title,
        "verdict": found.verdict.label,
        "standard": found.standard_title,
        "as_of": found.as_of.isoformat(),
        "window": found.window,
        "findings": [
            {"label": f.label, "verdict": f.verdict.label, "why": f.why, "clause": place(f.clause, desk)}
            for f in found.findings
            if f.group is None
        ],
    }


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
