"""Each task catches what it is there to catch, and takes the files it says it takes."""

from pathlib import Path

import pytest
import yaml

from assistant.app import assemble
from assistant.errors import UnknownId
from assistant.rules import matching as rule
from assistant.schema import MatchResult
from assistant.settings import Settings
from evals import eligibility, faq, matching, report, rgb, runner
from knowledge.errors import InputError


@pytest.fixture(scope="module")
def desk(assistant):
    return assistant.desk()


# ------------------------------------------------------------------ eligibility


def _worked(tmp_path: Path, **changes) -> Path:
    case = {
        "id": "x",
        "filing_date": "2026-11-22",
        "rule": {"file": "gradient-2026.yaml", "level": "specialized_sme"},
        "facts": {"revenue_y1": 1499.99, "new_equity_2y": 0},
        "expected": {"s26_revenue": "fail"},
        "overall": "fail",
        **changes,
    }
    path = tmp_path / "worked.yaml"
    path.write_text(yaml.safe_dump({"examples": [case]}, allow_unicode=True), encoding="utf-8")
    return path


def test_a_right_example_passes_and_wrong_ones_do_not(desk, tmp_path):
    (right,) = (eligibility.run(desk, eligibility.read_cases(_worked(tmp_path)))["metrics"]["verdict_exact"],)
    assert right["value"] == 1
    for change in (
        {"overall": "pass"},
        {"expected": {"s26_revenue": "pass"}},
        {"expected": {"no_such": "pass"}},
    ):
        made = eligibility.run(desk, eligibility.read_cases(_worked(tmp_path, **change)))
        assert made["failures"], change
        assert made["metrics"]["case_exact"]["value"] == 0


def test_a_wrong_question_or_wrong_points_are_seen(desk, tmp_path):
    made = eligibility.run(
        desk,
        eligibility.read_cases(
            _worked(tmp_path, ask_for=["niche_years"], scores={"innovative_2022": {"total": 1}})
        ),
    )
    assert made["metrics"]["ask_next_hit"]["value"] == 0
    assert made["metrics"]["points_exact"]["value"] == 0


