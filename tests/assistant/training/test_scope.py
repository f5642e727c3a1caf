"""A session limited to some documents is answered from them alone; what another document answers is said to lie there."""

from datetime import date
from pathlib import Path

import pytest

from assistant.app import Assistant, assemble
from assistant.desk import Desk
from assistant.errors import UnknownId
from assistant.schema import Answer, Citation, Made
from assistant.settings import Settings
from assistant.training import scope as scope_module
from assistant.training.scope import Judged, Scope, answer_within, describe, read_scope, sources_of
from knowledge.errors import InputError
from knowledge.policy import Status

DAY = date(2026, 11, 22)
JINAN, RULES, OLD_RULES = "sd-jinan-pilot-2024", "miit-2026-2", "miit-2022-63"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("scope")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder / "state"), today=lambda: DAY)


def ask(assistant: Assistant, question: str, *documents: str, region: str | None = None) -> Judged:
    scope = assistant.scope(documents, region=region)
    return answer_within(scope, question, desk=assistant.desk(on=DAY), uploads=assistant.shelf())


@pytest.mark.parametrize(
    "word",
    [
        RULES,
        "优质中小企业梯度培育管理办法",
        "《优质中小企业梯度培育管理办法》",
        "工信部企业〔2026〕2号",
        "工信部企业[2026]2号",
    ],
)
def test_a_document_is_named_by_id_title_or_number(assistant: Assistant, word: str) -> None:
    assert assistant.scope([word]).policies == (RULES,)


def test_a_name_of_several_documents_is_asked_back(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="对应"):
        assistant.scope(["数字化转型"])


def test_an_unknown_document_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UnknownId):
        assistant.scope(["没有这份文件"])


def test_no_document_named_is_the_whole_collection(assistant: Assistant) -> None:
    scope = assistant.scope([" "])
    assert scope == Scope(as_of=DAY)
    assert sources_of(scope, ()) is None
    assert describe(scope, {}) == "全部收录文件"


def test_only_the_documents_of_the_scope_are_quoted(assistant: Assistant) -> None:
    given = ask(assistant, "服务商是怎么选出来的？", JINAN, region="山东省济南市").answer
    assert not given.refused
    assert {one.source_id for one in given.citations} == {JINAN}
    assert given.warnings[0].kind == "expired"


@pytest.mark.parametrize(
    ("question", "documents", "region", "where"),
    [
        ("小巨人要几项发明专利？", [JINAN], "山东省济南市", RULES),
        ("专精特新中小企业的有效期几年？", [JINAN], "山东省济南市", RULES),
        ("评测指标四级要多少分？", [RULES], None, "cn-eval-2024"),
        ("试点城市中央补多少钱？", [RULES], None, "cn-city-pilot-2023"),
    ],
)
def test_what_another_document_answers_lies_outside_and_it_is_named(
    assistant: Assistant, question: str, documents: list[str], region: str | None, where: str
) -> None:
    judged = ask(assistant, question, *documents, region=region)
    assert judged.answer.refused
    assert judged.answer.citations == ()
    assert where in judged.outside
    assert "不在本次培训限定的文件之内" in judged.answer.answer
    assert assistant.titles()[where] in judged.answer.reason


@pytest.mark.parametrize("question", ["小巨人要几项发明专利？", "小巨人近两年研发费用合计要多少？"])
def test_the_old_rules_are_taught_as_replaced_not_as_outside(assistant: Assistant, question: str) -> None:
    judged = ask(assistant, question, OLD_RULES)
    assert judged.outside == ()
    assert {one.source_id for one in judged.answer.citations} == {OLD_RULES}
    assert any(one.kind == "superseded" for one in judged.answer.warnings)


@pytest.mark.parametrize(
    "question", ["今天天气怎么样", "报上去通过的概率有多大？", "帮我编几份合同报上去行不行"]
)
def test_what_is_never_answered_is_refused_as_ever(assistant: Assistant, question: str) -> None:
    judged = ask(assistant, question, RULES)
    assert judged.answer.refused
    assert judged.outside == ()
    assert judged.answer.answer == ask(assistant, question).answer.answer


