"""A long conversation: no fact is lost, what fell out is summed up by rule, and nothing grows without bound."""

import json
from datetime import date

import pytest

from assistant.agent import _system
from assistant.app import assemble
from assistant.chat import Talk, converse
from assistant.schema import Verdict
from assistant.settings import Settings
from assistant.talking.minutes import KEPT, cited_last, fold, lines_of, told_in_words
from assistant.talking.talk import Exchange, Minutes

DAY = date(2026, 11, 22)
TOLD = (
    "我们在济南做机床，80人",
    "去年营收2600万，研发120万",
    "前年营收2400万，研发110万",
    "总资产三千万，负债一千万",
)
ASKED = (
    "济南那个数字化转型试点现在还能申请不？",
    "小巨人要几项发明专利？",
    "专精特新中小企业现在的认定条件是什么？",
    "我们报小巨人过的概率多大？",
    "能报专精特新吗",
    "能报小巨人吗",
    "今天股市怎么样，哪只股票能买",
    "谢谢",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("minutes")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder), today=lambda: DAY).desk()


@pytest.fixture(scope="module")
def long(desk):
    """A conversation of 120 turns: the facts come first, then questions over and over."""
    talk, reply, sizes = Talk(), None, []
    for n in range(120):
        message = TOLD[n] if n < len(TOLD) else f"{ASKED[n % len(ASKED)]}"
        *_, reply = converse(message, talk, desk=desk)
        talk = reply.talk
        sizes.append(len(json.dumps(talk.model_dump(mode="json"), ensure_ascii=False)))
    return talk, reply, sizes


def test_every_fact_of_the_first_turns_still_stands(long) -> None:
    talk, _, _ = long
    assert talk.turns == 120
    profile = talk.enterprise.profile
    assert (profile.revenue_y1, profile.rd_expense_y1, profile.revenue_y2) == (2600, 120, 2400)
    assert profile.employees_y1 == 80
    assert "济南" in talk.enterprise.region
    assert {one.turn for one in talk.told} <= {1, 2, 3, 4}


def test_what_fell_out_is_summed_up(long) -> None:
    talk, _, _ = long
    assert len(talk.recent) == KEPT
    assert len(talk.history) == 2 * KEPT
    assert talk.minutes.turns == 120 - KEPT
    titles = [title for title, _, _ in talk.minutes.checked]
    assert len(titles) == len(set(titles))
    assert any("小巨人" in title for title in titles)
    assert {day for _, _, day in talk.minutes.checked} == {DAY}
    assert any("发明专利" in one for one in talk.minutes.answered)
    assert any("股市" in one for one in talk.minutes.refused)
    assert any(id == "sd-jinan-pilot-2024" for id, _ in talk.minutes.cited)
    lines = "\n".join(lines_of(talk.minutes))
    for words in ("核对过", "按文件回答过", "没有依据", "引用过的文件"):
        assert words in lines


def test_the_verdict_in_the_minutes_is_the_rule_s_latest(long, desk) -> None:
    talk, _, _ = long
    kept = {title: verdict for title, verdict, _ in talk.minutes.checked}
    *_, reply = converse("能报小巨人吗", talk, desk=desk)
    found = reply.found[0]
    assert kept[found.title] is found.verdict


def test_the_state_does_not_grow_with_the_conversation(long) -> None:
    talk, _, sizes = long
    assert sizes[119] < 1.3 * sizes[59]
    assert len("\n".join(lines_of(talk.minutes))) < 2500
    assert len(told_in_words(talk)) < 3000


def test_a_model_gets_the_minutes_and_writes_none(long, desk) -> None:
    talk, reply, _ = long
    system = _system(reply, desk)
    assert f"更早的 {talk.minutes.turns} 轮" in system
    assert "去年营收 2600 万元" in system


def test_the_conversation_goes_on_after_storage(long, desk) -> None:
    talk, _, _ = long
    again = Talk.model_validate_json(talk.model_dump_json())
    assert again == talk
    assert lines_of(again.minutes) == lines_of(talk.minutes)
    assert cited_last(again) == cited_last(talk)


def test_lists_are_bounded_and_what_is_left_out_is_counted() -> None:
    minutes = Minutes()
    for n in range(500):
        outcome = ("answered", "refused", "worked", "checked")[n % 4]
        minutes = fold(
            minutes,
            Exchange(
                turn=n,
                asked=f"第{n}问" * 10,
                outcome=outcome,
                checked=(("甲", Verdict.MET if n > 450 else Verdict.NOT_MET, DAY),)
                if outcome == "checked"
                else (),
                cited=((f"doc-{n}", f"文件{n}"),),
            ),
        )
    assert minutes.turns == 500
    assert minutes.checked == (("甲", Verdict.MET, DAY),)
    assert minutes.left_out == 375 - 36
    assert len(minutes.cited) == 20
    assert minutes.cited[-1] == ("doc-499", "文件499")
    assert len("".join(lines_of(minutes))) < 3000