def test_a_file_of_another_shape_is_refused_in_one_line(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text("examples: [{id: 1}]", encoding="utf-8")
    for read in (eligibility.read_cases, matching.read_cases):
        with pytest.raises(InputError) as error:
            read(path)
        assert "\n" not in error.value.hint


def test_the_shared_worked_examples_come_out_exactly(desk, shared):
    made = eligibility.run(desk, eligibility.read_cases(shared / "facts" / "eligibility" / "examples.yaml"))
    assert made["metrics"]["verdict_exact"]["value"] == 1
    assert made["metrics"]["finding_exact"]["value"] == 1
    assert made["failures"] == []


# ------------------------------------------------------------------ matching


def test_an_order_that_goes_by_names_is_caught(desk, monkeypatch):
    real = rule.match

    def by_name(needs, enterprise, gaps, products, *rest, **more) -> MatchResult:
        found = real(needs, enterprise, gaps, products, *rest, **more)
        return found.model_copy(
            update={"offers": tuple(sorted(found.offers, key=lambda o: products[o.product_id].name))}
        )

    monkeypatch.setattr(matching, "match", by_name)
    made = matching.run(desk, matching.read_cases()[:2])
    assert made["metrics"]["order_invariance"]["value"] < 1


def test_a_rule_that_lets_everything_through_breaks_hard_constraints(desk, monkeypatch):
    real = rule.match

    def lenient(needs, enterprise, gaps, products, *rest, **more) -> MatchResult:
        free = needs.model_copy(update={"budget": None, "deployment": (), "must": ()})
        return real(free, enterprise, gaps, products, *rest, **more)

    monkeypatch.setattr(matching, "match", lenient)
    made = matching.run(desk, matching.read_cases())
    assert made["metrics"]["constraint_violation_rate"]["value"] > 0
    assert made["metrics"]["expected_met"]["value"] < 1


# ------------------------------------------------------------------ report


def test_an_invented_number_and_a_dead_citation_are_caught(desk, monkeypatch):
    real = report.draft

    def inventive(case, kind, desk_):
        made = real(case, kind, desk_)
        first = made.sections[0]
        sources = tuple(s.model_copy(update={"locator": "第九千条"}) for s in made.sources)
        worse = first.model_copy(update={"paragraphs": (*first.paragraphs, "改造后效率提升37.53%。")})
        return made.model_copy(update={"sections": (worse, *made.sections[1:]), "sources": sources})

    case = report.read_cases(desk)[0]
    good = report.judge(desk, case, "one-enterprise-diagnosis")
    assert (good.strange, good.shut, good.wrong) == ((), (), ())
    monkeypatch.setattr(report, "draft", inventive)
    bad = report.judge(desk, case, "one-enterprise-diagnosis")
    assert any("37.53" in number for number in bad.strange)
    assert bad.shut


# ------------------------------------------------------------------ rgb and faq


def test_an_answer_from_given_passages_quotes_them_and_nothing_else(assistant):
    passages = ["某市图书馆周一闭馆，周二至周日九点开门。", "某市博物馆周三闭馆，门票二十元。"]
    given = rgb.answer_from("某市博物馆周几闭馆？", passages, assistant.kb, on=assistant.today())
    assert "周三闭馆" in given.answer
    assert {c.source_id for c in given.citations} <= {"given-1", "given-2"}
    away = rgb.answer_from("火星上有几座环形山？", passages, assistant.kb, on=assistant.today())
    assert away.refused


def test_rgb_counts_only_whole_answers(assistant):
    question = rgb.Question(
        id="1",
        ability="int",
        query="甲乙各是多少？",
        gold=(("十二",), ("三十", "30")),
        positive=(),
        negative=(),
    )
    given = rgb.answer_from(
        "某市博物馆周几闭馆？", ["某市博物馆周三闭馆。"], assistant.kb, on=assistant.today()
    )
    assert not rgb.holds(question, given)
    assert rgb.holds(question, given.model_copy(update={"answer": "甲十二，乙 30", "refused": False}))


def test_rgb_reads_the_set(shared):
    questions = rgb.read_records(shared / "benchmarks" / "rgb-zh-a")
    assert {q.ability for q in questions} == {"refine", "int", "fact"}
    assert all(q.gold for q in questions)


def test_a_fact_is_told_only_with_its_numbers(desk, tmp_path):
    path = tmp_path / "faq.yaml"
    row = {
        "id": "f1",
        "kind": "numeric",
        "region": "全国",
        "question": "专精特新称号有效期几年？",
        "expected_facts": ["专精特新中小企业称号有效期3年", "专精特新中小企业称号有效期30年"],
        "clauses": [{"card": "miit-2026-2", "locator": "第十六条"}],
        "unanswerable": False,
        "expected_behaviour": "answer",
    }
    path.write_text(yaml.safe_dump({"questions": [row]}, allow_unicode=True), encoding="utf-8")
    assert faq.is_faq(path)
    made = faq.run(desk, faq.read_questions(path), "plain")
    assert made["metrics"]["facts_told"]["value"] == 0.5


# ------------------------------------------------------------------ runner


def test_a_task_that_is_not_there_is_named_with_those_that_are(assistant):
    with pytest.raises(UnknownId) as error:
        runner.run("polcy_qa", assistant, mode="plain", cases=None, data=None, engines=[])
    assert "policy_qa" in error.value.hint


@pytest.mark.parametrize("task", ["policy_qa", "redteam"])
def test_a_model_mode_without_a_model_says_what_to_set(assistant, task):
    with pytest.raises(InputError, match="没有配置模型"):
        runner.run(task, assistant, mode="model", cases=None, data=None, engines=[])


def test_every_task_names_what_it_lacks():
    bare = assemble(Settings())
    for task in ("retrieval", "reading", "rgb"):
        with pytest.raises(InputError, match="--data"):
            runner.run(task, bare, mode="plain", cases=None, data=None, engines=[])