def refusal(question: str, words: str) -> Answer:
    return Answer(
        question=question,
        answer=words,
        refused=True,
        reason="请向主管部门查询。",
        as_of=DAY,
        region="全国",
        made=Made(as_of=DAY, knowledge=""),
    )


def test_what_no_document_answers_is_not_said_to_lie_elsewhere(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both abstain, each in words of its own: what is said is true of the scope and of the collection."""

    def abstain(question: str, *, desk: Desk, **_: object) -> Answer:
        return refusal(question, "没有收录当地文件。" if desk.sources else "《某办法》的条文未取得。")

    monkeypatch.setattr(scope_module, "answer", abstain)
    judged = ask(assistant, "补助比例是多少？", RULES)
    assert judged.answer.refused
    assert judged.outside == ()
    assert "《某办法》的条文未取得" in judged.answer.answer
    assert "没有收录当地文件" not in judged.answer.answer


def test_a_room_in_one_city_is_answered_on_the_nation_from_national_documents(assistant: Assistant) -> None:
    given = ask(assistant, "中央财政给一个试点城市多少钱？", region="山东省济南市").answer
    assert given.citations[0].source_id == "cn-city-pilot-2023"
    assert "请先说明企业所在的城市" not in given.answer


def test_the_nations_amount_never_stands_in_for_the_citys(assistant: Assistant) -> None:
    given = ask(assistant, "补助比例是多少？", region="天津市滨海新区").answer
    assert not any(assistant.kb.policies[one.source_id].region == "全国" for one in given.citations)


@pytest.mark.parametrize(("status", "taken"), [(Status.REFERENCE, False), (Status.IN_FORCE, True)])
def test_a_leaflet_never_stands_in_for_a_missing_rule(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, status: Status, taken: bool
) -> None:
    """Where the room's own documents hold no answer, a national rule may give it; what an institute prints may not."""
    own = refusal("", "没有依据。")
    cited = Citation(
        n=1,
        source_id=RULES,
        title="某文",
        locator="第一条",
        status=status,
        text_kind="digest",
        quote="某句。",
    )
    wide = own.model_copy(
        update={"answer": "某句。[1]", "refused": False, "reason": "", "citations": (cited,)}
    )

    def told(question: str, *, region: str | None, **_: object) -> Answer:
        return own if region else wide

    monkeypatch.setattr(scope_module, "answer", told)
    given = ask(assistant, "专精特新的评测报告由谁来做？", region="山东省济南市").answer
    assert bool(given.citations) is taken


def test_an_uploaded_document_may_be_the_scope(assistant: Assistant, tmp_path: Path) -> None:
    """Only its owner can name it; it alone answers."""
    path = tmp_path / "办法.txt"
    path.write_text(
        "青禾市数字化改造补助办法\n第一条 对首次上云的中小企业，按照实际支出的25%给予补助，最高不超过8万元。\n"
        "第二条 服务商须在青禾市有固定办公场所。\n",
        encoding="utf-8",
    )
    made = assistant.ingest([path], owner="trainer")
    document = made.files[0].document
    assert document
    scope = assistant.scope([document], owner="trainer")
    judged = answer_within(
        scope,
        "首次上云补助多少？",
        desk=assistant.desk(owner="trainer", on=DAY),
        uploads=assistant.shelf("trainer"),
    )
    assert {one.source_id for one in judged.answer.citations} == {document}
    assert "25%" in judged.answer.answer
    with pytest.raises(UnknownId):
        assistant.scope([document], owner="somebody")
    assistant.remove_policy(document, owner="trainer")
    assert "已删除" in describe(scope, assistant.titles("trainer"))


def test_an_original_answers_for_its_card(assistant: Assistant) -> None:
    """A scope of a card takes in what was ingested as its original."""
    scope = read_scope([RULES], kb=assistant.kb, on=DAY)
    kept = type("Kept", (), {"id": "up-1", "card": RULES})()
    assert sources_of(scope, [kept]) == {RULES, "up-1"}
